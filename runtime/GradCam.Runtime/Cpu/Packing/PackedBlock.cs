namespace GradCam.Cpu.Packing;

/// <summary>Packs some pieces of a block of weights. Writes all of them, missing channels too: the memory comes as it is.</summary>
/// <param name="block">The block's first float.</param>
/// <param name="first">The first piece.</param>
/// <param name="end">The piece after the last.</param>
internal unsafe delegate void Packer(float* block, int first, int end);

/// <summary>Packed weights of an operation: asked for in the dry run, there when it has ended.</summary>
/// <param name="offset">Floats before it in the memory of <see cref="PackedWeights"/>.</param>
/// <param name="length">Floats.</param>
internal sealed unsafe class PackedBlock(long offset, long length)
{
    private IDisposable? _memory;

    /// <summary>Floats before it.</summary>
    public long Offset { get; } = offset;

    /// <summary>Floats.</summary>
    public long Length { get; } = length;

    /// <summary>The first float, aligned to a cache line; null before the end of the dry run.</summary>
    public float* Pointer { get; private set; }

    /// <summary>Gets its place.</summary>
    /// <param name="start">What offsets count on.</param>
    /// <param name="memory">What keeps it there: a session that outlives its network keeps the block, and thereby the memory.</param>
    public void Place(float* start, IDisposable memory)
    {
        Pointer = start + Offset;
        _memory = memory;
    }

    /// <summary>Loses it: the memory is freed.</summary>
    public void Clear()
    {
        Pointer = null;
        _memory = null;
    }
}
