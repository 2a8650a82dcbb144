using System.Runtime.CompilerServices;
using GradCam.Cpu.Pointwise.Functions;
using GradCam.Cpu.Simd;

namespace GradCam.Cpu.Pointwise;

/// <summary>Multiplies some rows of a gradient by an activation's derivative.</summary>
internal readonly struct GradientUser(
    MapView saved, MapView outputGradient, MapView destination, bool accumulate, int fromRow, int toRow, int width, int channels) : IActivationUser
{
    public void Use<TFunction>(TFunction function)
        where TFunction : unmanaged, IActivationFunction
    {
        var kernel = new ElementwiseKernel<ActivationGradient<TFunction>>
        {
            Function = new(function),
            X = saved,
            Y = outputGradient,
            Destination = destination,
            Accumulate = accumulate,
            Width = width,
            Channels = channels,
        };
        kernel.RunRows(fromRow, toRow);
    }
}

/// <summary>The gradient y times the derivative at what was saved, x.</summary>
internal readonly struct ActivationGradient<TFunction>(TFunction function) : IElementwise
    where TFunction : unmanaged, IActivationFunction
{
    public static int Operands
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 2;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V>(V x, V y, V z)
        where V : struct, ILanes<V> => function.Gradient(x, y);
}
