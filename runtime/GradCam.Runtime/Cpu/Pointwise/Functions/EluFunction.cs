using System.Runtime.CompilerServices;
using GradCam.Cpu.Simd;

namespace GradCam.Cpu.Pointwise.Functions;

/// <summary>
/// x for x &gt; 0, else alpha (e^x - 1) (Clevert, Unterthiner and Hochreiter 2015), with a gradient from the output: alpha must not be negative.
/// </summary>
internal readonly struct EluFunction(float alpha) : IActivationFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V>(V x)
        where V : struct, ILanes<V> =>
        V.Select(x <= V.Zero, V.All(alpha) * LaneMath.ExpMinusOne(x), x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Gradient<V>(V saved, V gradient)
        where V : struct, ILanes<V> =>
        V.Select(saved <= V.Zero, gradient * (saved + V.All(alpha)), gradient);
}
