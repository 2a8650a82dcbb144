using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace GradCam.Cpu.Threading;

/// <summary>
/// Worker threads that help a caller through the numbered pieces of a job. They spin for a while after a job, since a network's next layer comes within
/// microseconds, and then park. The pool serves one caller at a time; a second one is turned away and runs alone, so sessions neither wait for each other nor
/// deadlock.
/// </summary>
/// <remarks>
/// Each thread has a range of consecutive pieces of its own, the same share of every job, and takes pieces of others' only when these are done. Pieces go
/// through a map from top to bottom, so what a thread reads in a layer is what it wrote in the layer before: to fetch that from another core's cache can cost
/// more than to compute it.
/// </remarks>
internal sealed unsafe class ForkJoinPool
{
    /// <summary>The value of <see cref="_helpers"/> while no job may be joined.</summary>
    private const int Closed = -1;

    /// <summary>Rounds of spinning before a worker parks: about 50 microseconds.</summary>
    private const int SpinRounds = 2000;

    private readonly Lock _growth = new();
    private Worker[] _workers = [];
    private PieceRange[] _ranges = new PieceRange[1];

    // The job. Written by the caller while _helpers is Closed, read by workers between joining and leaving.
    private void* _job;
    private delegate*<void*, int, int, void> _run;
    private int _threads;

    private int _busy;
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
            _threads = Math.Min(threads, count);
            for (int i = 0; i < _threads; i++)
                _ranges[i].Set((int)((long)count * i / _threads), (int)((long)count * (i + 1) / _threads));
            Volatile.Write(ref _helpers.Value, 0);
            Interlocked.Increment(ref _epoch.Value);
            for (int i = 0; i < _threads - 1; i++)
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
        while (_ranges[worker].TryTakeFirst(out int index))
            _run(_job, index, worker);
        for (int i = 1; i < _threads; i++)
        {
            ref PieceRange other = ref _ranges[(worker + i) % _threads];
            while (other.TryTakeLast(out int index))
                _run(_job, index, worker);
        }
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
            _ranges = new PieceRange[count + 1];
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

    /// <summary>The pieces of a range that nobody has taken yet, on a cache line of its own.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 192)]
    private struct PieceRange
    {
        /// <summary>The first piece in the low half, the last one's successor in the high half.</summary>
        [FieldOffset(64)]
        private long _bounds;

        public void Set(int first, int end) => Volatile.Write(ref _bounds, Pack(first, end));

        public bool TryTakeFirst(out int index)
        {
            while (true)
            {
                long bounds = Volatile.Read(ref _bounds);
                index = (int)bounds;
                int end = (int)(bounds >> 32);
                if (index >= end)
                    return false;
                if (Interlocked.CompareExchange(ref _bounds, Pack(index + 1, end), bounds) == bounds)
                    return true;
            }
        }

        public bool TryTakeLast(out int index)
        {
            while (true)
            {
                long bounds = Volatile.Read(ref _bounds);
                int first = (int)bounds;
                index = (int)(bounds >> 32) - 1;
                if (index < first)
                    return false;
                if (Interlocked.CompareExchange(ref _bounds, Pack(first, index), bounds) == bounds)
                    return true;
            }
        }

        private static long Pack(int first, int end) => (long)end << 32 | (uint)first;
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
