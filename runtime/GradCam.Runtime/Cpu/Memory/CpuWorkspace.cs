using GradCam.Memory;

namespace GradCam.Cpu.Memory;

/// <summary>A session's memory: the arena that the generated offsets point into, and scratch memory for each thread.</summary>
internal sealed unsafe class CpuWorkspace : IDisposable
{
    /// <summary>Floats after the arena's end that a vector load may touch; their values are never used.</summary>
    private const int Slack = 64;

    private readonly NativeBlock _memory;
    private readonly long _arenaLength;

    public CpuWorkspace(NetworkInfo info, long scratchLength, int threads)
    {
        _arenaLength = ArenaLength(info);
        _memory = new NativeBlock(_arenaLength + scratchLength * threads);
    }

    /// <summary>The arena's first float, aligned to a cache line.</summary>
    public float* Arena => _memory.Pointer;

    /// <summary>The first thread's scratch memory, aligned to a cache line; the next thread's follows it. Tensors may lie here: offsets from the arena reach it.</summary>
    public float* Scratch => _memory.Pointer + _arenaLength;

    /// <summary>Floats of arena that a network needs, in whole cache lines.</summary>
    public static long ArenaLength(NetworkInfo info) => CacheSizes.WholeLines((long)info.WorkspaceLength + Slack);

    public void Dispose() => _memory.Dispose();
}
