using System.Runtime.CompilerServices;
using GradCam.Cpu.Simd;

namespace GradCam.Cpu.Pointwise.Functions;

/// <summary>min(max(x, lowest), highest). Its gradient stops at both ends; NaN lets it pass, as in PyTorch.</summary>
internal readonly struct ClipFunction(float lowest, float highest) : IActivationFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V>(V x)
        where V : struct, ILanes<V> =>
        V.AtMost(V.All(highest), V.AtLeast(V.All(lowest), x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Gradient<V>(V saved, V gradient)
        where V : struct, ILanes<V> =>
        V.Select(saved <= V.All(lowest), V.Zero, V.Select(saved >= V.All(highest), V.Zero, gradient));
}
