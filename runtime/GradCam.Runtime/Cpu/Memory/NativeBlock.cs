using System.Runtime.InteropServices;

namespace GradCam.Cpu.Memory;

/// <summary>Floats outside the garbage collector's heap, aligned to a cache line. They never move, so kernels may keep pointers.</summary>
internal sealed unsafe class NativeBlock : IDisposable
{
    private const int Alignment = 64;
    private const int HugePage = 2 * 1024 * 1024;

    /// <summary>Allocates.</summary>
    /// <param name="length">Floats.</param>
    /// <param name="cleared">Whether they are zero; otherwise they are whatever was there, for blocks that are written as a whole.</param>
    public NativeBlock(long length, bool cleared = true)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        Length = length;
        nuint bytes = checked((nuint)Math.Max(length, 1) * sizeof(float));
        Pointer = (float*)NativeMemory.AlignedAlloc(bytes, bytes >= HugePage ? HugePage : (nuint)Alignment);
        if (bytes >= HugePage)
            MemoryAdvice.UseHugePages(Pointer, bytes & ~(nuint)(HugePage - 1));
        if (cleared)
            NativeMemory.Clear(Pointer, bytes);
    }

    ~NativeBlock() => Free();

    /// <summary>The first float; null after <see cref="Dispose"/>.</summary>
    public float* Pointer { get; private set; }

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
        NativeMemory.AlignedFree(Pointer);
        Pointer = null;
    }
}
