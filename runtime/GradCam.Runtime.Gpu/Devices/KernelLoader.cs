using System.Collections.Concurrent;
using System.Diagnostics;
using System.Linq.Expressions;
using ILGPU.Runtime;
using ILGPU.Runtime.OpenCL;

namespace GradCam.Gpu.Devices;

/// <summary>
/// The kernels that a device has loaded, each once: compiled by ILGPU, then made machine code of by the driver. Ahead of their use they are loaded on several
/// threads.
/// </summary>
/// <param name="accelerator">The device.</param>
/// <param name="compiler">The compiler for it.</param>
internal sealed class KernelLoader(Accelerator accelerator, KernelCompiler compiler) : IKernelLoader
{
    /// <summary>
    /// Threads that load kernels ahead. A network has a dozen kernels, of which a few take most of the time; two threads at least, so that ILGPU is at one
    /// while the driver is at another.
    /// </summary>
    private static readonly int Threads = Math.Clamp(Environment.ProcessorCount, 2, 8);

    private readonly ConcurrentDictionary<KernelSource, Slot> _slots = [];
    private readonly Lock _asking = new();
    private int _count;
    private long _compileTicks;
    private long _driverTicks;

    /// <summary>How many are loaded.</summary>
    public int Count => _count;

    /// <summary>What ILGPU took to compile them, all threads together. What it had compiled for another device of the kind takes nothing.</summary>
    public TimeSpan CompileTime => new(Volatile.Read(ref _compileTicks));

    /// <summary>What the driver took to make machine code of them, all threads together.</summary>
    public TimeSpan DriverTime => new(Volatile.Read(ref _driverTicks));

    /// <summary>The kernels that are loaded.</summary>
    public IReadOnlyCollection<KernelSource> Loaded => [.. _slots.Where(slot => slot.Value.Kernel is not null).Select(slot => slot.Key)];

    /// <summary>When all that was asked for ahead is loaded, or has failed: who needs one of those gets the exception then.</summary>
    public Task Ahead { get; private set; } = Task.CompletedTask;

    /// <inheritdoc/>
    public TLauncher Load<TLauncher>(KernelSource source, TLauncher nothing)
        where TLauncher : Delegate
    {
        Kernel kernel = Load(source);
        TLauncher launch = kernel.CreateLauncherDelegate<TLauncher>();
        return accelerator is CLAccelerator ? OneAtATime(kernel, launch) : launch;
    }

    /// <summary>OpenCL keeps the arguments of a launch in the kernel (clSetKernelArg), so that several threads would mix theirs.</summary>
    private static TLauncher OneAtATime<TLauncher>(Kernel kernel, TLauncher launch)
        where TLauncher : Delegate
    {
        ParameterExpression[] parameters = [.. typeof(TLauncher).GetMethod("Invoke")!.GetParameters().Select(p => Expression.Parameter(p.ParameterType))];
        // A kernel has several launchers where several threads ask for it first.
        Expression gate = Expression.Constant(kernel);
        return Expression.Lambda<TLauncher>(
            Expression.Block(
                Expression.Call(typeof(Monitor), nameof(Monitor.Enter), null, gate),
                Expression.TryFinally(
                    Expression.Invoke(Expression.Constant(launch), parameters), Expression.Call(typeof(Monitor), nameof(Monitor.Exit), null, gate))),
            parameters).Compile();
    }

    /// <summary>Loads kernels in the background, in this order. Who needs one meanwhile waits for it alone.</summary>
    public void LoadAhead(IReadOnlyList<KernelSource> sources)
    {
        KernelSource[] missing = [.. sources.Where(source => _slots.TryAdd(source, new Slot()))];
        if (missing.Length == 0)
            return;

        int next = -1;
        IEnumerable<Task> workers = Enumerable.Range(0, Math.Min(Threads, missing.Length)).Select(_ => Task.Run(() =>
        {
            for (int i = Interlocked.Increment(ref next); i < missing.Length; i = Interlocked.Increment(ref next))
                TryLoad(missing[i]);
        }));
        lock (_asking)
            Ahead = Task.WhenAll([Ahead, .. workers]);
    }

    private void TryLoad(KernelSource source)
    {
        try
        {
            Load(source);
        }
        catch (Exception exception)
        {
            Trace.TraceWarning($"{accelerator.Name}: {source.Method.Name} cannot be compiled ahead: {exception.Message}");
        }
    }

    private Kernel Load(KernelSource source)
    {
        Slot slot = _slots.GetOrAdd(source, static _ => new Slot());
        lock (slot.Gate)
            return slot.Kernel ??= Make(source);
    }

    private Kernel Make(KernelSource source)
    {
        ILGPU.Backends.CompiledKernel compiled = compiler.Compile(source, out TimeSpan taken);
        Interlocked.Add(ref _compileTicks, taken.Ticks);
        long start = Stopwatch.GetTimestamp();
        Kernel kernel = accelerator.LoadKernel(compiled);
        Interlocked.Add(ref _driverTicks, Stopwatch.GetElapsedTime(start).Ticks);
        Interlocked.Increment(ref _count);
        return kernel;
    }

    private sealed class Slot
    {
        public Lock Gate { get; } = new();

        public Kernel? Kernel { get; set; }
    }
}
