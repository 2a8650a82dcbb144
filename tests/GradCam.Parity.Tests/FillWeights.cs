using GradCam.Weights;

namespace GradCam.Parity.Tests;

/// <summary>The weights of a golden network: names and shapes of the framework's state_dict, values by <see cref="Fill"/>.</summary>
internal sealed class FillWeights(string name, IReadOnlyDictionary<string, int[]> shapes) : WeightSource
{
    public override string Name => name;

    public override bool TryGetShape(string name, out ReadOnlySpan<int> shape)
    {
        bool found = shapes.TryGetValue(name, out int[]? dimensions);
        shape = dimensions;
        return found;
    }

    public override void Read(string name, Span<float> destination)
    {
        if (!shapes.TryGetValue(name, out int[]? shape))
            throw new WeightException($"{Name} has no tensor '{name}'.");
        Fill.Values(name, shape, destination);
    }
}
