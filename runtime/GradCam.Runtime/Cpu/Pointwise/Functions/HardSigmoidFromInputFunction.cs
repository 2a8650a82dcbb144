using System.Runtime.CompilerServices;
using GradCam.Cpu.Simd;

namespace GradCam.Cpu.Pointwise.Functions;

/// <summary>min(max(slope x + offset, 0), 1), with a gradient from the input, which serves any slope.</summary>
internal readonly struct HardSigmoidFromInputFunction(float slope, float offset) : IActivationFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V>(V x)
        where V : struct, ILanes<V> =>
        new HardSigmoidFunction(slope, offset).Apply(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Gradient<V>(V saved, V gradient)
        where V : struct, ILanes<V> =>
        new HardSigmoidFunction(slope, offset).Gradient(V.MultiplyAdd(V.All(slope), saved, V.All(offset)), gradient);
}
