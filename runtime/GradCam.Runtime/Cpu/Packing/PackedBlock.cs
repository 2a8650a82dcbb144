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
    /// <summary>Floats before it.</summary>
    public long Offset { get; } = offset;

    /// <summary>Floats.</summary>
    public long Length { get; } = length;

    /// <summary>The first float, aligned to a cache line; null before the end of the dry run.</summary>
    public float* Pointer { get; private set; }

    /// <summary>Finds its place.</summary>
    /// <param name="memory">The memory that offsets count on; null for none.</param>
    public void Place(float* memory) => Pointer = memory is null ? null : memory + Offset;
}
