using GradCam.Memory;

namespace GradCam.Cpu.Memory;

/// <summary>A session's memory: for each sample the arena that the generated offsets point into, and scratch memory for each thread.</summary>
internal sealed unsafe class CpuWorkspace : IDisposable
{
    /// <summary>Floats after the arena's end that a vector load may touch; their values are never used.</summary>
    private const int Slack = 64;

    private readonly NativeBlock _memory;
    private readonly long _arenaLength;
    private readonly int _batch;

    public CpuWorkspace(NetworkInfo info, long scratchLength, int threads, int batch = 1)
    {
        _arenaLength = ArenaLength(info);
        _batch = batch;
        _memory = new NativeBlock(_arenaLength * batch + scratchLength * threads);
    }

    /// <summary>The first sample's arena.</summary>
    public float* Arena => ArenaOf(0);

    /// <summary>
    /// The first thread's scratch memory, aligned to a cache line; the next thread's follows it. Tensors may lie here: offsets from the arenas reach it.
    /// </summary>
    public float* Scratch => _memory.Pointer + _arenaLength * _batch;

    /// <summary>A sample's arena: its first float, aligned to a cache line.</summary>
    public float* ArenaOf(int sample) => _memory.Pointer + _arenaLength * sample;

    /// <summary>Floats of arena that a network needs, in whole cache lines.</summary>
    public static long ArenaLength(NetworkInfo info) => CacheSizes.WholeLines((long)info.WorkspaceLength + Slack);

    public void Dispose() => _memory.Dispose();
}
