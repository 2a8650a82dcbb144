using GradCam.Cpu.Memory;

namespace GradCam.Cpu;

/// <summary>A session's memory: the arena that the generated offsets point into, and scratch memory for each thread.</summary>
internal sealed unsafe class CpuWorkspace : IDisposable
{
    /// <summary>Floats after the arena's end that a vector load may touch; their values are never used.</summary>
    private const int Slack = 64;

    private readonly NativeBlock _arena;
    private readonly NativeBlock _scratch;

    public CpuWorkspace(NetworkInfo info, long scratchLength, int threads)
    {
        _arena = new NativeBlock(ArenaLength(info));
        _scratch = new NativeBlock(scratchLength * threads);
    }

    /// <summary>The arena's first float, aligned to a cache line.</summary>
    public float* Arena => _arena.Pointer;

    /// <summary>The first thread's scratch memory; the next thread's follows it.</summary>
    public float* Scratch => _scratch.Pointer;

    /// <summary>Floats of arena that a network needs.</summary>
    public static long ArenaLength(NetworkInfo info) => info.WorkspaceLength + Slack;

    public void Dispose()
    {
        _arena.Dispose();
        _scratch.Dispose();
    }
}
