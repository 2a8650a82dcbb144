using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace GradCam.Cpu.Threading;

/// <summary>
/// Worker threads that help a caller through the numbered pieces of a job. They spin for a while after a job, since a network's next layer comes within
/// microseconds, and then park. The pool serves one caller at a time; a second one is turned away and runs alone, so sessions neither wait for each other nor
/// deadlock.
/// </summary>
internal sealed unsafe class ForkJoinPool
{
    /// <summary>The value of <see cref="_helpers"/> while no job may be joined.</summary>
    private const int Closed = -1;

    /// <summary>Rounds of spinning before a worker parks: about 50 microseconds.</summary>
    private const int SpinRounds = 2000;

    private readonly Lock _growth = new();
    private Worker[] _workers = [];

    // The job. Written by the caller while _helpers is Closed, read by workers between joining and leaving.
    private void* _job;
    private delegate*<void*, int, int, void> _run;
    private int _count;
    private int _threads;

    private int _busy;
    private PaddedInt _next;
    private PaddedInt _helpers = new() { Value = Closed };
    private PaddedInt _epoch;

    /// <summary>The process's pool. Its threads start when they are first asked for.</summary>
    public static ForkJoinPool Shared { get; } = new();

    /// <summary>Runs a job with the help of up to <paramref name="threads"/> - 1 workers.</summary>
    /// <returns>False when another caller has the pool; nothing was run then.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool TryRun<TJob>(int threads, int count, ref TJob job)
        where TJob : unmanaged, IParallelJob
    {
        if (Interlocked.CompareExchange(ref _busy, 1, 0) != 0)
            return false;
        try
        {
            if (_workers.Length < threads - 1)
                Grow(threads - 1);

            // The job is a parameter of Team.For, on the stack of the calling thread, which stays in this method until every helper has left.
            _job = Unsafe.AsPointer(ref job);
            _run = &RunPiece<TJob>;
            _count = count;
            _threads = threads;
            Volatile.Write(ref _next.Value, 0);
            Volatile.Write(ref _helpers.Value, 0);
            Interlocked.Increment(ref _epoch.Value);
            int helpers = Math.Min(threads, count) - 1;
            for (int i = 0; i < helpers; i++)
                _workers[i].Wake();

            try
            {
                RunPieces(0);
            }
            finally
            {
                var spinner = default(SpinWait);
                while (Interlocked.CompareExchange(ref _helpers.Value, Closed, 0) != 0)
                    spinner.SpinOnce(sleep1Threshold: -1);
            }
        }
        finally
        {
            Volatile.Write(ref _busy, 0);
        }

        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RunPiece<TJob>(void* job, int index, int worker)
        where TJob : unmanaged, IParallelJob => ((TJob*)job)->Run(index, worker);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void RunPieces(int worker)
    {
        int index;
        while ((index = Interlocked.Increment(ref _next.Value) - 1) < _count)
            _run(_job, index, worker);
    }

    private void Grow(int count)
    {
        lock (_growth)
        {
            var workers = new Worker[count];
            _workers.CopyTo(workers, 0);
            for (int i = _workers.Length; i < count; i++)
                workers[i] = new Worker(this, i + 1);
            _workers = workers;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Help(int worker)
    {
        int helpers;
        while ((helpers = Volatile.Read(ref _helpers.Value)) != Closed)
        {
            if (Interlocked.CompareExchange(ref _helpers.Value, helpers + 1, helpers) != helpers)
                continue;
            if (worker < _threads)
                RunPieces(worker);
            Interlocked.Decrement(ref _helpers.Value);
            return;
        }
    }

    /// <summary>An integer on a cache line of its own, so that threads that poll it do not disturb others.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 192)]
    private struct PaddedInt
    {
        [FieldOffset(64)]
        public int Value;
    }

    private sealed class Worker
    {
        private readonly ForkJoinPool _pool;
        private readonly int _number;
        private readonly object _gate = new();
        private bool _parked;

        public Worker(ForkJoinPool pool, int number)
        {
            _pool = pool;
            _number = number;
            var thread = new Thread(Loop) { IsBackground = true, Name = $"GradCam worker {number}" };
            thread.Start();
        }

        /// <summary>Called after the epoch was advanced.</summary>
        public void Wake()
        {
            if (!Volatile.Read(ref _parked))
                return;
            lock (_gate)
                Monitor.Pulse(_gate);
        }

        private void Loop()
        {
            // Epoch 0 precedes every job, so that the job that started this worker is seen.
            int seen = 0;
            while (true)
            {
                seen = WaitForJob(seen);
                _pool.Help(_number);
            }
        }

        private int WaitForJob(int seen)
        {
            int epoch;
            for (int round = 0; round < SpinRounds; round++)
            {
                if ((epoch = Volatile.Read(ref _pool._epoch.Value)) != seen)
                    return epoch;
                Thread.SpinWait(1);
            }

            lock (_gate)
            {
                Volatile.Write(ref _parked, true);

                // Pairs with the full fence of the epoch's increment: either this thread sees the new epoch, or the caller sees that it is parked.
                Interlocked.MemoryBarrier();
                while ((epoch = Volatile.Read(ref _pool._epoch.Value)) == seen)
                    Monitor.Wait(_gate);
                Volatile.Write(ref _parked, false);
            }

            return epoch;
        }
    }
}
