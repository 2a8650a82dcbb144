using System.Globalization;

namespace GradCam;

/// <summary>A class of a network, by its name in the class file or by its index: <c>"tabby"</c> or <c>281</c>.</summary>
public readonly struct ClassReference : IEquatable<ClassReference>
{
    private readonly int _index;
    private readonly string? _name;

    /// <summary>A class by its index.</summary>
    /// <param name="index">The class's logit.</param>
    public ClassReference(int index) => _index = index;

    /// <summary>A class by its name.</summary>
    /// <param name="name">Its line in the class file, exactly.</param>
    public ClassReference(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        _name = name;
    }

    /// <summary>A class by its index.</summary>
    public static implicit operator ClassReference(int index) => new(index);

    /// <summary>A class by its name.</summary>
    public static implicit operator ClassReference(string name) => new(name);

    /// <summary>A class by its index, as the conversion.</summary>
    public static ClassReference FromInt32(int index) => new(index);

    /// <summary>A class by its name, as the conversion.</summary>
    public static ClassReference FromString(string name) => new(name);

    /// <summary>Whether they say the same.</summary>
    public static bool operator ==(ClassReference left, ClassReference right) => left.Equals(right);

    /// <summary>Whether they say different things.</summary>
    public static bool operator !=(ClassReference left, ClassReference right) => !left.Equals(right);

    /// <summary>Whether it says the same.</summary>
    public bool Equals(ClassReference other) => _index == other._index && _name == other._name;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is ClassReference other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_index, _name);

    /// <summary>The name, or the index.</summary>
    public override string ToString() => _name ?? _index.ToString(CultureInfo.InvariantCulture);

    /// <summary>The class's index in a network.</summary>
    /// <param name="info">The network.</param>
    /// <param name="parameter">The caller's parameter, for messages.</param>
    /// <exception cref="ArgumentException">There is no such name, or several classes have it.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such index.</exception>
    internal int IndexIn(NetworkInfo info, string parameter) => IndexIn(info, output: 0, parameter);

    /// <summary>The class's index in an output. Names are those of the first output, and of others with as many channels.</summary>
    internal int IndexIn(NetworkInfo info, int output, string parameter)
    {
        int count = info.Outputs[output].Tensor.Channels;
        if (_name is null)
        {
            string whose = output == 0 ? info.Name : $"The output '{info.Outputs[output].Name}' of {info.Name}";
            return (uint)_index < (uint)count
                ? _index
                : throw new ArgumentOutOfRangeException(parameter, _index, $"{whose} has {count} classes, 0 to {count - 1}.");
        }

        if (count != info.Logits.Channels)
        {
            throw new ArgumentException(
                $"The output '{info.Outputs[output].Name}' of {info.Name} has no class names: say an index from 0 to {count - 1}.", parameter);
        }

        int found = -1;
        for (int i = 0; i < info.Labels.Count; i++)
        {
            if (info.Labels[i] != _name)
                continue;
            if (found >= 0)
            {
                throw new ArgumentException(
                    $"Several classes of {info.Name} are named '{_name}', {found} and {i} among them: say which by its index.", parameter);
            }

            found = i;
        }

        if (found >= 0)
            return found;
        string expected = info.Labels.Count == 0 ? $"it came without names: say an index from 0 to {count - 1}" : "see its Labels";
        throw new ArgumentException($"{info.Name} has no class '{_name}'; {expected}.", parameter);
    }
}
