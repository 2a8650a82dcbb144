using System.Runtime.CompilerServices;
using GradCam.Cpu.Simd;

namespace GradCam.Cpu.Pointwise.Functions;

/// <summary>x P(x), P(x) = (1 + erf(x / sqrt 2)) / 2 (Hendrycks and Gimpel 2016). Its derivative is P(x) + x e^(-x^2 / 2) / sqrt(2 pi).</summary>
internal readonly struct GeluFunction : IActivationFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V>(V x)
        where V : struct, ILanes<V>
    {
        V half = V.All(0.5f) * x;
        return V.MultiplyAdd(half, LaneMath.Erf(x * V.All(0.707106781f)), half);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Gradient<V>(V saved, V gradient)
        where V : struct, ILanes<V>
    {
        V p = V.MultiplyAdd(V.All(0.5f), LaneMath.Erf(saved * V.All(0.707106781f)), V.All(0.5f));
        V density = V.All(0.398942280f) * LaneMath.Exp(V.All(-0.5f) * saved * saved);
        return gradient * V.MultiplyAdd(saved, density, p);
    }
}
