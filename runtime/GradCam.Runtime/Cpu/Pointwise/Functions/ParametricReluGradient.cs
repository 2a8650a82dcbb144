using System.Runtime.CompilerServices;
using GradCam.Cpu.Simd;

namespace GradCam.Cpu.Pointwise.Functions;

/// <summary>The gradient z for x &gt; 0, else slope y times z.</summary>
internal readonly struct ParametricReluGradient : IElementwise
{
    public static int Operands
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 3;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V>(V x, V y, V z)
        where V : struct, ILanes<V> => V.Select(x > V.Zero, z, y * z);
}
