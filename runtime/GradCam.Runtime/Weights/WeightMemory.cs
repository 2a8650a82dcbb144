using System.Buffers;
using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;

namespace GradCam.Weights;

/// <summary>A read-only block of bytes outside the managed heap (or pinned in it), with what keeps it there.</summary>
internal sealed unsafe class WeightMemory : IDisposable
{
    private const int FirstRead = 1 << 16;

    private readonly MemoryMappedViewAccessor? _view;
    private readonly object? _keptAlive;
    private MemoryHandle _pin;
    private byte* _allocated;

    private WeightMemory(byte* start, long length, object? keptAlive)
    {
        Start = start;
        Length = length;
        _keptAlive = keptAlive;
    }

    private WeightMemory(MemoryMappedViewAccessor view, long length)
    {
        byte* start = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        _view = view;
        Start = start + view.PointerOffset;
        Length = length;
    }

    private WeightMemory()
    {
    }

    /// <summary>Native memory is not the collector's to free: this runs where the owner forgot to dispose.</summary>
    ~WeightMemory() => Free();

    /// <summary>The first byte; null after <see cref="Dispose"/>.</summary>
    public byte* Start { get; private set; }

    /// <summary>Bytes.</summary>
    public long Length { get; private set; }

    /// <summary>Memory that someone else keeps in place.</summary>
    public static WeightMemory Borrow(byte* start, long length, object? keptAlive) => new(start, length, keptAlive);

    /// <summary>Pins managed memory.</summary>
    public static WeightMemory Pin(ReadOnlyMemory<byte> memory)
    {
        MemoryHandle pin = memory.Pin();
        return new WeightMemory((byte*)pin.Pointer, memory.Length, keptAlive: null) { _pin = pin };
    }

    /// <summary>Maps a file of at least one byte, read-only.</summary>
    public static WeightMemory Map(FileStream file)
    {
        long length = file.Length;
        using var mapping = MemoryMappedFile.CreateFromFile(
            file, mapName: null, length, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        MemoryMappedViewAccessor view = mapping.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
        return new WeightMemory(view, length);
    }

    /// <summary>An empty block, to be filled by <see cref="ReadTo"/>.</summary>
    public static WeightMemory Allocate() => new();

    /// <summary>Reads a stream until the block is this long or the stream ends. Memory grows with what really comes, not with what a header claims.</summary>
    /// <returns>False when the stream ended before.</returns>
    public bool ReadTo(long target, Stream stream)
    {
        long capacity = Length;
        while (Length < target)
        {
            if (Length == capacity)
            {
                capacity = Math.Min(target, Math.Max(FirstRead, 2 * Length));
                Start = _allocated = (byte*)NativeMemory.Realloc(_allocated, checked((nuint)capacity));
            }
            // Within the allocation: Length + count <= capacity.
            int count = stream.Read(new Span<byte>(Start + Length, (int)Math.Min(capacity - Length, 1 << 20)));
            if (count == 0)
                return false;
            Length += count;
        }
        return true;
    }

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        if (Start is not null)
            _view?.SafeMemoryMappedViewHandle.ReleasePointer();
        _view?.Dispose();
        _pin.Dispose();
        NativeMemory.Free(_allocated);
        _allocated = null;
        Start = null;
        Length = 0;
        GC.KeepAlive(_keptAlive);
    }
}
