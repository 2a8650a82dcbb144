using System.Buffers.Binary;
using System.Security.Cryptography;
using GradCam.Weights.Format;

namespace GradCam.Weights;

/// <summary>
/// A safetensors file: mapped into memory, read from a stream, or an embedded resource used in place. The header is checked whole before anything else;
/// tensors are converted when they are read. Safe for several threads.
/// </summary>
/// <remarks>
/// A mapped file must not be shortened while it is open: the operating system ends a process that reads a page which is gone. Replacing it by a rename is safe.
/// The format: https://github.com/huggingface/safetensors#format.
/// </remarks>
public sealed unsafe class SafetensorsFile : WeightSource
{
    private readonly WeightMemory _memory;
    private readonly SafetensorsHeader _header;
    private readonly long _dataStart;
    private string[]? _names;
    private readonly FileStream? _file;
    private bool _isDisposed;

    private SafetensorsFile(string name, WeightMemory memory, SafetensorsHeader header, long dataStart, FileStream? file = null)
    {
        Name = name;
        _memory = memory;
        _header = header;
        _dataStart = dataStart;
        _file = file;
    }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Names => _names ??= [.. _header.Tensors.Select(tensor => tensor.Name)];

    /// <summary>The file's free-form metadata, its <c>__metadata__</c>.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _header.Metadata;

    /// <summary>Maps a file, read-only. Files above 2 GiB are fine.</summary>
    /// <param name="path">Its path.</param>
    /// <exception cref="WeightException">The file is missing, not readable, or not a whole safetensors file.</exception>
    public static SafetensorsFile Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        FileStream? file = null;
        try
        {
            file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0);
            if (file.CanSeek)
            {
                // Nothing can be mapped of an empty file.
                if (file.Length == 0)
                    SafetensorsHeader.ReadJsonLength([], available: 0);
                SafetensorsFile mapped = Check(WeightMemory.Map(file), path, file);
                file = null;
                return mapped;
            }

