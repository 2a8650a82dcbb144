using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
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
/// more than to compute it. Where the system starts no more threads, those that there are do the work. An exception in a piece is thrown by the caller, the
/// first of several, when all threads have left the job.
/// </remarks>
/// <param name="start">Starts a thread.</param>
internal sealed unsafe class ForkJoinPool(Action<Thread> start)
{
    /// <summary>The value of <see cref="_helpers"/> while no job may be joined.</summary>
    private const int Closed = -1;

    /// <summary>Rounds of spinning before a worker parks: about 50 microseconds.</summary>
    private const int SpinRounds = 2000;

    /// <summary>Milliseconds before threads are asked for again that could not be started.</summary>
    private const long RetryMilliseconds = 1000;

    /// <summary>The workers, of which the first <see cref="_started"/> have a thread.</summary>
    private Worker[] _workers = [];
    private int _started;
    private long _growsFrom;
    private PieceRange[] _ranges = new PieceRange[1];

    // The job. Written by the caller while _helpers is Closed, read by workers between joining and leaving.
    private void* _job;
    private delegate*<void*, int, int, void> _run;
    private int _threads;
    private ExceptionDispatchInfo? _failure;

    private int _busy;
    private PaddedInt _helpers = new() { Value = Closed };
    private PaddedInt _epoch;

    /// <summary>The process's pool. Its threads start when they are first asked for.</summary>
    public static ForkJoinPool Shared { get; } = new(thread => thread.Start());

    /// <summary>Runs a job with the help of up to <paramref name="threads"/> - 1 workers.</summary>
    /// <returns>False when another caller has the pool; nothing was run then.</returns>
    /// <param name="threads">Threads, the calling one included.</param>
    /// <param name="count">Pieces.</param>
    /// <param name="job">The job.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool TryRun<TJob>(int threads, int count, ref TJob job)
        where TJob : unmanaged, IParallelJob
    {
        if (Interlocked.CompareExchange(ref _busy, 1, 0) != 0)
            return false;
        try
        {
            if (_started < threads - 1 && Environment.TickCount64 >= _growsFrom)
                Grow(threads - 1);

            // The job is a parameter of Team.For, on the stack of the calling thread, which stays in this method until every helper has left.
            _job = Unsafe.AsPointer(ref job);
            _run = &RunPiece<TJob>;
            _threads = Math.Min(Math.Min(threads, count), _started + 1);
            for (int i = 0; i < _threads; i++)
                _ranges[i].Set((int)((long)count * i / _threads), (int)((long)count * (i + 1) / _threads));
            Volatile.Write(ref _helpers.Value, 0);
            Interlocked.Increment(ref _epoch.Value);
            bool interrupted = WakeWorkers();
            RunPieces(0);
            interrupted |= WaitForWorkers();
            if (interrupted)
                Thread.CurrentThread.Interrupt();
            if (_failure is not null)
                ThrowFailure();
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

    /// <summary>
    /// Runs pieces until there are none. Throws nothing: a worker's exception would end the process, and the caller's would leave workers with its stack.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void RunPieces(int worker)
    {
        try
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
#pragma warning disable CA1031 // Whatever it is, the caller throws it again.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Interlocked.CompareExchange(ref _failure, ExceptionDispatchInfo.Capture(exception), null);
        }
    }

    private void ThrowFailure()
    {
        ExceptionDispatchInfo failure = _failure!;
        _failure = null;
        failure.Throw();
    }

    /// <summary>Wakes those that sleep.</summary>
    /// <returns>Whether the caller was interrupted, which it hears of after the job: workers have its stack until then.</returns>
    private bool WakeWorkers()
    {
        try
        {
            for (int i = 0; i < _threads - 1; i++)
                _workers[i].Wake();
            return false;
        }
        catch (ThreadInterruptedException)
        {
            return true;
        }
    }

    /// <summary>Closes the job as soon as every helper has left.</summary>
    /// <returns>Whether the caller was interrupted.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool WaitForWorkers()
    {
        bool interrupted = false;
        var spinner = default(SpinWait);
        while (Interlocked.CompareExchange(ref _helpers.Value, Closed, 0) != 0)
        {
            try
            {
                spinner.SpinOnce(sleep1Threshold: -1);
            }
            catch (ThreadInterruptedException)
            {
                interrupted = true;
            }
        }

        return interrupted;
    }

    /// <summary>Starts threads up to a number, or as many as there can be. By the caller that has the pool, before its job.</summary>
    private void Grow(int count)
    {
        try
        {
            if (_workers.Length < count)
            {
                _ranges = new PieceRange[count + 1];
                Array.Resize(ref _workers, count);
            }

            while (_started < count)
            {
                var worker = new Worker(this, _started + 1);
                start(new Thread(worker.Loop) { IsBackground = true, Name = $"GradCam worker {_started + 1}" });
                // A thread that runs has its number for good: it is counted at once.
                _workers[_started++] = worker;
            }
        }
        catch (Exception exception) when (exception is OutOfMemoryException or ThreadStartException or PlatformNotSupportedException)
        {
            _growsFrom = Environment.TickCount64 + RetryMilliseconds;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Help(Worker worker)
    {
        int helpers;
        while ((helpers = Volatile.Read(ref _helpers.Value)) != Closed)
        {
            if (Interlocked.CompareExchange(ref _helpers.Value, helpers + 1, helpers) != helpers)
                continue;
            // A thread whose start failed halfway may run all the same: it is not counted, and its number is another's.
            if (worker.Number < _threads && ReferenceEquals(_workers[worker.Number - 1], worker))
                RunPieces(worker.Number);
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

    private sealed class Worker(ForkJoinPool pool, int number)
    {
        private readonly object _gate = new();
        private bool _parked;

        public int Number => number;

        /// <summary>Called after the epoch was advanced.</summary>
        public void Wake()
        {
            if (!Volatile.Read(ref _parked))
                return;
            lock (_gate)
                Monitor.Pulse(_gate);
        }

        /// <summary>What its thread does for good.</summary>
        public void Loop()
        {
            // Epoch 0 precedes every job, so that the job that started this worker is seen.
            int seen = 0;
            while (true)
            {
                seen = WaitForJob(seen);
                pool.Help(this);
            }
        }

        private int WaitForJob(int seen)
        {
            int epoch;
            for (int round = 0; round < SpinRounds; round++)
            {
                if ((epoch = Volatile.Read(ref pool._epoch.Value)) != seen)
                    return epoch;
                Thread.SpinWait(1);
            }

            lock (_gate)
            {
                Volatile.Write(ref _parked, true);

                // Pairs with the full fence of the epoch's increment: either this thread sees the new epoch, or the caller sees that it is parked.
                Interlocked.MemoryBarrier();
                while ((epoch = Volatile.Read(ref pool._epoch.Value)) == seen)
                    Monitor.Wait(_gate);
                Volatile.Write(ref _parked, false);
            }

            return epoch;
        }
    }
}
