using System.Diagnostics.CodeAnalysis;
using GradCam.Weights.Format;

namespace GradCam.Weights;

/// <summary>Weights in memory: for tests, and for weights that come from somewhere else than a file.</summary>
/// <example><code> var weights = new WeightDictionary()
///     .Add("fc.weight", [10, 512], matrix)
///     .Add("fc.bias", [10], bias);
/// </code></example>
[SuppressMessage("Naming", "CA1711:Identifiers should not have incorrect suffix", Justification = "It is one: name to tensor.")]
public sealed class WeightDictionary : WeightSource
{
    private readonly Dictionary<string, (int[] Shape, float[] Values)> _tensors = new(StringComparer.Ordinal);
    private readonly List<string> _names = [];

    /// <summary>Makes an empty dictionary.</summary>
    /// <param name="name">What to call it in messages.</param>
    public WeightDictionary(string name = "dictionary") => Name = name;

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Names => _names;

    /// <summary>Adds a tensor.</summary>
    /// <param name="name">Its key.</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="values">Its elements, row-major; not copied.</param>
    /// <returns>This dictionary.</returns>
    /// <exception cref="ArgumentException">There is one of that name already, or the shape has another number of elements.</exception>
    public WeightDictionary Add(string name, ReadOnlySpan<int> shape, float[] values)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(values);
        long count = 1;
        foreach (int size in shape)
            count = checked(count * size);
        if (count != values.Length)
            throw new ArgumentException($"Shape {WeightText.Shape(shape.ToArray())} has {count} elements, found {values.Length}.", nameof(values));
        _tensors.Add(name, (shape.ToArray(), values));
        _names.Add(name);
        return this;
    }

    /// <inheritdoc/>
    public override bool TryGetShape(string name, out ReadOnlySpan<int> shape)
    {
        bool found = _tensors.TryGetValue(name, out (int[] Shape, float[] Values) tensor);
        shape = tensor.Shape;
        return found;
    }

    /// <inheritdoc/>
    public override void Read(string name, Span<float> destination)
    {
        if (!_tensors.TryGetValue(name, out (int[] Shape, float[] Values) tensor))
            throw WeightMessages.Missing(name, this);
        if (tensor.Values.Length != destination.Length)
        {
            throw new WeightException(
                $"{Name}: tensor {WeightText.Quote(name)}: expected {destination.Length} elements, found {WeightText.Shape(tensor.Shape)}.");
        }
        tensor.Values.CopyTo(destination);
    }
}
