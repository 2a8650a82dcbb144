using System.Runtime.CompilerServices;
using GradCam.Cpu.Simd;

namespace GradCam.Cpu.Pointwise.Functions;

/// <summary>x min(max(x / 6 + 1/2, 0), 1) (Howard et al. 2019). Its derivative is 0 up to -3, x / 3 + 1/2 below 3, then 1.</summary>
internal readonly struct HardSwishFunction : IActivationFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V>(V x)
        where V : struct, ILanes<V>
    {
        V gate = V.AtMost(V.All(1f), V.AtLeast(V.Zero, V.MultiplyAdd(x, V.All(1f / 6), V.All(0.5f))));
        return x * gate;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Gradient<V>(V saved, V gradient)
        where V : struct, ILanes<V>
    {
        V inner = gradient * V.MultiplyAdd(saved, V.All(1f / 3), V.All(0.5f));
        return V.Select(saved <= V.All(-3f), V.Zero, V.Select(saved < V.All(3f), inner, gradient));
    }
}
