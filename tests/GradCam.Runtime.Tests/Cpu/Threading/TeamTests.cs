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

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void An_exception_reaches_the_caller_and_the_pool_works_on(int threads)
    {
        int* runs = stackalloc int[30];
        for (int round = 1; round <= 100; round++)
        {
            // Of every thread's pieces some, so that whoever runs them throws.
            Assert.Contains(
                "piece", Assert.Throws<TimeZoneNotFoundException>(() => new Team(threads).For(30, new FailingJob())).Message, StringComparison.Ordinal);
            new Team(threads).For(30, new CountingJob { Runs = runs, Threads = threads });
            for (int i = 0; i < 30; i++)
                Assert.Equal(round, runs[i]);
        }
    }

    [Fact]
    public void An_exception_of_a_worker_alone_reaches_the_caller()
    {
        var pool = new ForkJoinPool(thread => thread.Start());
        int thrown = 0;
        // A worker may come too late for a job: then again.
        for (int attempt = 0; attempt < 1000 && thrown == 0; attempt++)
        {
            try
            {
                var job = new FailingWorkerJob();
                Assert.True(pool.TryRun(2, 16, ref job));
            }
            catch (TimeZoneNotFoundException)
            {
                thrown++;
            }
        }

        Assert.Equal(1, thrown);
        Count(pool, threads: 2);
    }

    [Fact]
    public void Fewer_threads_do_where_no_more_can_be_started()
    {
#pragma warning disable CA2201 // It is what .NET throws there.
        foreach (Exception refusal in new Exception[] { new OutOfMemoryException(), new PlatformNotSupportedException() })
#pragma warning restore CA2201
        {
            foreach (int startable in new[] { 0, 1, 2 })
            {
                var started = new List<Thread>();
                var pool = new ForkJoinPool(thread =>
                {
                    if (started.Count == startable)
                        throw refusal;
                    started.Add(thread);
                    thread.Start();
                });
                int[] workers = [.. Enumerable.Range(0, 20).SelectMany(_ => Count(pool, threads: 5)).Distinct()];
                Assert.Equal(startable, started.Count);
                Assert.All(workers, worker => Assert.InRange(worker, 0, startable));
            }
        }
    }

    [Fact]
    public void A_start_that_fails_halfway_gives_no_number_away_twice()
    {
        int starts = 0;
        var pool = new ForkJoinPool(thread =>
        {
            thread.Start();
            if (++starts == 2)
                throw new ThreadInterruptedException();
        });
        Assert.Throws<ThreadInterruptedException>(() => Try(pool));
        int* inside = stackalloc int[4];
        for (int round = 0; round < 200; round++)
        {
            var job = new ExclusiveJob { Inside = inside };
            Assert.True(pool.TryRun(4, 64, ref job));
        }

        Assert.Equal(4, starts);

        static void Try(ForkJoinPool pool)
        {
            var none = new FailingWorkerJob { IsHarmless = true };
            pool.TryRun(4, 4, ref none);
        }
    }

    [Fact]
    public void An_interrupted_caller_stays_until_the_workers_have_left()
    {
        int* runs = stackalloc int[40];
        int* counts = runs;
        Exception? end = null;
        int rounds = 0;
        var thread = new Thread(() => end = Record.Exception(() =>
        {
            while (rounds < 2000)
            {
                new Team(3).For(40, new CountingJob { Runs = counts, Threads = 3 });
                rounds++;
            }

            Thread.Sleep(Timeout.Infinite);
        }));
        thread.Start();
        Thread.Sleep(2);
        thread.Interrupt();
        thread.Join();
        Assert.IsType<ThreadInterruptedException>(end);
        Assert.Equal(2000, rounds);
        for (int i = 0; i < 40; i++)
            Assert.Equal(2000, runs[i]);
    }

    /// <summary>Runs a job of every piece once, and tells by which workers.</summary>
    private static int[] Count(ForkJoinPool pool, int threads)
    {
        const int Pieces = 64;
        int* workers = stackalloc int[Pieces];
        new Span<int>(workers, Pieces).Fill(-1);
        var job = new NotingJob { Workers = workers };
        Assert.True(pool.TryRun(threads, Pieces, ref job));
        int[] result = new Span<int>(workers, Pieces).ToArray();
        Assert.DoesNotContain(-1, result);
        return result;
    }

    private struct FailingJob : IParallelJob
    {
        public readonly void Run(int index, int worker)
        {
            if (index % 5 == 0)
                throw new TimeZoneNotFoundException($"piece {index}");
        }
    }

    private struct FailingWorkerJob : IParallelJob
    {
        public bool IsHarmless;

        public readonly void Run(int index, int worker)
        {
            if (IsHarmless)
                return;
            if (worker != 0)
                throw new TimeZoneNotFoundException();
            Thread.Sleep(1);
        }
    }

    private struct NotingJob : IParallelJob
    {
        public int* Workers;

        public readonly void Run(int index, int worker)
        {
            Workers[index] = worker;
            Thread.SpinWait(200);
        }
    }

    /// <summary>Counts who is inside by number: two of one number would share scratch memory.</summary>
    private struct ExclusiveJob : IParallelJob
    {
        public int* Inside;

        public readonly void Run(int index, int worker)
        {
            if (Interlocked.Increment(ref Inside[worker]) != 1)
                throw new InvalidOperationException($"Two threads have number {worker}.");
            Thread.SpinWait(100);
            Interlocked.Decrement(ref Inside[worker]);
        }
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
