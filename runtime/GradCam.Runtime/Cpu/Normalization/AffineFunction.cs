using System.Runtime.CompilerServices;
using GradCam.Cpu.Pointwise.Functions;
using GradCam.Cpu.Simd;

namespace GradCam.Cpu.Normalization;

/// <summary>x y + z: a map, and a factor and a summand a channel.</summary>
internal readonly struct AffineFunction : IElementwise
{
    public static int Operands
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 3;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V>(V x, V y, V z)
        where V : struct, ILanes<V> => V.MultiplyAdd(x, y, z);
}