            return Open(file, path);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new WeightException($"{path}: no such file.", exception);
        }
        catch (WeightFormatException exception)
        {
            throw Damaged(path, exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw new WeightException($"{path}: cannot be read: {exception.Message}", exception);
        }
        finally
        {
            file?.Dispose();
        }
    }

    /// <summary>Reads a stream to its end, into memory outside the managed heap. The stream need not seek, and stays open.</summary>
    /// <param name="stream">The stream, at the file's first byte.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <exception cref="WeightException">It cannot be read, or is not a whole safetensors file.</exception>
    public static SafetensorsFile Open(Stream stream, string name = "stream")
    {
        ArgumentNullException.ThrowIfNull(stream);
        var memory = new WeightMemory();
        try
        {
            bool hasStart = memory.ReadTo(SafetensorsHeader.StartLength, stream);
            int jsonLength = SafetensorsHeader.ReadJsonLength(Start(memory), hasStart ? long.MaxValue : memory.Length);
            long dataStart = SafetensorsHeader.PrefixLength + (long)jsonLength;
            if (!memory.ReadTo(dataStart, stream))
                SafetensorsHeader.ReadJsonLength(Start(memory), memory.Length);
            SafetensorsHeader header = ParseHeader(memory, jsonLength);
            // To one byte more, which a whole file does not have.
            memory.ReadTo(header.DataLength < long.MaxValue - dataStart ? dataStart + header.DataLength + 1 : long.MaxValue, stream);
            header.CheckDataLength(memory.Length - dataStart);
            return new SafetensorsFile(name, memory, header, dataStart);
        }
        catch (Exception exception)
        {
            memory.Dispose();
            if (exception is WeightFormatException damage)
                throw Damaged(name, damage);
            if (exception is IOException or NotSupportedException or OutOfMemoryException)
                throw new WeightException($"{name}: cannot be read: {exception.Message}", exception);
            throw;
        }
    }

    /// <summary>Uses bytes that are in memory already, where they are: an embedded resource, for instance. They may lie at any address.</summary>
    /// <param name="stream">The bytes, from its position to its end; must stay open as long as the file.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <exception cref="WeightException">It is not a whole safetensors file.</exception>
    public static SafetensorsFile FromMemory(UnmanagedMemoryStream stream, string name = "memory")
    {
        ArgumentNullException.ThrowIfNull(stream);
        return Check(WeightMemory.Borrow(stream.PositionPointer, stream.Length - stream.Position, stream), name);
    }

    /// <summary>Uses an array or other managed memory, pinned where it is. It must not change as long as the file is open.</summary>
    /// <param name="memory">The bytes.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <exception cref="WeightException">It is not a whole safetensors file.</exception>
    public static SafetensorsFile FromMemory(ReadOnlyMemory<byte> memory, string name = "memory") => Check(WeightMemory.Pin(memory), name);

    /// <inheritdoc/>
    public override bool TryGetShape(string name, out ReadOnlySpan<int> shape)
    {
        SafetensorsTensor? tensor = _header.Find(name);
        shape = tensor?.Shape;
        return tensor is not null;
    }

    /// <inheritdoc/>
    public override bool TryGetRaw(string name, out WeightType type, out ReadOnlySpan<byte> bytes)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        SafetensorsTensor? tensor = _header.Find(name);
        type = tensor is null ? default : WeightTypes.Of(tensor.Type);
        bool fits = tensor is { Length: <= int.MaxValue };
        // Inside the block: the header's check placed every tensor's bytes between _dataStart and the end.
        bytes = fits ? new ReadOnlySpan<byte>(_memory.Start + _dataStart + tensor!.Begin, (int)tensor.Length) : default;
        return fits;
    }

    /// <inheritdoc/>
    public override void Read(string name, Span<float> destination)
    {
        using WeightMemory.Reader reader = HoldMemory();
        SafetensorsTensor tensor = _header.Find(name) ?? throw WeightMessages.Missing(name, this);
        WeightType type = WeightTypes.Of(tensor.Type);
        if (type == WeightType.Other)
            throw WeightMessages.WrongType(name, this, tensor.Type);
        if (tensor.Count != destination.Length)
        {
            throw new WeightException(
                $"{Name}: tensor {WeightText.Quote(name)}: expected {destination.Length} elements, found {WeightText.Shape(tensor.Shape)}.");
        }

        int size = WeightConversion.BytesPerElement(type);
        byte* source = _memory.Start + _dataStart + tensor.Begin;
        const int MostAtOnce = 1 << 24;
        for (int done = 0; done < destination.Length; done += MostAtOnce)
        {
            // A piece's bytes fit an int, and done + count <= the tensor's elements.
            int count = Math.Min(MostAtOnce, destination.Length - done);
            WeightConversion.ToSingle(type, new ReadOnlySpan<byte>(source + (long)done * size, count * size), destination.Slice(done, count));
        }
    }

    /// <inheritdoc/>
    internal override string? UnreadableType(string name) =>
        _header.Find(name) is SafetensorsTensor tensor && WeightTypes.Of(tensor.Type) == WeightType.Other ? tensor.Type : null;

    /// <inheritdoc/>
    internal override StoredPlace? FindPlace(string name)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return _file is not null && _header.Find(name) is SafetensorsTensor tensor
            ? new StoredPlace(WeightTypes.Of(tensor.Type), _file.SafeFileHandle, _dataStart + tensor.Begin, tensor.Length)
            : null;
    }

    /// <inheritdoc/>
    public override string ComputeSha256()
    {
        using WeightMemory.Reader reader = HoldMemory();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (long done = 0; done < _memory.Length;)
        {
            int count = (int)Math.Min(1 << 24, _memory.Length - done);
            hash.AppendData(new ReadOnlySpan<byte>(_memory.Start + done, count));
            done += count;
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>
    /// For a mapped file: the SHA-256 of its length, the time of its last change, its header, and the first and last bytes of each tensor. The time alone would
    /// not do, as some tools set it to a constant; the samples alone would miss a change in the middle of a tensor.
    /// </summary>
    internal override string? Identify()
    {
        if (_file is null)
            return ComputeSha256();
        const int SampleBytes = 64;
        using WeightMemory.Reader reader = HoldMemory();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> number = stackalloc byte[sizeof(long)];
        foreach (long value in (ReadOnlySpan<long>)[_memory.Length, File.GetLastWriteTimeUtc(_file.SafeFileHandle).Ticks])
        {
            BinaryPrimitives.WriteInt64LittleEndian(number, value);
            hash.AppendData(number);
        }

        // Within the block: the header's check placed every tensor's bytes there.
        hash.AppendData(new ReadOnlySpan<byte>(_memory.Start, (int)_dataStart));
        foreach (SafetensorsTensor tensor in _header.Tensors)
        {
            int count = (int)Math.Min(SampleBytes, tensor.Length);
            hash.AppendData(new ReadOnlySpan<byte>(_memory.Start + _dataStart + tensor.Begin, count));
            hash.AppendData(new ReadOnlySpan<byte>(_memory.Start + _dataStart + tensor.End - count, count));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <inheritdoc/>
    internal override bool BeginsLike(ReadOnlySpan<byte> bytes, long length)
    {
        using WeightMemory.Reader reader = HoldMemory();
        return length == _memory.Length && bytes.StartsWith(new ReadOnlySpan<byte>(_memory.Start, (int)Math.Min(bytes.Length, length)));
    }

    /// <inheritdoc/>
    internal override IDisposable Hold() => HoldMemory();

    /// <summary>
    /// Frees or unmaps the memory, as soon as no other thread reads it. Spans from <see cref="TryGetRaw"/> must not be used after it.
    /// </summary>
    public override void Dispose()
    {
        _isDisposed = true;
        _memory.Dispose();
        _file?.Dispose();
        base.Dispose();
    }

    private WeightMemory.Reader HoldMemory()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return _memory.Hold();
    }

    private static SafetensorsFile Check(WeightMemory memory, string name, FileStream? file = null)
    {
        try
        {
            int jsonLength = SafetensorsHeader.ReadJsonLength(Start(memory), memory.Length);
            SafetensorsHeader header = ParseHeader(memory, jsonLength);
            long dataStart = SafetensorsHeader.PrefixLength + (long)jsonLength;
            header.CheckDataLength(memory.Length - dataStart);
            return new SafetensorsFile(name, memory, header, dataStart, file);
        }
        catch (Exception exception)
        {
            memory.Dispose();
            if (exception is WeightFormatException damage)
                throw Damaged(name, damage);
            throw;
        }
    }

    // Within the block.
    private static ReadOnlySpan<byte> Start(WeightMemory memory) =>
        new(memory.Start, (int)Math.Min(memory.Length, SafetensorsHeader.StartLength));

    // The block has at least the prefix, and behind it the JSON: both callers have checked.
    private static SafetensorsHeader ParseHeader(WeightMemory memory, int jsonLength) =>
        SafetensorsHeader.Parse(new ReadOnlySpan<byte>(memory.Start + SafetensorsHeader.PrefixLength, jsonLength));

    private static WeightException Damaged(string name, WeightFormatException exception) => new($"{name}: {exception.Message}.", exception);
}
