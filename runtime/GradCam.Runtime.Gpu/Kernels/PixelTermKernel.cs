using GradCam.Explain.Maps;
using ILGPU;

namespace GradCam.Gpu.Kernels;

/// <summary>The arguments of <see cref="PixelTermKernel"/> and <see cref="ChannelTermKernel"/>.</summary>
internal struct TermArgs
{
    public SampleArgs Samples;
    public MapArgs Activations;
    public MapArgs Gradients;

    /// <summary>Whether there are constants; without they are zeros.</summary>
    public int HasConstants;

    /// <summary>Whether there are weights; without they are ones.</summary>
    public int HasWeights;

    /// <summary>Neighbouring channels that a group takes.</summary>
    public int Lanes;

    /// <summary>Where the first sample's map goes, and floats from one to the next.</summary>
    public int MapStart;
    public int MapStride;
}

/// <summary>
/// Sums over a layer's pixels of a term of activation, gradient and a number of the channel's, in double precision as on the host: of tens of thousands of
/// terms many cancel. A group takes neighbouring channels, and for each of them every so many pixels with each of its threads; the threads' sums are added in
/// their order.
/// </summary>
internal static class PixelTermKernel
{
    /// <summary>The kernel: a group a block of channels (x) and a sample (y).</summary>
    /// <typeparam name="TTerm">The term.</typeparam>
    /// <param name="arena">All samples.</param>
    /// <param name="constants">[samples, channels].</param>
    /// <param name="sums">[samples, channels].</param>
    /// <param name="args">The layer.</param>
    public static void Run<TTerm>(ArrayView<float> arena, ArrayView<double> constants, ArrayView<double> sums, TermArgs args)
        where TTerm : IMapTerm
    {
        ArrayView<double> partial = SharedMemory.Allocate<double>(PixelSumKernel.MostThreads);
        MapArgs map = args.Activations;
        int lanes = args.Lanes;
        int first = Group.IdxX / lanes;
        int step = Group.DimX / lanes;
        int c = Grid.IdxX * lanes + Group.IdxX % lanes;
        int start = Grid.IdxY * args.Samples.Stride;
        int place = Grid.IdxY * map.Channels + c;
        double sum = 0;
        if (c < map.Channels)
        {
            double constant = args.HasConstants != 0 ? constants[place] : 0;
            int pixels = map.Height * map.Width;
            for (int p = first; p < pixels; p += step)
            {
                int y = Divisor.Quotient(p, map.ByWidth);
                int x = p - y * map.Width;
                double activation = arena[start + MapArgs.At(map, y, x, c)];
                double gradient = arena[start + MapArgs.At(args.Gradients, y, x, c)];
                sum += TTerm.Of(new DoubleNumber(activation), new DoubleNumber(gradient), new DoubleNumber(constant)).Value;
            }
        }

        partial[Group.IdxX] = sum;
        Group.Barrier();
        if (first == 0 && c < map.Channels)
        {
            double total = 0;
            for (int i = 0; i < step; i++)
                total += partial[i * lanes + Group.IdxX];
            sums[place] = total;
        }
    }
}
