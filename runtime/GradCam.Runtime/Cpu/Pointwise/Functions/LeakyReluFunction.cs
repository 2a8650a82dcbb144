using System.Runtime.CompilerServices;
using GradCam.Cpu.Simd;

namespace GradCam.Cpu.Pointwise.Functions;

/// <summary>x for x &gt; 0, else slope x. The output has the sign of the input where the slope is not negative, so that both serve for the gradient.</summary>
internal readonly struct LeakyReluFunction(float slope) : IActivationFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V>(V x)
        where V : struct, ILanes<V> =>
        V.Select(x > V.Zero, x, V.All(slope) * x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Gradient<V>(V saved, V gradient)
        where V : struct, ILanes<V> =>
        V.Select(saved > V.Zero, gradient, V.All(slope) * gradient);
}
