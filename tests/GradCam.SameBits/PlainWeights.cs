using GradCam.Weights;

namespace GradCam.SameBits;

/// <summary>Weights for a network, made by integers and quotients alone, so that they have the same bits everywhere.</summary>
/// <param name="info">The network.</param>
internal sealed class PlainWeights(NetworkInfo info) : WeightSource
{
    private readonly Dictionary<string, WeightInfo> _tensors = info.Weights.ToDictionary(weight => weight.Name);

    /// <inheritdoc/>
    public override string Name => "plain weights";

    /// <summary>Numbers from -1 to 1 without a pattern.</summary>
    /// <param name="state">Where they begin; where the next ones do.</param>
    public static float Next(ref uint state)
    {
        // Numerical Recipes' congruence.
        state = state * 1664525 + 1013904223;
        return (int)(state >> 8) / (float)(1 << 23) - 1;
    }

    /// <inheritdoc/>
    public override bool TryGetShape(string name, out ReadOnlySpan<int> shape)
    {
        bool found = _tensors.TryGetValue(name, out WeightInfo? weight);
        shape = found ? weight!.Shape.ToArray() : default;
        return found;
    }

    /// <inheritdoc/>
    public override void Read(string name, Span<float> destination)
    {
        WeightInfo weight = _tensors[name];
        uint state = 1;
        foreach (char letter in name)
            state = state * 31 + letter;
        int inputs = Math.Max(1, destination.Length / weight.Shape[0]);
        foreach (ref float value in destination)
        {
            float next = Next(ref state);
            value = name.EndsWith("running_var", StringComparison.Ordinal) ? 1 + 0.5f * next
                : inputs > 1 ? 2 * next / MathF.Sqrt(inputs)
                : name.EndsWith("weight", StringComparison.Ordinal) ? 1 + 0.5f * next
                : 0.5f * next;
        }
    }
}
