using System.Globalization;
using GradCam.Gen.Model;

namespace GradCam.Gen.Emit;

/// <summary>What layers cost.</summary>
internal sealed class Statistics(Network network)
{
    private readonly Dictionary<int, Shape> _shapes = network.Layers.ToDictionary(layer => layer.Id, layer => layer.Shape);

    public long TotalMultiplyAccumulates => network.Layers.Sum(MultiplyAccumulates);

    public long TotalParameters => network.Layers.Sum(Parameters);

    public long MultiplyAccumulates(Layer layer) =>
        layer.Inputs.Count == 0 ? 0 : layer.Operation.MultiplyAccumulates(_shapes[layer.Input], layer.Shape);

    /// <summary>What a step of a backward slice costs: where only the class's channel is differentiated that channel's share, and of sums a pixel's.</summary>
    public long MultiplyAccumulates(BackwardStep step)
    {
        long whole = step.Kind == BackwardKind.Operation ? MultiplyAccumulates(step.Layer) : 0;
        if (step.OnSums && whole > 0)
            whole = (long)step.Layer.Shape.Channels * _shapes[step.Operand].Channels;
        return whole / (step.FromClassChannel ? step.Layer.Shape.Channels : 1);
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

    /// <summary>Bytes of floats, in the larger unit that leaves a digit before the point: "5.9 MiB", "312.5 KiB".</summary>
    public static string Bytes(long floats)
    {
        (double value, string unit) = floats >= 1 << 18 ? (floats / 262144.0, "MiB") : (floats / 256.0, "KiB");
        return value.ToString("N1", CultureInfo.InvariantCulture) + " " + unit;
    }
}
