using System.Runtime.CompilerServices;
using GradCam.Cpu.Simd;

namespace GradCam.Cpu.Pointwise.Functions;

/// <summary>log(1 + e^(beta x)) / beta, and x itself where beta x passes the threshold, where the derivative is then 1 instead of sigmoid(beta x).</summary>
internal readonly struct SoftplusFunction(float beta, float threshold) : IActivationFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V>(V x)
        where V : struct, ILanes<V>
    {
        V z = V.All(beta) * x;
        return V.Select(z > V.All(threshold), x, LaneMath.Softplus(z) / V.All(beta));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Gradient<V>(V saved, V gradient)
        where V : struct, ILanes<V>
    {
        V z = V.All(beta) * saved;
        return V.Select(z > V.All(threshold), gradient, gradient * LaneMath.Sigmoid(z));
    }
}
