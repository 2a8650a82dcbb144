using ILGPU;

namespace GradCam.Gpu.Kernels;

/// <summary>The arguments of <see cref="TransferKernel"/>.</summary>
internal struct TransferArgs
{
    public SampleArgs Samples;
    public MapArgs Map;

    /// <summary>Where the first sample's packed map begins; the others follow.</summary>
    public int PackedStart;

    /// <summary>Whether the packed map is [channels, height, width] and not [height, width, channels].</summary>
    public int IsPlanar;
}

/// <summary>Copies between maps of the arena and packed ones, which the host writes and reads.</summary>
internal static class TransferKernel
{
    /// <summary>Packed to the arena, and zeros the halo.</summary>
    public static void Write(ArrayView<float> arena, ArrayView<float> packed, TransferArgs args)
    {
        MapArgs map = args.Map;
        int pixels = map.Height * map.Width;
        int length = pixels * map.Channels;
        for (int i = SampleArgs.Thread; i < args.Samples.Count * length; i += SampleArgs.Threads)
        {
            int c = i % map.Channels;
            int pixel = i / map.Channels % pixels;
            int sample = i / length;
            int source = sample * length + (args.IsPlanar != 0 ? c * pixels + pixel : pixel * map.Channels + c);
            int position = sample * args.Samples.Stride + MapArgs.At(map, pixel / map.Width, pixel % map.Width, c);
            arena[position] = packed[args.PackedStart + source];
        }

        Halo.Clear(arena, args.Samples, map, SampleArgs.Thread, SampleArgs.Threads);
    }

    /// <summary>The arena to packed [height, width, channels].</summary>
    public static void Read(ArrayView<float> arena, ArrayView<float> packed, TransferArgs args)
    {
        MapArgs map = args.Map;
        int pixels = map.Height * map.Width;
        int length = pixels * map.Channels;
        for (int i = SampleArgs.Thread; i < args.Samples.Count * length; i += SampleArgs.Threads)
        {
            int c = i % map.Channels;
            int pixel = i / map.Channels % pixels;
            int sample = i / length;
            int position = sample * args.Samples.Stride + MapArgs.At(map, pixel / map.Width, pixel % map.Width, c);
            packed[args.PackedStart + i] = arena[position];
        }
    }
}
