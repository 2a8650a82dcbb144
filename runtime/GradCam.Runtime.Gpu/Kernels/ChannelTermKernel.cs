using GradCam.Explain.Maps;
using ILGPU;

namespace GradCam.Gpu.Kernels;

/// <summary>
/// A method's map: the sum over the channels of a weight times a term of activation, gradient and a number of the channel's. A team of threads a pixel, in
/// single precision.
/// </summary>
internal static class ChannelTermKernel
{
    /// <summary>The kernel.</summary>
    /// <typeparam name="TTerm">The term.</typeparam>
    /// <typeparam name="TTeam">Who takes a pixel.</typeparam>
    /// <param name="arena">All samples.</param>
    /// <param name="constants">[samples, channels].</param>
    /// <param name="weights">[samples, channels].</param>
    /// <param name="maps">The samples' maps, each [pixels].</param>
    /// <param name="args">The layer.</param>
    public static void Run<TTerm, TTeam>(
        ArrayView<float> arena, ArrayView<double> constants, ArrayView<double> weights, ArrayView<float> maps, TermArgs args)
        where TTerm : IMapTerm
        where TTeam : IRowTeam
    {
        MapArgs map = args.Activations;
        int pixels = map.Height * map.Width;
        for (int row = TTeam.Team; row < args.Samples.Count * pixels; row += TTeam.Teams)
        {
            int line = Divisor.Quotient(row, map.ByWidth);
            int x = row - line * map.Width;
            int sample = Divisor.Quotient(line, map.ByHeight);
            int y = line - sample * map.Height;
            int pixel = y * map.Width + x;
            int start = sample * args.Samples.Stride;
            int activations = start + MapArgs.At(map, y, x, 0);
            int gradients = start + MapArgs.At(args.Gradients, y, x, 0);
            int numbers = sample * map.Channels;
            float sum = 0;
            for (int c = TTeam.Member; c < map.Channels; c += TTeam.Members)
            {
                float constant = args.HasConstants != 0 ? (float)constants[numbers + c] : 0;
                float weight = args.HasWeights != 0 ? (float)weights[numbers + c] : 1;
                sum += TTerm.Of(new SingleNumber(arena[activations + c]), new SingleNumber(arena[gradients + c]), new SingleNumber(constant)).Value * weight;
            }

            sum = TTeam.Sum(sum);
            if (TTeam.Member == 0)
                maps[args.MapStart + sample * args.MapStride + pixel] = sum;
        }
    }
}
