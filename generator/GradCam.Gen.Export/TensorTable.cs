namespace GradCam.Gen.Export;

/// <summary>One tensor of a weight file.</summary>
/// <param name="Name">Its key.</param>
/// <param name="Type">Its type, as safetensors spells it.</param>
/// <param name="Shape">Its shape.</param>
public sealed record TensorRow(string Name, string Type, IReadOnlyList<int> Shape)
{
    /// <summary>Number of elements.</summary>
    public long Elements => Shape.Aggregate(1L, (product, size) => product * size);
}

/// <summary>What a weight file holds, for people.</summary>
public static class TensorTable
{
    /// <summary>Reads a safetensors file's header.</summary>
    /// <exception cref="SpecException">The file cannot be read or is damaged.</exception>
    public static IReadOnlyList<TensorRow> Read(string path)
    {
        using WeightFile weights = WeightFile.Open(path);
        return [.. weights.Tensors.Select(tensor => new TensorRow(tensor.Name, tensor.Type, tensor.Shape))];
    }
}
