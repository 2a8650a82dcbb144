using GradCam.Gen.Diagnostics;
using GradCam.Gen.Model;

namespace GradCam.Gen.Passes;

/// <summary>
/// Where problems with weights are to be corrected. A wrong number of channels shows at many tensors, all of which are problems of the place that says it:
/// the argument of a block's use, or a statement.
/// </summary>
internal sealed class WeightProblemPlaces
{
    private readonly Dictionary<int, Layer> _layers;

    /// <summary>Places whose number of channels no weight of theirs has.</summary>
    private readonly HashSet<TextRange> _wrong = [];

    /// <summary>Statements of blocks, with a weight's role, for which the file has what one of the block's uses needs.</summary>
    private readonly HashSet<(TextRange, string)> _fits = [];

    /// <param name="network">The network.</param>
    /// <param name="file">The weight file's tensors, by name.</param>
    /// <param name="prefix">What their names begin with, but not in the spec.</param>
    public WeightProblemPlaces(Network network, IReadOnlyDictionary<string, TensorEntry> file, string prefix)
    {
        _layers = network.ById();
        var right = new HashSet<TextRange>();
        foreach (Layer layer in network.Layers)
        {
            foreach (WeightBinding weight in layer.Weights.Concat(layer.Affine?.Weights ?? []))
            {
                if (!file.TryGetValue(prefix + weight.Key, out TensorEntry? found))
                    continue;
                if (weight.Shapes.Contains(found.Shape))
                    _fits.Add((layer.Range, weight.Role));
                // Only a layer of channels of its own says whether their number is right.
                if (weight.Role != "weight" || layer.Operation.OutputAxis is not int axis || Expected(weight, found) is not { } expected)
                    continue;
                (expected[axis] == found.Shape[axis] ? right : _wrong).UnionWith(layer.ChannelsFrom);
            }
        }

        _wrong.ExceptWith(right);
    }

    /// <summary>Puts a problem of a weight in its place.</summary>
    /// <param name="problem">The problem.</param>
    /// <param name="layer">The layer that reads the weight.</param>
    /// <param name="weight">The weight.</param>
    /// <param name="found">What the file has under its name, or null.</param>
    public Problem Place(Problem problem, Layer layer, WeightBinding weight, TensorEntry? found)
    {
        TextRange? cause = found is null ? null : Cause(layer, weight, found);
        if (cause is null && _fits.Contains((layer.Range, weight.Role)))
            cause = layer.Use;
        return cause is TextRange range && range != layer.Range
            ? problem with { Place = range, Elsewhere = OtherPlace.Origin(layer.Range) }
            : problem with { Place = layer.Range, Elsewhere = OtherPlace.Use(layer.Use) };
    }

    /// <summary>The place of the wrong number of channels that alone makes the shape wrong; null where more than that is wrong.</summary>
    private TextRange? Cause(Layer layer, WeightBinding weight, TensorEntry found)
    {
        if (Expected(weight, found) is not { } expected)
            return null;
        TextRange? cause = null;
        for (int axis = 0; axis < expected.Count; axis++)
        {
            if (expected[axis] == found.Shape[axis])
                continue;
            // The outermost that is wrong wherever it counts.
            TextRange[] sources = [.. Sources(layer, weight, axis).Where(_wrong.Contains).Take(1)];
            if (sources.Length == 0)
                return null;
            cause ??= sources[0];
        }

        return cause;
    }

    /// <summary>Where the size of a weight's axis is said; nowhere for a kernel's side.</summary>
    private EquatableArray<TextRange> Sources(Layer layer, WeightBinding weight, int axis)
    {
        if (weight.Role != "weight" || layer.Operation.OutputAxis is not int output)
            return layer.ChannelsFrom;
        if (axis == output)
            return layer.ChannelsFrom;
        return axis < 2 ? _layers[layer.Input].ChannelsFrom : default;
    }

    private static EquatableArray<int>? Expected(WeightBinding weight, TensorEntry found)
    {
        foreach (EquatableArray<int> shape in weight.Shapes)
        {
            if (shape.Count == found.Shape.Count)
                return shape;
        }

        return null;
    }
}
