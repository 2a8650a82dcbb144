using GradCam.Gen.Build.Onnx;
using GradCam.Weights;

namespace GradCam.Gen.Tool.Networks;

/// <summary>The weights of an ONNX file, read from where they lie in it.</summary>
/// <param name="name">The file, for messages.</param>
/// <param name="network">What it was imported as.</param>
internal sealed class ImportedWeights(string name, ImportedNetwork network) : WeightSource
{
    private readonly Dictionary<string, NetWeight> _tensors = network.Weights.ToDictionary(
        weight => weight.Name, weight => weight.Weight, StringComparer.Ordinal);

    public override string Name => name;

    public override IReadOnlyList<string> Names => [.. _tensors.Keys];

    public override bool TryGetShape(string name, out ReadOnlySpan<int> shape)
    {
        bool found = _tensors.TryGetValue(name, out NetWeight? weight);
        shape = weight?.Shape;
        return found;
    }

    public override void Read(string name, Span<float> destination)
    {
        float[] values = _tensors.TryGetValue(name, out NetWeight? weight)
            ? weight.Tensor.ToFloats()
            : throw new WeightException($"{Name}: there is no tensor '{name}'.");
        values.CopyTo(destination);
    }
}
