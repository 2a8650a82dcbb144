using System.Runtime.InteropServices;
using GradCam.Cpu.Memory;
using GradCam.Cpu.Packing;
using GradCam.Cpu.Threading;

namespace GradCam.Cpu.Conv.Chain;

/// <summary>
/// Convolutions, and perhaps a max pool, of which each reads the one before, computed together in strips of rows. Of the maps between there is only what the
/// next strip reads: some rows, in a thread's scratch memory, which stay in its L2 cache. A strip's last rows, which the next strip reads again, move to the
/// top.
/// </summary>
internal sealed unsafe class ConvolutionChain : IDisposable
{
    /// <summary>Rows of the output below which another thread's rows, with those above and below them that it makes again, are not worth it.</summary>
    private const int LeastRows = 4;

    /// <summary>Floats after the last strip that a vector load may touch.</summary>
    private const int Slack = 64;

    private readonly ChainStage[] _stages;
    private readonly int _stripRows;

    /// <summary>How a job, which holds no references, finds this.</summary>
    private GCHandle _handle;

    /// <summary>Plans strips and their scratch memory.</summary>
    /// <param name="plan">What the dry run collects.</param>
    /// <param name="stages">The steps, at least two.</param>
    /// <param name="input">What the first one reads.</param>
    /// <param name="output">What the last one writes.</param>
    public ConvolutionChain(CpuPlan plan, ChainStage[] stages, in Tensor input, in Tensor output)
    {
        _stages = stages;
        _handle = GCHandle.Alloc(this, GCHandleType.Weak);
        int rows = 1;
        while (rows < output.Height && sizeof(float) * PlaceStrips(rows + 1) <= plan.StripBytes)
            rows++;
        _stripRows = rows;
        plan.RequireScratch(PlaceStrips(rows) + Slack);
        for (int i = 0; i < stages.Length; i++)
        {
            Tensor read = i == 0 ? input : stages[i - 1].WholeMap(stages[i]);
            Tensor written = i == stages.Length - 1 ? output : stages[i].WholeMap(stages[i + 1]);
            stages[i].Prepare(plan, read, written);
        }
    }

    ~ConvolutionChain() => Free();

    /// <summary>Computes the output's map; its halo is the caller's.</summary>
    /// <param name="context">Memory and threads.</param>
    /// <param name="input">What the first convolution reads.</param>
    /// <param name="residual">What is added before the last activation, or the empty tensor; may be the output.</param>
    /// <param name="activation">What the last convolution applies last.</param>
    /// <param name="output">What the last convolution writes; not the input.</param>
    public void Run(in KernelContext context, in Tensor input, in Tensor residual, in Activation activation, in Tensor output)
    {
        var job = new ChainJob
        {
            Chain = GCHandle.ToIntPtr(_handle),
            Context = context.Alone,
            Input = input,
            Residual = residual,
            Activation = activation,
            Output = output,
            Pieces = Math.Clamp(output.Height / LeastRows, 1, context.Team.Threads),
        };
        context.Team.For(job.Pieces, job);
    }

