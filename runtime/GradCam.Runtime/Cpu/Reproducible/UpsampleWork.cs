using System.Runtime.CompilerServices;
using GradCam.Cpu.Layout;
using GradCam.Cpu.Pointwise;

namespace GradCam.Cpu.Reproducible;

/// <summary>Four pixels mixed, along the rows and then between them; of equal places, one.</summary>
internal readonly unsafe struct UpsampleWork(MapView input, MapView output, UpsampleAxis rows, UpsampleAxis columns, int channels) : IPixelWork
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Compute(int y, int x)
    {
        (int top, int bottom, float lower) = rows.At(y);
        (int left, int right, float further) = columns.At(x);
        for (nint c = 0; c < channels; c += UnfusedLanes.Count)
        {
            nint count = channels - c;
            UnfusedLanes result = UnfusedLanes.Load(input.Pixel(top, left) + c, count);
            if (lower != 0 || further != 0)
            {
                UnfusedLanes under = Mix(
                    UnfusedLanes.Load(input.Pixel(bottom, left) + c, count), UnfusedLanes.Load(input.Pixel(bottom, right) + c, count), further);
                result = Mix(Mix(result, UnfusedLanes.Load(input.Pixel(top, right) + c, count), further), under, lower);
            }

            UnfusedLanes.Store(result, output.Pixel(y, x) + c, count);
        }
    }

    private static UnfusedLanes Mix(UnfusedLanes first, UnfusedLanes second, float weight) =>
        UnfusedLanes.MultiplyAdd(UnfusedLanes.All(weight), second, UnfusedLanes.All(1 - weight) * first);
}

/// <summary>Its gradient: each output's is added to the inputs that made it, in the order of the outputs.</summary>
internal readonly unsafe struct UpsampleGradient(
    MapView outputGradient, MapView inputGradient, Extent outputs, UpsampleAxis rows, UpsampleAxis columns) : IChannelWork
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Compute(int from, int to)
    {
        for (int y = 0; y < outputs.Height; y++)
        {
            (int top, int bottom, float lower) = rows.At(y);
            for (int x = 0; x < outputs.Width; x++)
            {
                (int left, int right, float further) = columns.At(x);
                float* gradient = outputGradient.Pixel(y, x);
                Add(gradient, inputGradient.Pixel(top, left), (1 - lower) * (1 - further), from, to);
                if (further != 0)
                    Add(gradient, inputGradient.Pixel(top, right), (1 - lower) * further, from, to);
                if (lower == 0)
                    continue;
                Add(gradient, inputGradient.Pixel(bottom, left), lower * (1 - further), from, to);
                if (further != 0)
                    Add(gradient, inputGradient.Pixel(bottom, right), lower * further, from, to);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(float* gradient, float* target, float weight, int from, int to)
    {
        for (nint c = from; c < to; c += UnfusedLanes.Count)
        {
            nint count = to - c;
            UnfusedLanes value = UnfusedLanes.Load(gradient + c, count);
            UnfusedLanes.Store(UnfusedLanes.MultiplyAdd(UnfusedLanes.All(weight), value, UnfusedLanes.Load(target + c, count)), target + c, count);
        }
    }
}
