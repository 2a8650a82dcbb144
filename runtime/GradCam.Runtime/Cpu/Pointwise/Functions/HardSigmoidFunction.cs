using System.Runtime.CompilerServices;
using GradCam.Cpu.Simd;

namespace GradCam.Cpu.Pointwise.Functions;

/// <summary>min(max(slope x + offset, 0), 1), with a gradient from the output: the slope must be positive.</summary>
internal readonly struct HardSigmoidFunction(float slope, float offset) : IActivationFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V>(V x)
        where V : struct, ILanes<V> =>
        V.AtMost(V.All(1f), V.AtLeast(V.Zero, V.MultiplyAdd(V.All(slope), x, V.All(offset))));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Gradient<V>(V saved, V gradient)
        where V : struct, ILanes<V> =>
        (saved > V.Zero) & (saved < V.All(1f)) & (V.All(slope) * gradient);
}
