using System.Globalization;

namespace GradCam;

/// <summary>
/// A layer that a network was compiled to explain, by its name in the spec or by its index: <c>"layer4"</c> or <c>0</c>. The default value is the first one.
/// </summary>
public readonly struct LayerReference : IEquatable<LayerReference>
{
    private readonly int _index;
    private readonly string? _name;

    /// <summary>A layer by its index.</summary>
    /// <param name="index">Index into <see cref="NetworkInfo.Layers"/>.</param>
    public LayerReference(int index) => _index = index;

    /// <summary>A layer by its name.</summary>
    /// <param name="name">Its name in the spec.</param>
    public LayerReference(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        _name = name;
    }

    /// <summary>A layer by its index.</summary>
    public static implicit operator LayerReference(int index) => new(index);

    /// <summary>A layer by its name.</summary>
    public static implicit operator LayerReference(string name) => new(name);

    /// <summary>A layer by its index, as the conversion.</summary>
    public static LayerReference FromInt32(int index) => new(index);

    /// <summary>A layer by its name, as the conversion.</summary>
    public static LayerReference FromString(string name) => new(name);

    /// <summary>Whether they say the same.</summary>
    public static bool operator ==(LayerReference left, LayerReference right) => left.Equals(right);

    /// <summary>Whether they say different things.</summary>
    public static bool operator !=(LayerReference left, LayerReference right) => !left.Equals(right);

    /// <summary>Whether it says the same.</summary>
    public bool Equals(LayerReference other) => _index == other._index && _name == other._name;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is LayerReference other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_index, _name);

    /// <summary>The name, or the index.</summary>
    public override string ToString() => _name ?? _index.ToString(CultureInfo.InvariantCulture);

    /// <summary>The layer's index in a network.</summary>
    /// <param name="info">The network.</param>
    /// <param name="parameter">The caller's parameter, for messages.</param>
    /// <exception cref="ArgumentException">There is no such name.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such index.</exception>
    internal int IndexIn(NetworkInfo info, string parameter)
    {
        IReadOnlyList<LayerInfo> layers = info.Layers;
        if (_name is null)
        {
            return (uint)_index < (uint)layers.Count
                ? _index
                : throw new ArgumentOutOfRangeException(parameter, _index, $"{info.Name} was compiled to explain {layers.Count} layer(s): {Names(info)}.");
        }

        for (int i = 0; i < layers.Count; i++)
        {
            if (layers[i].Name == _name)
                return i;
        }

        throw new ArgumentException($"{info.Name} was not compiled to explain '{_name}'; expected {(layers.Count == 0 ? "none" : Names(info))}.", parameter);
    }

    private static string Names(NetworkInfo info) => string.Join(", ", info.Layers.Select(layer => layer.Name));
}
