using System.Runtime.CompilerServices;

namespace GradCam.Cpu.Threading;

/// <summary>The threads that a session may use: the calling one and those of <see cref="ForkJoinPool"/>.</summary>
/// <param name="threads">How many, the calling one included.</param>
internal readonly struct Team(int threads)
{
    /// <summary>How many threads, the calling one included.</summary>
    public int Threads { get; } = threads;

    /// <summary>Runs all pieces of a job and returns when they are done. Allocates nothing.</summary>
    /// <remarks>Waking the others costs some microseconds: work of less than about 20 microseconds is better run by the caller alone.</remarks>
    /// <param name="count">Number of pieces. What they compute together must not depend on it.</param>
    /// <param name="job">The job.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void For<TJob>(int count, TJob job)
        where TJob : unmanaged, IParallelJob
    {
        if (Threads > 1 && count > 1 && ForkJoinPool.Shared.TryRun(Threads, count, ref job))
            return;
        for (int i = 0; i < count; i++)
            job.Run(i, 0);
    }
}
