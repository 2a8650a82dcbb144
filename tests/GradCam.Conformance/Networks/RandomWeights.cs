using GradCam.Weights;

namespace GradCam.Conformance.Networks;

/// <summary>Random weights for a network, of magnitudes that keep its activations near 1.</summary>
/// <param name="info">The network.</param>
/// <param name="seed">The seed.</param>
public sealed class RandomWeights(NetworkInfo info, int seed) : WeightSource
{
    private readonly Dictionary<string, (int[] Shape, float[] Values)> _tensors = Draw(info, new Random(seed));

    /// <inheritdoc/>
    public override string Name => "random weights";

    /// <inheritdoc/>
    public override bool TryGetShape(string name, out ReadOnlySpan<int> shape)
    {
        bool found = _tensors.TryGetValue(name, out (int[] Shape, float[] Values) tensor);
        shape = tensor.Shape;
        return found;
    }

    /// <inheritdoc/>
    public override void Read(string name, Span<float> destination) => _tensors[name].Values.CopyTo(destination);

    /// <summary>A standard normal value.</summary>
    public static double Normal(Random random)
    {
        ArgumentNullException.ThrowIfNull(random);
        return Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
    }

    private static Dictionary<string, (int[] Shape, float[] Values)> Draw(NetworkInfo info, Random random)
    {
        var tensors = new Dictionary<string, (int[] Shape, float[] Values)>();

        // By name, so that two networks that read the same tensors in another order get the same ones.
        foreach (WeightInfo weight in info.Weights.OrderBy(weight => weight.Name, StringComparer.Ordinal))
        {
            int[] shape = [.. weight.Shape];
            float[] values = new float[shape.Aggregate(1, (product, size) => product * size)];
            double inputs = Math.Max(1, values.Length / shape[0]);
            for (int i = 0; i < values.Length; i++)
            {
                double value = Normal(random);
                values[i] = (float)(
                    weight.Name.EndsWith("running_var", StringComparison.Ordinal) ? 0.5 + Math.Abs(value)
                    : inputs > 1 ? 1.3 * value / Math.Sqrt(inputs)
                    : weight.Name.EndsWith("weight", StringComparison.Ordinal) ? 1 + 0.3 * value
                    : 0.3 * value);
            }

            tensors[weight.Name] = (shape, values);
        }

        return tensors;
    }
}
