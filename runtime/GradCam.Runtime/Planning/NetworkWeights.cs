using System.ComponentModel;
using GradCam.Weights;

namespace GradCam.Planning;

/// <summary>A network's weights while a backend prepares them, by the operations' references.</summary>
/// <param name="info">The network.</param>
/// <param name="source">Where its weights come from: it has all that the network reads, as <see cref="WeightChecks"/> says.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class NetworkWeights(NetworkInfo info, WeightSource source)
{
    private readonly object _reading = new();
    private readonly NonFiniteWeights _nonFinite = new(info.Weights);

    /// <summary>Where they come from.</summary>
    public WeightSource Source => source;

    /// <summary>Whether tensors can be read in parts without a copy of the whole.</summary>
    public bool HasStoredBytes => info.Weights.Count > 0 && source.TryGetRaw(info.Weights[0].Name, out _, out _);

    /// <summary>The name of a weight tensor.</summary>
    public string NameOf(WeightRef reference) => info.Weights[reference.Index].Name;

    /// <summary>The shape of a weight tensor.</summary>
    public IReadOnlyList<int> ShapeOf(WeightRef reference) => info.Weights[reference.Index].Shape;

    /// <summary>Elements of a weight tensor.</summary>
    public int LengthOf(WeightRef reference)
    {
        int length = 1;
        IReadOnlyList<int> shape = ShapeOf(reference);
        for (int i = 0; i < shape.Count; i++)
            length = checked(length * shape[i]);
        return length;
    }

    /// <summary>Reads a small weight tensor, row-major. On any thread.</summary>
    public float[] Read(WeightRef reference)
    {
        var values = new float[LengthOf(reference)];
        using WeightReader reader = Open(reference);
        reader.Read(0, values);

        return values;
    }

    /// <summary>Opens a weight tensor, to read it in parts. On any thread.</summary>
    public WeightReader Open(WeightRef reference)
    {
        lock (_reading)
            return new WeightReader(source, NameOf(reference), LengthOf(reference), reference.Index, _nonFinite);
    }

    /// <summary>Finds a weight tensor's stored bytes. On any thread.</summary>
    /// <param name="reference">The tensor.</param>
    /// <param name="type">The type of its elements.</param>
    /// <param name="bytes">Its bytes, row-major.</param>
    /// <returns>False when the source has none, or not as many as the tensor takes.</returns>
    public bool TryOpenStored(WeightRef reference, out WeightType type, out ReadOnlySpan<byte> bytes)
    {
        lock (_reading)
        {
            return source.TryGetRaw(NameOf(reference), out type, out bytes) && type != WeightType.Other
                && bytes.Length == (long)LengthOf(reference) * WeightConversion.BytesPerElement(type);
        }
    }

    /// <summary>Looks at weights that were read otherwise. On any thread.</summary>
    /// <param name="reference">The tensor.</param>
    /// <param name="start">The index of the first.</param>
    /// <param name="values">In 32 bits.</param>
    public void CheckFinite(WeightRef reference, int start, ReadOnlySpan<float> values) => _nonFinite.Check(reference.Index, start, values);

    /// <summary>A line for each tensor that was read and is not all finite numbers, in the network's order.</summary>
    public IReadOnlyList<string> DescribeNonFinite() => _nonFinite.Describe();
}