    /// <summary>Computes some rows of the output.</summary>
    /// <param name="context">Memory.</param>
    /// <param name="worker">The thread whose scratch memory is used.</param>
    /// <param name="from">The first row.</param>
    /// <param name="to">The row after the last.</param>
    /// <param name="input">What the first convolution reads.</param>
    /// <param name="residual">What is added.</param>
    /// <param name="activation">What the last convolution applies last.</param>
    /// <param name="output">What the last convolution writes.</param>
    public void RunRows(
        in KernelContext context, int worker, int from, int to, in Tensor input, in Tensor residual, in Activation activation, in Tensor output)
    {
        int last = _stages.Length - 1;
        int scratch = context.ScratchOffset(worker);
        Span<Strip> strips = stackalloc Strip[last];
        for (int i = last - 1, next = from; i >= 0; i--)
        {
            next = _stages[i + 1].FirstInput(Math.Max(next, 0));
            strips[i] = new Strip { Place = _stages[i].Strip with { Offset = _stages[i].Strip.Offset + scratch }, First = next, End = next };

            // What is left and right of the rows. Nothing writes there until other operations use the memory.
            HaloMemory.Clear(context.At(strips[i].Place), strips[i].Place);
        }

        int count = (to - from + _stripRows - 1) / _stripRows;
        for (int strip = 0, row = from; strip < count; strip++)
        {
            int end = from + (int)((long)(to - from) * (strip + 1) / count);
            for (int i = last - 1, begin = row, needed = end; i >= 0; i--)
            {
                Keep(context, ref strips[i], _stages[i + 1].FirstInput(Math.Max(begin, 0)));
                int made = Math.Min(needed, _stages[i + 1].Height);
                begin = strips[i].End;
                needed = made <= 0 ? begin : Math.Max(_stages[i + 1].EndOfInputs(made), begin);
                strips[i].Needed = needed;
            }

            for (int i = 0; i < last; i++)
                Extend(context, i, strips, input);
            Tensor added = residual.IsEmpty ? default : ChainStage.Rows(residual, row, end);
            RunStage(context, last, row, strips, input, added, activation, ChainStage.Rows(output, row, end));
            row = end;
        }
    }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        if (_handle.IsAllocated)
            _handle.Free();
    }

    /// <summary>Lays the rows between out for strips of the output of some rows. Returns the floats that they take.</summary>
    private long PlaceStrips(int rows)
    {
        long offset = 0;
        for (int i = _stages.Length - 2; i >= 0; i--)
        {
            rows = _stages[i + 1].InputRows(rows);
            offset += _stages[i].PlaceStrip(offset, rows, _stages[i + 1]);
        }

        return offset;
    }

    /// <summary>Drops the rows above <paramref name="first"/>.</summary>
    private static void Keep(in KernelContext context, ref Strip strip, int first)
    {
        int rows = strip.End - first;
        if (rows > 0 && first > strip.First)
        {
            int rowStride = strip.Place.RowStride;
            float* top = context.At(strip.Place) - strip.Place.Halo.Left * strip.Place.PixelStride;
            new ReadOnlySpan<float>(top + (nint)(first - strip.First) * rowStride, rows * rowStride).CopyTo(new Span<float>(top, rows * rowStride));
        }

        strip.First = first;
        strip.End = Math.Max(strip.End, first);
    }

    /// <summary>Makes the rows that the next convolution needs: its padding, where they are outside of the map.</summary>
    private void Extend(in KernelContext context, int stage, Span<Strip> strips, in Tensor input)
    {
        ref Strip strip = ref strips[stage];
        if (strip.Needed - strip.First > strip.Place.Height)
            throw new InvalidOperationException($"A strip of {strip.Place.Height} rows has no room for {strip.Needed - strip.First}.");
        int height = _stages[stage].Height;
        for (int row = strip.End; row < strip.Needed; row++)
        {
            if (row < 0 || row >= height)
                ClearRow(context, strip.Place, row - strip.First);
        }

        int from = Math.Max(strip.End, 0);
        int to = Math.Min(strip.Needed, height);
        if (from < to)
        {
            RunStage(
                context, stage, from, strips, input, default, _stages[stage].Activation, ChainStage.Rows(strip.Place, from - strip.First, to - strip.First));
        }

        strip.End = strip.Needed;
    }

    private void RunStage(
        in KernelContext context, int stage, int from, Span<Strip> strips, in Tensor input, in Tensor residual, in Activation activation, in Tensor output)
    {
        Tensor rows = stage == 0 ? input : ChainStage.Rows(strips[stage - 1].Place, 0, strips[stage - 1].Rows);
        _stages[stage].Run(context, rows, stage == 0 ? 0 : strips[stage - 1].First, from, residual, activation, output);
    }

    private static void ClearRow(in KernelContext context, in Tensor strip, int row) =>
        new Span<float>(context.At(strip) + (nint)row * strip.RowStride - strip.Halo.Left * strip.PixelStride, strip.RowStride).Clear();

    /// <summary>The rows that there are of a map between.</summary>
    private struct Strip
    {
        /// <summary>Where they lie; its row 0 is <see cref="First"/>.</summary>
        public Tensor Place;

        /// <summary>The map's row at the strip's top; above the map it is negative.</summary>
        public int First;

        /// <summary>The row after the last that is made.</summary>
        public int End;

        /// <summary>The row after the last that the strip of the output needs.</summary>
        public int Needed;

        /// <summary>Rows that are made.</summary>
        public readonly int Rows => End - First;
    }

    /// <summary>A piece is some rows of the output.</summary>
    private struct ChainJob : IParallelJob
    {
        public nint Chain;
        public KernelContext Context;
        public Tensor Input;
        public Tensor Residual;
        public Activation Activation;
        public Tensor Output;
        public int Pieces;

        public readonly void Run(int index, int worker)
        {
            var chain = (ConvolutionChain)GCHandle.FromIntPtr(Chain).Target!;
            int from = (int)((long)Output.Height * index / Pieces);
            int to = (int)((long)Output.Height * (index + 1) / Pieces);
            chain.RunRows(Context, worker, from, to, Input, Residual, Activation, Output);
        }
    }
}
