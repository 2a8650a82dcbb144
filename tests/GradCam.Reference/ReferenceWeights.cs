using GradCam.Weights;

namespace GradCam.Reference;

/// <summary>A network's weight tensors as doubles, in the order of <see cref="NetworkInfo.Weights"/>.</summary>
public sealed class ReferenceWeights
{
    private readonly double[][] _tensors;

    /// <summary>Takes tensors as they are.</summary>
    public ReferenceWeights(IEnumerable<double[]> tensors) => _tensors = [.. tensors];

    /// <summary>Reads a network's weights.</summary>
    /// <exception cref="WeightException">A tensor is missing or has another shape.</exception>
    public static ReferenceWeights Read(NetworkInfo info, WeightSource source) => new(info.Weights.Select(weight => Read(weight, source)));

    /// <summary>The tensor of a reference, row-major.</summary>
    public double[] this[WeightRef reference] => _tensors[reference.Index];

    /// <summary>One value a channel: the tensor's, or its only one for all channels, or <paramref name="absent"/> where there is none.</summary>
    public double PerChannel(WeightRef reference, int channel, double absent)
    {
        if (!reference.IsPresent)
            return absent;
        double[] values = this[reference];
        return values.Length == 1 ? values[0] : values[channel];
    }

    private static double[] Read(WeightInfo weight, WeightSource source)
    {
        if (!source.TryGetShape(weight.Name, out ReadOnlySpan<int> shape))
            throw new WeightException($"{source.Name} lacks {weight.Name}.");
        if (!shape.SequenceEqual(weight.Shape.ToArray()))
            throw new WeightException($"{source.Name}: {weight.Name} is [{string.Join(", ", shape.ToArray())}], not [{string.Join(", ", weight.Shape)}].");
        float[] values = new float[weight.Shape.Aggregate(1, (product, size) => product * size)];
        source.Read(weight.Name, values);
        return Array.ConvertAll(values, value => (double)value);
    }
}
