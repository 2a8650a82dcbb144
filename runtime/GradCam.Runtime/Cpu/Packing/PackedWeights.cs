using System.Diagnostics;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using GradCam.Cpu.Memory;
using GradCam.Cpu.Threading;
using GradCam.Memory;

namespace GradCam.Cpu.Packing;

/// <summary>
/// The packed weights of a network: blocks in the order in which the dry run asked for them, in one stretch of memory. Blocks are packed in pieces by all
/// cores; what a piece holds does not depend on who packs it.
/// </summary>
internal sealed unsafe class PackedWeights : IDisposable
{
    /// <summary>Floats that a thread packs before it looks for more to do.</summary>
    private const long TaskLength = 1 << 18;

    private readonly List<Request> _requests = [];
    private IDisposable? _memory;

    /// <summary>Floats of all blocks.</summary>
    public long Length { get; private set; }

    /// <summary>The first block; null before the end of the dry run.</summary>
    public float* Start { get; private set; }

    /// <summary>The blocks.</summary>
    public IEnumerable<PackedBlock> Blocks => _requests.Select(request => request.Block);

    /// <summary>Asks for a block.</summary>
    /// <param name="length">Floats.</param>
    /// <param name="pieces">Pieces that can be packed one by one.</param>
    /// <param name="packer">Packs them.</param>
    public PackedBlock Add(long length, int pieces, Packer packer)
    {
        Debug.Assert(length >= 0, "A block has floats or none.");
        var block = new PackedBlock(Length, length);
        _requests.Add(new Request(block, pieces, packer));
        Length = checked(Length + CacheSizes.WholeLines(length));
        return block;
    }

    /// <summary>Packs all blocks.</summary>
    /// <param name="wholeBlocks">Whether a block is one task, since it costs much to begin one.</param>
    public void Pack(bool wholeBlocks)
    {
        var memory = new NativeBlock(Length, cleared: false);
        Place(memory.Pointer, memory);
        if (PhysicalCores.Count == 1)
        {
            // In a page, where each method that is called once takes longer than most of these blocks.
            foreach (Request request in _requests)
                request.Pack(0, request.Pieces);
            return;
        }

        var tasks = new List<PackingTask>();
        foreach (Request request in _requests)
        {
            long pieceLength = Math.Max(1, request.Block.Length / Math.Max(1, request.Pieces));
            int step = wholeBlocks ? request.Pieces : (int)Math.Clamp(TaskLength / pieceLength, 1, request.Pieces);
            for (int first = 0; first < request.Pieces; first += step)
                tasks.Add(new PackingTask(request, first, Math.Min(first + step, request.Pieces)));
        }

        var run = new PackingRun([.. tasks]);
        var handle = GCHandle.Alloc(run);
        try
        {
            new Team(PhysicalCores.Count).For(tasks.Count, new PackingJob(handle));
        }
        finally
        {
            handle.Free();
        }

        run.ThrowFirstFailure();
    }

    /// <summary>Takes packed blocks as they are.</summary>
    /// <param name="start">The first block: <see cref="Length"/> floats from there are in place.</param>
    /// <param name="memory">What keeps them there.</param>
    public void Place(float* start, IDisposable memory)
    {
        _memory?.Dispose();
        _memory = memory;
        Start = start;
        foreach (Request request in _requests)
            request.Block.Place(start, memory);
    }

    /// <summary>Drops what only the dry run needs: the packers, and with them the source of the weights.</summary>
    public void EndDryRun()
    {
        for (int i = 0; i < _requests.Count; i++)
            _requests[i].Packer = null;
    }

    public void Dispose()
    {
        foreach (Request request in _requests)
            request.Block.Clear();
        _memory?.Dispose();
        _memory = null;
        Start = null;
    }

    private sealed class Request(PackedBlock block, int pieces, Packer packer)
    {
        public PackedBlock Block { get; } = block;

        public int Pieces { get; } = pieces;

        public Packer? Packer { get; set; } = packer;

        public void Pack(int first, int end)
        {
            Packer!(Block.Pointer, first, end);
            // What lies between blocks may go to a file.
            long padded = CacheSizes.WholeLines(Block.Length);
            if (end == Pieces)
                new Span<float>(Block.Pointer + Block.Length, (int)(padded - Block.Length)).Clear();
        }
    }

    private sealed class PackingTask(Request request, int first, int end)
    {
        public void Run() => request.Pack(first, end);
    }

    /// <summary>The tasks, and what went wrong in them: of several failures always the same one is reported.</summary>
    private sealed class PackingRun(PackingTask[] tasks)
    {
        private readonly object _lock = new();
        private int _failed = int.MaxValue;
        private ExceptionDispatchInfo? _failure;

        public void Run(int index)
        {
            try
            {
                tasks[index].Run();
            }
#pragma warning disable CA1031 // Whatever it is, the loading thread throws it again.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                lock (_lock)
                {
                    if (index < _failed)
                        (_failed, _failure) = (index, ExceptionDispatchInfo.Capture(exception));
                }
            }
        }

        public void ThrowFirstFailure() => _failure?.Throw();
    }

    private readonly struct PackingJob(GCHandle run) : IParallelJob
    {
        public void Run(int index, int worker) => ((PackingRun)run.Target!).Run(index);
    }
}
