using System.Runtime.InteropServices;

namespace GradCam.Memory;

/// <summary>
/// Floats outside the garbage collector's heap, aligned to a cache line. They never move, so kernels may keep pointers. The collector is told how many they
/// are: it sees but a small object, and would leave gigabytes of blocks that nobody disposed of.
/// </summary>
internal sealed unsafe class NativeBlock : IDisposable
{
    private const int Alignment = 64;
    private const int HugePage = 2 * 1024 * 1024;

    private readonly long _bytes;
    private nint _address;

    /// <summary>Allocates.</summary>
    /// <param name="length">Floats.</param>
    /// <param name="cleared">Whether they are zero; otherwise they are whatever was there, for blocks that are written as a whole.</param>
    public NativeBlock(long length, bool cleared = true)
    {
        Length = length;
        _bytes = checked((long)Math.Max((ulong)length, 1) * sizeof(float));
        // Before the allocation: the collection that it may cause can make room for it.
        GC.AddMemoryPressure(_bytes);
        try
        {
            _address = (nint)NativeMemory.AlignedAlloc((nuint)_bytes, _bytes >= HugePage ? HugePage : (nuint)Alignment);
        }
        catch
        {
            GC.RemoveMemoryPressure(_bytes);
            throw;
        }

        if (_bytes >= HugePage)
            MemoryAdvice.UseHugePages(Pointer, (nuint)_bytes & ~(nuint)(HugePage - 1));
        if (cleared)
            NativeMemory.Clear(Pointer, (nuint)_bytes);
    }

    ~NativeBlock() => Free();

    /// <summary>The first float; null after <see cref="Dispose"/>.</summary>
    public float* Pointer => (float*)_address;

    /// <summary>Floats.</summary>
    public long Length { get; }

    /// <summary>All of it, as a span.</summary>
    public Span<float> Span => new(Pointer, checked((int)Length));

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        nint address = Interlocked.Exchange(ref _address, 0);
        if (address == 0)
            return;
        NativeMemory.AlignedFree((void*)address);
        GC.RemoveMemoryPressure(_bytes);
    }
}
