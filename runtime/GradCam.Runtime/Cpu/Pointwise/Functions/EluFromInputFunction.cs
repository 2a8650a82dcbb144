using System.Runtime.CompilerServices;
using GradCam.Cpu.Simd;

namespace GradCam.Cpu.Pointwise.Functions;

/// <summary>x for x &gt; 0, else alpha (e^x - 1), with a gradient from the input, which serves any alpha.</summary>
internal readonly struct EluFromInputFunction(float alpha) : IActivationFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V>(V x)
        where V : struct, ILanes<V> =>
        new EluFunction(alpha).Apply(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Gradient<V>(V saved, V gradient)
        where V : struct, ILanes<V> =>
        V.Select(saved <= V.Zero, gradient * V.All(alpha) * LaneMath.Exp(saved), gradient);
}
