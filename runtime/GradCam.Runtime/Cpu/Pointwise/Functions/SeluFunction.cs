using System.Runtime.CompilerServices;
using GradCam.Cpu.Simd;

namespace GradCam.Cpu.Pointwise.Functions;

/// <summary>scale elu(x) (Klambauer et al. 2017), with a gradient from the output.</summary>
internal readonly struct SeluFunction : IActivationFunction
{
    private const float Scale = 1.0507009873554805f;
    private const float Alpha = 1.6732632423543772f;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V>(V x)
        where V : struct, ILanes<V> =>
        V.All(Scale) * V.Select(x <= V.Zero, V.All(Alpha) * LaneMath.ExpMinusOne(x), x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Gradient<V>(V saved, V gradient)
        where V : struct, ILanes<V> =>
        V.Select(saved <= V.Zero, gradient * (saved + V.All(Scale * Alpha)), V.All(Scale) * gradient);
}
