using System.Runtime.CompilerServices;
using GradCam.Cpu.Simd;

namespace GradCam.Cpu.Pointwise.Functions;

/// <summary>x (1 + tanh u) / 2, u = sqrt(2 / pi) (x + 0.044715 x^3). Its derivative is (1 + tanh u) / 2 + x (1 - tanh^2 u) u' / 2.</summary>
internal readonly struct GeluTanhFunction : IActivationFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V>(V x)
        where V : struct, ILanes<V>
    {
        V half = V.All(0.5f) * x;
        V inner = x * V.MultiplyAdd(x * x, V.All(0.0356774081f), V.All(0.797884561f));
        return V.MultiplyAdd(half, LaneMath.Tanh(inner), half);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Gradient<V>(V saved, V gradient)
        where V : struct, ILanes<V>
    {
        V square = saved * saved;
        V tanh = LaneMath.Tanh(saved * V.MultiplyAdd(square, V.All(0.0356774081f), V.All(0.797884561f)));
        V slope = V.MultiplyAdd(square, V.All(3 * 0.0356774081f), V.All(0.797884561f));
        V half = V.All(0.5f);
        return gradient * V.MultiplyAdd(half * saved * slope, V.All(1f) - tanh * tanh, V.MultiplyAdd(half, tanh, half));
    }
}
