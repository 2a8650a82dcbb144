using GradCam.Cpu.Threading;

namespace GradCam.Cpu.Memory;

/// <summary>The memory and the threads of a session.</summary>
/// <param name="arena">The workspace, on which tensors' offsets count.</param>
/// <param name="scratch">Scratch memory, <paramref name="scratchLength"/> floats a thread.</param>
/// <param name="scratchLength">Floats of scratch memory a thread.</param>
/// <param name="team">The threads.</param>
internal readonly unsafe struct KernelContext(float* arena, float* scratch, long scratchLength, Team team)
{
    /// <summary>The workspace, on which tensors' offsets count.</summary>
    public float* Arena { get; } = arena;

    /// <summary>The threads.</summary>
    public Team Team { get; } = team;

    /// <summary>Scratch memory of all threads.</summary>
    public float* Scratch { get; } = scratch;

    /// <summary>Floats of scratch memory a thread.</summary>
    public long ScratchLength { get; } = scratchLength;

    /// <summary>The same memory for work on one thread, which another team's thread may be.</summary>
    public KernelContext Alone => new(Arena, Scratch, ScratchLength, new Team(1));

    /// <summary>A thread's scratch memory as a tensor's offset.</summary>
    /// <exception cref="OverflowException">The workspace is larger than offsets can say: 8 GiB.</exception>
    public int ScratchOffset(int worker) => checked((int)(Scratch + (worker + 1) * ScratchLength - Arena) - (int)ScratchLength);

    /// <summary>Element (0, 0, 0) of a tensor.</summary>
    public float* At(in Tensor tensor) => Arena + tensor.Offset;

    /// <summary>Element (0, 0, 0) of a tensor, or null for the empty one.</summary>
    public float* AtOrNull(in Tensor tensor) => tensor.IsEmpty ? null : Arena + tensor.Offset;
}
