using System.Runtime.CompilerServices;
using GradCam.Cpu.Simd;

namespace GradCam.Cpu.Pointwise.Functions;

/// <summary>x sigmoid(x) = x s (Elfwing, Uchibe and Doya 2017). Its derivative is s (1 + x (1 - s)).</summary>
internal readonly struct SiluFunction : IActivationFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V>(V x)
        where V : struct, ILanes<V> =>
        LaneMath.Silu(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Gradient<V>(V saved, V gradient)
        where V : struct, ILanes<V>
    {
        V s = LaneMath.Sigmoid(saved);
        return gradient * (s * V.MultiplyAdd(saved, V.All(1f) - s, V.All(1f)));
    }
}
