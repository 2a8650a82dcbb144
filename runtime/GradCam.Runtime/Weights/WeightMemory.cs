using System.Buffers;
using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;

namespace GradCam.Weights;

/// <summary>
/// A read-only block of bytes outside the managed heap (or pinned in it), with what keeps it there. It goes when it is disposed of and nobody reads it any
/// more: a reader holds it.
/// </summary>
internal sealed unsafe class WeightMemory : SafeHandle
{
    private const int FirstRead = 1 << 16;

    /// <summary>Files that are mapped at once, of which there are few, before the collector looks for some that nobody disposed of.</summary>
    private static readonly HandleCollector Mappings = new("GradCam mapped weight files", initialThreshold: 256);

    private readonly MemoryMappedViewAccessor? _view;
    private readonly object? _keptAlive;
    private MemoryHandle _pin;
    private byte* _allocated;
    private long _pressure;

    private WeightMemory(byte* start, long length, object? keptAlive)
        : base(0, ownsHandle: true)
    {
        SetHandle((nint)start);
        Length = length;
        _keptAlive = keptAlive;
    }

    private WeightMemory(MemoryMappedViewAccessor view, long length)
        : base(0, ownsHandle: true)
    {
        byte* start = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        _view = view;
        SetHandle((nint)(start + view.PointerOffset));
        Length = length;
        Mappings.Add();
        AddPressure(length);
    }

    /// <summary>An empty block, to be filled by <see cref="ReadTo"/>.</summary>
    public WeightMemory()
        : base(0, ownsHandle: true)
    {
    }

    /// <summary>The first byte. After <see cref="SafeHandle.Dispose()"/> only for who holds it.</summary>
    public byte* Start => (byte*)handle;

    /// <summary>Bytes.</summary>
    public long Length { get; private set; }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

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
                _allocated = (byte*)NativeMemory.Realloc(_allocated, checked((nuint)capacity));
                SetHandle((nint)_allocated);
                AddPressure(capacity - _pressure);
            }
            // Within the allocation: Length + count <= capacity.
            int count = stream.Read(new Span<byte>(Start + Length, (int)Math.Min(capacity - Length, 1 << 20)));
            if (count == 0)
                return false;
            Length += count;
        }
        return true;
    }

    /// <summary>Keeps the memory in place until what is returned is disposed of.</summary>
    /// <exception cref="ObjectDisposedException">The memory is disposed.</exception>
    public Reader Hold()
    {
        bool held = false;
        DangerousAddRef(ref held);
        return new Reader(this);
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        if (_view is not null)
        {
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
            _view.Dispose();
            Mappings.Remove();
        }

        _pin.Dispose();
        NativeMemory.Free(_allocated);
        if (_pressure > 0)
            GC.RemoveMemoryPressure(_pressure);
        GC.KeepAlive(_keptAlive);
        return true;
    }

    private void AddPressure(long bytes)
    {
        if (bytes <= 0)
            return;
        GC.AddMemoryPressure(bytes);
        _pressure += bytes;
    }

    /// <summary>Somebody who reads.</summary>
    internal readonly struct Reader(WeightMemory memory) : IDisposable
    {
        public void Dispose() => memory.DangerousRelease();
    }
}
