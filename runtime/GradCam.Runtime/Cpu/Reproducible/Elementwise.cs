using System.Runtime.CompilerServices;
using GradCam.Cpu.Memory;
using GradCam.Cpu.Pointwise;
using GradCam.Cpu.Pointwise.Functions;
using GradCam.Cpu.Threading;

namespace GradCam.Cpu.Reproducible;

/// <summary>destination = function(x, y, z), or with accumulate that added to it. The destination may be one of the operands.</summary>
internal readonly unsafe struct Elementwise<TFunction>(
    TFunction function, MapView x, MapView y, MapView z, MapView destination, int channels, bool accumulate) : IPixelWork
    where TFunction : unmanaged, IElementwise
{
    /// <summary>Runs the function over maps of the destination's shape and zeroes the destination's halo, unless it accumulates.</summary>
    public static void Run(
        Team team, float* arena, TFunction function, MapView x, MapView y, MapView z, in Tensor destination, bool accumulate = false)
    {
        Run(team, function, x, y, z, new MapView(arena, destination), destination.Height, destination.Width, destination.Channels, accumulate);
        if (!accumulate)
            HaloMemory.Clear(arena + destination.Offset, destination);
    }

    /// <summary>Runs the function over maps in memory.</summary>
    public static void Run(
        Team team, TFunction function, MapView x, MapView y, MapView z, MapView destination, int height, int width, int channels, bool accumulate) =>
        PixelJob<Elementwise<TFunction>>.Run(
            team, new Elementwise<TFunction>(function, x, y, z, destination, channels, accumulate), height, width, channels);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Compute(int row, int column)
    {
        TFunction f = function;
        float* a = x.Pixel(row, column), b = y.Pixel(row, column), d = z.Pixel(row, column), target = destination.Pixel(row, column);
        for (nint c = 0; c < channels; c += UnfusedLanes.Count)
        {
            nint count = channels - c;
            UnfusedLanes result = f.Apply(
                UnfusedLanes.Load(a + c, count), TFunction.Operands > 1 ? UnfusedLanes.Load(b + c, count) : default,
                TFunction.Operands > 2 ? UnfusedLanes.Load(d + c, count) : default);
            if (accumulate)
                result += UnfusedLanes.Load(target + c, count);
            UnfusedLanes.Store(result, target + c, count);
        }
    }
}
