using GradCam.Cpu.Conv.Algorithm;
using GradCam.Cpu.Memory;
using GradCam.Cpu.Packing;
using GradCam.Planning;

namespace GradCam.Cpu.Conv.Depthwise;

/// <summary>
/// Depthwise convolution, forward and gradient: every channel has a kernel of its own, so vectors run over channels and nothing is summed across them.
/// </summary>
internal sealed class DepthwiseConvolution : ConvolutionAlgorithm
{
    /// <summary>Multiply-accumulates below which other threads are not asked for help: about 20 microseconds.</summary>
    private const long SmallWork = 200_000;

    /// <summary>Rows of a band at most: a band reads the rows of its neighbours' edges again, so not too few.</summary>
    private const int BandRows = 8;

    /// <summary>Channels of a block at least: whole lines, and enough of them to follow each other.</summary>
    private const int MinBlockChannels = 64;

    private readonly Phase[] _phases;
    private readonly PackedBlock _bias;
    private readonly int _channels;

    /// <summary>Plans to pack the weights.</summary>
    public unsafe DepthwiseConvolution(KernelTensor kernel, AxisPhase[] rows, AxisPhase[] columns)
    {
        _channels = kernel.Groups;
        _bias = kernel.Plan.Packed.Add(_channels, pieces: 1, (block, _, _) => WriteBias(kernel, new Span<float>(block, kernel.Groups)));
        _phases = [.. rows.SelectMany(row => columns.Select(column => new Phase(kernel, row, column)))];
    }

    /// <inheritdoc/>
    public override string Name => "depthwise";

    /// <inheritdoc/>
    public override void Prepare(CpuPlan plan, in Tensor input, in Tensor output)
    {
        foreach (Phase phase in _phases)
            phase.Runs.Add(input, output);
    }

    /// <inheritdoc/>
    public override void Run(in KernelContext context, in Tensor input, in Tensor output, in Epilogue epilogue)
    {
        foreach (Phase phase in _phases)
            Run(context, phase, input, output, epilogue);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        base.Dispose();
        foreach (Phase phase in _phases)
            phase.Runs.Dispose();
    }

    private unsafe void Run(in KernelContext context, Phase phase, in Tensor input, in Tensor output, in Epilogue epilogue)
    {
        int height = phase.Rows.Count(output.Height);
        int width = phase.Columns.Count(output.Width);
        if (height == 0 || width == 0)
            return;
        Runs runs = phase.Runs.Of(input);

        // As many bands for each thread, of about the same size.
        int threads = context.Team.Threads;
        int bands = threads * ((height + BandRows * threads - 1) / (BandRows * threads));
        int bandRows = (height + bands - 1) / bands;
        PixelView outputs = PixelView.OfOutputs(context, output, phase.Rows, phase.Columns);
        var job = new DepthwiseJob
        {
            Input = PixelView.OfInputs(context, input, phase.Rows, phase.Columns),
            Output = outputs,
            Residual = PixelView.OfOutputs(context, epilogue.Residual, phase.Rows, phase.Columns),
            Height = height,
            Width = width,
            BandRows = bandRows,
            Channels = _channels,
            BlockChannels = BlockChannels(bandRows, width, phase),
            Weights = phase.Weights.Pointer,
            Bias = _bias.Pointer,
            Runs = runs.Offsets,
            RunCount = runs.Count,
            RowTaps = phase.Columns.IsDense ? phase.Columns.Taps.Length : 0,
            Pass = OutputPass.Of(context, epilogue, outputs, phase.Rows, phase.Columns),
        };
        if ((long)height * width * _channels * runs.Count >= SmallWork)
        {
            context.Team.For(job.Pieces, job);
            return;
        }

        for (int i = 0; i < job.Pieces; i++)
            job.Run(i, 0);
    }

    private static void WriteBias(KernelTensor kernel, Span<float> bias)
    {
        for (int channel = 0; channel < kernel.Groups; channel++)
            kernel.WriteBias(channel, 0, 1, bias.Slice(channel, 1));
    }

    /// <summary>Channels of a piece: all, or as many as leave the piece's input in the cache.</summary>
    private int BlockChannels(int bandRows, int width, Phase phase)
    {
        long pixels = (long)(bandRows * phase.Rows.InputStep + phase.Rows.Taps.Length) * width * phase.Columns.InputStep;
        long fitting = CacheSizes.ConvolutionInput / (pixels * sizeof(float)) / MinBlockChannels * MinBlockChannels;
        return (int)Math.Clamp(fitting, MinBlockChannels, Math.Max(_channels, MinBlockChannels));
    }

    /// <summary>A phase with its weights, [taps][channels], and runs.</summary>
    private sealed class Phase
    {
        public unsafe Phase(KernelTensor kernel, AxisPhase rows, AxisPhase columns)
        {
            Rows = rows;
            Columns = columns;
            Runs = new RunTable(rows, columns, inputs: 0);
            int[] taps = [.. rows.Taps.SelectMany(row => columns.Taps.Select(column => row.Index * kernel.Taps.Width + column.Index))];
            Weights = kernel.Plan.Packed.Add(
                (long)taps.Length * kernel.Groups, pieces: 1, (block, _, _) => Pack(kernel, taps, new Span<float>(block, taps.Length * kernel.Groups)));
        }

        public AxisPhase Rows { get; }

        public AxisPhase Columns { get; }

        public RunTable Runs { get; }

        public PackedBlock Weights { get; }

        private static void Pack(KernelTensor kernel, int[] taps, Span<float> packed)
        {
            using WeightReader reader = kernel.Open();
            using TileMemory memory = kernel.MakeTile(kernel.Groups, 1);
            Span<float> values = memory.Span;
            kernel.ReadDepthwise(reader, values);
            for (int channel = 0; channel < kernel.Groups; channel++)
            {
                for (int tap = 0; tap < taps.Length; tap++)
                    packed[tap * kernel.Groups + channel] = values[channel * kernel.TapCount + taps[tap]];
            }
        }
    }
}
