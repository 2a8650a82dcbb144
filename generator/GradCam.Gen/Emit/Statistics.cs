using System.Globalization;
using GradCam.Gen.Model;

namespace GradCam.Gen.Emit;

/// <summary>What layers cost.</summary>
internal sealed class Statistics(Network network)
{
    private readonly Dictionary<int, Shape> _shapes = network.Layers.ToDictionary(layer => layer.Id, layer => layer.Shape);

    public long TotalMultiplyAccumulates => network.Layers.Sum(MultiplyAccumulates);

    public long TotalParameters => network.Layers.Sum(Parameters);

    public long MultiplyAccumulates(Layer layer) => layer.Operation switch
    {
        ConvolutionOperation convolution => layer.Shape.Length * (_shapes[layer.Input].Channels / convolution.Groups) * Taps(convolution.Window),
        TransposedConvolutionOperation convolution => _shapes[layer.Input].Length * (layer.Shape.Channels / convolution.Groups) * Taps(convolution.Window),
        LinearOperation => layer.Shape.Length * _shapes[layer.Input].Channels,
        _ => 0,
    };

    /// <summary>What a step of a backward slice costs: where only the class's channel is differentiated that channel's share, and of sums a pixel's.</summary>
    public long MultiplyAccumulates(BackwardStep step)
    {
        if (step.Kind != BackwardKind.Operation)
            return 0;
        long share = step.FromClassChannel ? step.Layer.Shape.Channels : 1;
        long all = !step.OnSums ? MultiplyAccumulates(step.Layer)
            : step.Layer.Operation is AffineOperation ? 0
            : (long)step.Layer.Shape.Channels * _shapes[step.Operand].Channels;
        return all / share;
    }

    /// <summary>Learnt parameters; running statistics are not.</summary>
    public long Parameters(Layer layer) =>
        layer.Weights.Concat(layer.Affine?.Weights ?? []).Where(weight => !weight.Role.StartsWith("running", StringComparison.Ordinal))
            .Sum(weight => network.Weights[weight.Index].Shape.Aggregate(1L, (product, size) => product * size));

    /// <summary>A number of multiply-accumulates, in the largest unit that leaves a digit before the point: "1.82 G", "14.6 M", "3.5 k", "320 ".</summary>
    public static string Scaled(long count)
    {
        (double value, string format, string prefix) = count switch
        {
            >= 1_000_000_000 => (count / 1e9, "N2", "G"),
            >= 1_000_000 => (count / 1e6, "N1", "M"),
            >= 1_000 => (count / 1e3, "N1", "k"),
            _ => (count, "N0", ""),
        };
        return value.ToString(format, CultureInfo.InvariantCulture) + " " + prefix;
    }

    public static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    public static string MebiBytes(long floats) => (floats * 4 / 1048576.0).ToString("N1", CultureInfo.InvariantCulture) + " MiB";

    private static long Taps(Window window) => (long)window.Kernel.Height * window.Kernel.Width;
}
