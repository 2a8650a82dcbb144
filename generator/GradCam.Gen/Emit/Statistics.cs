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

    /// <summary>Learnt parameters; running statistics are not.</summary>
    public long Parameters(Layer layer) =>
        layer.Weights.Concat(layer.Affine?.Weights ?? []).Where(weight => !weight.Role.StartsWith("running", StringComparison.Ordinal))
            .Sum(weight => network.Weights[weight.Index].Shape.Aggregate(1L, (product, size) => product * size));

    public static string Mega(long count) => (count / 1e6).ToString("N1", CultureInfo.InvariantCulture);

    public static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    public static string MebiBytes(long floats) => (floats * 4 / 1048576.0).ToString("N1", CultureInfo.InvariantCulture) + " MiB";

    private static long Taps(Window window) => (long)window.Kernel.Height * window.Kernel.Width;
}
