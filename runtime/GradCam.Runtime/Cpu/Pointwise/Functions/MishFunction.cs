using System.Runtime.CompilerServices;
using GradCam.Cpu.Simd;

namespace GradCam.Cpu.Pointwise.Functions;

/// <summary>x tanh(log(1 + e^x)) = x n / (n + 2) with n = e^x (e^x + 2) (Misra 2019). Beyond 20 it is x in float.</summary>
internal readonly struct MishFunction : IActivationFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V>(V x)
        where V : struct, ILanes<V>
    {
        V e = LaneMath.Exp(V.AtMost(V.All(20f), x));
        V n = e * (e + V.All(2f));
        return x * (n / (n + V.All(2f)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Gradient<V>(V saved, V gradient)
        where V : struct, ILanes<V>
    {
        // n / (n + 2) + x (1 - tanh^2) sigmoid(x), where 1 - tanh^2 = 4 (1 + e)^2 / (n + 2)^2 and sigmoid(x) = e / (1 + e).
        V e = LaneMath.Exp(V.AtMost(V.All(20f), saved));
        V n = e * (e + V.All(2f));
        V reciprocal = V.All(1f) / (n + V.All(2f));
        V second = V.All(4f) * saved * (e * reciprocal) * ((V.All(1f) + e) * reciprocal);
        return gradient * V.MultiplyAdd(n, reciprocal, second);
    }
}
