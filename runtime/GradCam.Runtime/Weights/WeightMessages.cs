using GradCam.Weights.Format;

namespace GradCam.Weights;

/// <summary>What is said of a tensor that is not there or cannot be read.</summary>
internal static class WeightMessages
{
    /// <summary>There is no such tensor.</summary>
    public static WeightException Missing(string name, WeightSource source)
    {
        string? near = NearestTensor.Find(name, source.Names);
        string hint = near is null ? $"None of its {source.Names.Count} names is near." : $"Did you mean {WeightText.Quote(near)}?";
        return new WeightException($"{source.Name}: expected a tensor {WeightText.Quote(name)}, found none of that name. {hint}");
    }

    /// <summary>A tensor is not of floats.</summary>
    public static WeightException WrongType(string name, WeightSource source, string type) =>
        new($"{source.Name}: tensor {WeightText.Quote(name)}: expected {WeightTypes.Readable}, found {type}.");
}
