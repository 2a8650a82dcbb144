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
        int total = MapElement.Count(map, args.Samples);
        for (int i = SampleArgs.Thread; i < total; i += SampleArgs.Threads)
        {
            MapElement element = MapElement.Of(map, args.Samples, i);
            int planar = ((element.Sample * map.Channels + element.C) * map.Height + element.Y) * map.Width + element.X;
            arena[element.Start + MapArgs.At(map, element.Y, element.X, element.C)] = packed[args.PackedStart + (args.IsPlanar != 0 ? planar : i)];
        }

        Halo.Clear(arena, args.Samples, map, SampleArgs.Thread, SampleArgs.Threads);
    }

    /// <summary>The arena to packed [height, width, channels].</summary>
    public static void Read(ArrayView<float> arena, ArrayView<float> packed, TransferArgs args)
    {
        MapArgs map = args.Map;
        int total = MapElement.Count(map, args.Samples);
        for (int i = SampleArgs.Thread; i < total; i += SampleArgs.Threads)
        {
            MapElement element = MapElement.Of(map, args.Samples, i);
            packed[args.PackedStart + i] = arena[element.Start + MapArgs.At(map, element.Y, element.X, element.C)];
        }
    }
}
