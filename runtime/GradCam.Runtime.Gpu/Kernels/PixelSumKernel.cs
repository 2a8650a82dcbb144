using ILGPU;

namespace GradCam.Gpu.Kernels;

/// <summary>The arguments of <see cref="PixelSumKernel"/>.</summary>
internal struct PixelSumArgs
{
    public SampleArgs Samples;

    /// <summary>A 1x1 map.</summary>
    public MapArgs Output;
    public MapArgs Input;

    /// <summary>Multiplies the input.</summary>
    public MapArgs Factor;
    public int HasFactor;

    /// <summary>Neighbouring channels that a group takes.</summary>
    public int Lanes;

    /// <summary>Multiplies the sum.</summary>
    public float Scale;
    public GradientArgs Gradient;
}

/// <summary>
/// Sums over the pixels of a map, channel by channel: gradients of broadcasts, and global average pooling. A group takes neighbouring channels, and for each
/// of them every so many pixels with each of its threads; the threads' sums are added in their order.
/// </summary>
internal static class PixelSumKernel
{
    /// <summary>Threads of a group at most.</summary>
    public const int MostThreads = 256;

    /// <summary>The kernel: a group a block of channels (x) and a sample (y).</summary>
    public static void Run(ArrayView<float> arena, PixelSumArgs args)
    {
        ArrayView<float> partial = SharedMemory.Allocate<float>(MostThreads);
        int lanes = args.Lanes;
        int first = Group.IdxX / lanes;
        int step = Group.DimX / lanes;
        int c = Grid.IdxX * lanes + Group.IdxX % lanes;
        int start = Grid.IdxY * args.Samples.Stride;
        float sum = 0;
        if (c < args.Output.Channels)
        {
            int pixels = args.Input.Height * args.Input.Width;
            for (int p = first; p < pixels; p += step)
            {
                int y = Divisor.Quotient(p, args.Input.ByWidth);
                int x = p - y * args.Input.Width;
                float value = arena[start + MapArgs.At(args.Input, y, x, c)];
                sum += args.HasFactor != 0 ? value * arena[start + MapArgs.At(args.Factor, y, x, c)] : value;
            }
        }

        partial[Group.IdxX] = sum;
        Group.Barrier();
        if (first == 0 && c < args.Output.Channels)
        {
            float total = 0;
            for (int i = 0; i < step; i++)
                total += partial[i * lanes + Group.IdxX];
            int position = start + MapArgs.At(args.Output, 0, 0, c);
            arena[position] = GradientArgs.Complete(arena, args.Gradient, total * args.Scale, start, position, 0, 0, c);
        }

        if (args.Gradient.Accumulates == 0)
        {
            int thread = (Grid.IdxY * Grid.DimX + Grid.IdxX) * Group.DimX + Group.IdxX;
            Halo.Clear(arena, args.Samples, args.Output, thread, Grid.DimY * Grid.DimX * Group.DimX);
        }
    }
}
