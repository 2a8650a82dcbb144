using GradCam.Cpu.Threading;

namespace GradCam.Runtime.Tests.Cpu.Threading;

/// <summary>That every piece of a job runs once, however pieces and threads meet.</summary>
public sealed unsafe class TeamTests
{
    [Theory]
    [InlineData(1, 7)]
    [InlineData(2, 1)]
    [InlineData(2, 7)]
    [InlineData(3, 100)]
    [InlineData(5, 3)]
    public void Every_piece_runs_once(int threads, int count)
    {
        int* runs = stackalloc int[count];
        for (int round = 1; round <= 500; round++)
        {
            new Team(threads).For(count, new CountingJob { Runs = runs, Threads = threads });
            for (int i = 0; i < count; i++)
                Assert.Equal(round, runs[i]);
        }
    }

    [Fact]
    public void A_thread_that_is_done_takes_from_the_others()
    {
        // The first half of the pieces is slow: the thread that has the second half would be idle for most of the time.
        const int Count = 64;
        // A caller that finds the pool with another test runs alone: then again.
        const int Attempts = 100;
        int* workers = stackalloc int[Count];
        int[] ofTheSlow = [];
        for (int attempt = 0; attempt < Attempts && ofTheSlow.Distinct().Count() < 2; attempt++)
        {
            new Team(2).For(Count, new UnevenJob { Workers = workers });
            ofTheSlow = new Span<int>(workers, Count / 2).ToArray();
        }

        Assert.Equal([1, 2], ofTheSlow.Distinct().Order());
    }

    [Fact]
    public void Callers_on_several_threads_all_finish()
    {
        Parallel.For(0, 8, caller =>
        {
            int* runs = stackalloc int[20];
            for (int round = 0; round < 200; round++)
                new Team(2).For(20, new CountingJob { Runs = runs, Threads = 2 });
            for (int i = 0; i < 20; i++)
                Assert.Equal(200, runs[i]);
        });
    }

    private struct CountingJob : IParallelJob
    {
        public int* Runs;
        public int Threads;

        public readonly void Run(int index, int worker)
        {
            // A worker's number is an index of scratch memory: one beyond the team's would be out of bounds there.
            Interlocked.Add(ref Runs[index], worker < Threads ? 1 : 1000);
        }
    }

    private struct UnevenJob : IParallelJob
    {
        private const int Slow = 32;

        public int* Workers;

        public readonly void Run(int index, int worker)
        {
            Workers[index] = worker + 1;
            if (index < Slow)
                Thread.Sleep(2);
        }
    }
}
