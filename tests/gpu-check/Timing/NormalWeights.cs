using GradCam.Weights;

namespace GradCam.GpuCheck.Timing;

/// <summary>
/// Random weights of magnitudes that keep activations near 1: what a network computes in its time does not matter here, as long as it is finite.
/// </summary>
/// <param name="info">The network.</param>
internal sealed class NormalWeights(NetworkInfo info) : WeightSource
{
    private readonly Dictionary<string, int[]> _shapes = info.Weights.ToDictionary(weight => weight.Name, weight => weight.Shape.ToArray());

    public override string Name => "random weights";

    public override bool TryGetShape(string name, out ReadOnlySpan<int> shape)
    {
        bool found = _shapes.TryGetValue(name, out int[]? dimensions);
        shape = dimensions;
        return found;
    }

    public override void Read(string name, Span<float> destination)
    {
        int[] shape = _shapes[name];
        var random = new Random(name.Length);
        bool isMatrix = shape.Length > 1;
        float scale = isMatrix ? MathF.Sqrt(6f / (destination.Length / shape[0])) : 0.1f;
        float shift = !isMatrix && (name.EndsWith("running_var", StringComparison.Ordinal) || name.EndsWith("weight", StringComparison.Ordinal)) ? 1 : 0;
        foreach (ref float value in destination)
            value = shift + scale * (2 * random.NextSingle() - 1);
    }
}
