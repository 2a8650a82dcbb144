namespace GradCam.Weights;

/// <summary>Named weight tensors, as float32.</summary>
public abstract class WeightSource : IDisposable
{
    /// <summary>What the tensors come from, for messages: a file's path, "stream", "resource NAME".</summary>
    public abstract string Name { get; }

    /// <summary>Finds a tensor.</summary>
    /// <param name="name">Its key.</param>
    /// <param name="shape">Its shape.</param>
    /// <returns>False when there is none of that name.</returns>
    public abstract bool TryGetShape(string name, out ReadOnlySpan<int> shape);

    /// <summary>Reads a tensor, row-major, converted to float32.</summary>
    /// <param name="name">Its key.</param>
    /// <param name="destination">As long as the tensor.</param>
    /// <exception cref="WeightException">There is no such tensor, or it cannot be read.</exception>
    public abstract void Read(string name, Span<float> destination);

    /// <summary>The tensors' keys, in the source's order; empty where the source cannot list them.</summary>
    public virtual IReadOnlyList<string> Names => [];

    /// <summary>A tensor's bytes as stored, to pack from without a float32 copy: little-endian, row-major, at any address (do not assume alignment).</summary>
    /// <param name="name">Its key.</param>
    /// <param name="type">The type of its elements.</param>
    /// <param name="bytes">Its bytes; valid until the source is disposed.</param>
    /// <returns>False when the source has no stored bytes, no such tensor, or more bytes than a span can hold: then use <see cref="Read"/>.</returns>
    public virtual bool TryGetRaw(string name, out WeightType type, out ReadOnlySpan<byte> bytes)
    {
        type = default;
        bytes = default;
        return false;
    }

    /// <summary>The stored type of a tensor that cannot be read as floats, for messages; null where it can, or where there is none of that name.</summary>
    internal virtual string? UnreadableType(string name) => null;

    /// <summary>Where a tensor lies in an open file; null where the source is none, or has no tensor of that name.</summary>
    internal virtual StoredPlace? FindPlace(string name) => null;

    /// <summary>The SHA-256 of the whole source as stored, in lower-case hex; null where the source is not one block of bytes. Reads all of it.</summary>
    public virtual string? ComputeSha256() => null;

    /// <summary>
    /// What tells these weights from others: changes when they do. Null where nothing can tell. Cheap for a file: of its bytes it reads the header and a few of
    /// each tensor.
    /// </summary>
    internal virtual string? Identify() => ComputeSha256();

    /// <summary>
    /// These weights under other names: <c>weights.ReplacePrefix("module.", "")</c> for what PyTorch's DataParallel saved. Tensors whose names begin
    /// otherwise keep them.
    /// </summary>
    /// <param name="stored">What the names begin with.</param>
    /// <param name="expected">What they are to begin with, as the network has them.</param>
    /// <returns>The weights; disposing of them disposes of these.</returns>
    public WeightSource ReplacePrefix(string stored, string expected)
    {
        ArgumentNullException.ThrowIfNull(stored);
        ArgumentNullException.ThrowIfNull(expected);
        return new RenamedWeights(this, stored, expected);
    }

    /// <summary>Whether the source as stored has this length and these bytes at its beginning; false where it is not one block of bytes.</summary>
    internal virtual bool BeginsLike(ReadOnlySpan<byte> bytes, long length) => false;

    /// <summary>
    /// Keeps what <see cref="TryGetRaw"/> gives in place until what is returned is disposed of, also when the source is; null where nothing has to.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The source is disposed.</exception>
    internal virtual IDisposable? Hold() => null;

    /// <summary>Frees the source.</summary>
    public virtual void Dispose() => GC.SuppressFinalize(this);
}

/// <summary>A weight file is missing, damaged or does not fit the network. The message names file and tensor, and what was expected and found.</summary>
public sealed class WeightException : Exception
{
    /// <summary>Makes an exception without a message.</summary>
    public WeightException()
    {
    }

    /// <summary>Makes an exception.</summary>
    public WeightException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception with a cause.</summary>
    public WeightException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
