using System.Runtime.CompilerServices;
using GradCam.Cpu.Simd;

namespace GradCam.Cpu.Pointwise.Functions;

/// <summary>max(x, 0). Its gradient stops where the output is not positive; NaN lets it pass, as in PyTorch.</summary>
internal readonly struct ReluFunction : IActivationFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V>(V x)
        where V : struct, ILanes<V> =>
        V.AtLeast(V.Zero, x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Gradient<V>(V saved, V gradient)
        where V : struct, ILanes<V> =>
        V.Select(saved <= V.Zero, V.Zero, gradient);
}
