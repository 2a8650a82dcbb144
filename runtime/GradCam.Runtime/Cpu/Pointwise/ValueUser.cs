using System.Runtime.CompilerServices;
using GradCam.Cpu.Pointwise.Functions;
using GradCam.Cpu.Simd;

namespace GradCam.Cpu.Pointwise;

/// <summary>Applies an activation to some rows of a map.</summary>
internal readonly struct ValueUser(MapView source, MapView destination, int fromRow, int toRow, int width, int channels) : IActivationUser
{
    public void Use<TFunction>(TFunction function)
        where TFunction : unmanaged, IActivationFunction
    {
        var kernel = new ElementwiseKernel<ActivationValue<TFunction>>
        {
            Function = new(function),
            X = source,
            Destination = destination,
            Width = width,
            Channels = channels,
        };
        kernel.RunRows(fromRow, toRow);
    }
}

/// <summary>y = function(x).</summary>
internal readonly struct ActivationValue<TFunction>(TFunction function) : IElementwise
    where TFunction : unmanaged, IActivationFunction
{
    public static int Operands
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 1;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V>(V x, V y, V z)
        where V : struct, ILanes<V> => function.Apply(x);
}
