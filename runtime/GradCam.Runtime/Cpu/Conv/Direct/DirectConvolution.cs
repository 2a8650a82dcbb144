using GradCam.Cpu.Conv.Algorithm;
using GradCam.Cpu.Memory;
using GradCam.Cpu.Packing;
using GradCam.Cpu.Simd;

namespace GradCam.Cpu.Conv.Direct;

/// <summary>
/// Direct convolution, any shape: forward, gradient and transposed. Since the channels of a pixel are contiguous, a tap contributes a run of consecutive
/// floats, and so do neighbouring taps of a kernel row where the pixels follow without gaps: a 7x7 kernel over 3 channels is 7 runs of 21.
/// </summary>
internal sealed class DirectConvolution : ConvolutionAlgorithm
{
    /// <summary>Multiply-accumulates below which other threads are not asked for help: about 20 microseconds.</summary>
    private const long SmallWork = 1_000_000;

    /// <summary>Pieces that a job is cut into for each thread that shares it.</summary>
    private const int PiecesPerThread = 4;

    /// <summary>Tiles of a piece at least, so that a panel of weights is not fetched from the L2 cache for too few of them.</summary>
    private const int MinPieceTiles = 3;

    /// <summary>How much larger than the maps weights may be to be read by every thread.</summary>
    private const int MapsPerWeights = 4;

    private readonly Phase[] _phases;
    private readonly int _groups;
    private readonly int _inputs;

    /// <summary>Plans to pack the weights.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="rows">The phases along the rows' axis.</param>
    /// <param name="columns">The phases along the columns' axis.</param>
    public DirectConvolution(KernelTensor kernel, AxisPhase[] rows, AxisPhase[] columns)
    {
        _groups = kernel.Groups;
        _inputs = kernel.Inputs;
        SimdLevel level = ChooseLevel(kernel.Outputs);
        _phases = new Phase[rows.Length * columns.Length];
        for (int i = 0; i < _phases.Length; i++)
            _phases[i] = new Phase(kernel, rows[i / columns.Length], columns[i % columns.Length], level);
    }

    /// <inheritdoc/>
    public override string Name => "direct";

    /// <summary>The packed kernel; null where phases have parts of it.</summary>
    public PackedPanels? Panels => _phases.Length == 1 ? _phases[0].Panels : null;

    /// <inheritdoc/>
    public override void Prepare(CpuPlan plan, in Tensor input, in Tensor output)
    {
        foreach (Phase phase in _phases)
        {
            phase.Runs.Add(input, output);
        }
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

    /// <summary>The level that takes the fewest cycles for a group's channels: narrow groups would leave most of a wide vector empty.</summary>
    private static SimdLevel ChooseLevel(int outputs)
    {
        SimdLevel best = SimdLevels.Widest;
        foreach (SimdLevel level in (ReadOnlySpan<SimdLevel>)[SimdLevel.Vector256, SimdLevel.Vector128])
        {
            if (level < SimdLevels.Widest && Cost(level) < Cost(best))
                best = level;
        }

        return best;

        // Cycles a pixel and product. A panel of one narrow vector is bound by its loads and reaches three quarters of the rate; narrower vectors have tiles
        // of fewer pixels, which weigh more.
        double Cost(SimdLevel level)
        {
            int vectors = (outputs + level.Width() - 1) / level.Width();
            double loads = level != SimdLevel.Vector512 && vectors % 2 == 1 ? 0.33 : 0;
            return (vectors + loads) / level.IssueRate() * (level < SimdLevels.Widest ? 1.05 : 1);
        }
    }

    /// <summary>
    /// The most pixels of a tile whose inputs fit into the L1 cache together. Pixels that are a multiple of 4096 bytes apart fall into the same set of it, and
    /// a set has room for 8 lines: with 14 pixels of 1024 channels every load would miss, which costs a quarter of the speed.
    /// </summary>
    private static int PixelsInCache(int stepBytes) => Math.Max(1, CacheSizes.L1Sets(stepBytes) * (CacheSizes.L1Ways - 1));

    private unsafe void Run(in KernelContext context, Phase phase, in Tensor input, in Tensor output, in Epilogue epilogue)
    {
        int height = phase.Rows.Count(output.Height);
        int width = phase.Columns.Count(output.Width);
        if (height == 0 || width == 0)
            return;
        PackedPanels panels = phase.Panels;
        Runs runs = phase.Runs.Of(input);
        PixelView outputs = PixelView.OfOutputs(context, output, phase.Rows, phase.Columns);
        var job = new DirectJob
        {
            Input = PixelView.OfInputs(context, input, phase.Rows, phase.Columns),
            Output = outputs,
            Residual = PixelView.OfOutputs(context, epilogue.Residual, phase.Rows, phase.Columns),
            Width = width,
            Pixels = height * width,
            Panels = panels.PanelsPerGroup * _groups,
            GroupInputs = _inputs,
            GroupOutputs = panels.Outputs,
            GroupPanels = panels.PanelsPerGroup,
            GroupLength = panels.GroupLength,
            GroupBiasLength = panels.GroupBiasLength,
            LastVectors = panels.LastVectors,
            Level = panels.Level,
            Weights = panels.Weights,
            Bias = panels.Bias,
            Runs = runs.Offsets,
            Blocks = runs.Blocks,
            BlockCount = runs.BlockCount,
            Depth = panels.Depth,
            Pass = OutputPass.Of(context, epilogue, outputs, phase.Rows, phase.Columns),
        };
        int tilePixels = Math.Min(MicroKernels.PixelsOf(panels.Level), PixelsInCache(job.Input.PixelStep * sizeof(float)));
        job.Tiles = (job.Pixels + tilePixels - 1) / tilePixels;
        int pixelBytes = Math.Max(1, sizeof(float) * _inputs * _groups * phase.Rows.InputStep * phase.Columns.InputStep);
        int chunkPixels = Math.Clamp(CacheSizes.ConvolutionInput / pixelBytes, 4 * tilePixels, DirectJob.MaxChunkPixels);
        int chunkTiles = chunkPixels / tilePixels;
        job.Chunks = (job.Tiles + chunkTiles - 1) / chunkTiles;
        job.PanelPieces = 1;

        int threads = context.Team.Threads;
        if (threads > 1 && (long)job.Pixels * panels.Depth * panels.Outputs * _groups >= SmallWork)
        {
            Divide(ref job, threads, panels.Bytes, sizeof(float) * ((long)input.Length + output.Length));
            context.Team.For(job.Pieces, job);
            return;
        }

        for (int i = 0; i < job.Pieces; i++)
            job.Run(i, 0);
    }

    /// <summary>
    /// Cuts the job into pieces for some threads: along the map, so that each thread's part stays in its core's cache from layer to layer; but along the
    /// output's channels where the weights, which every thread would then have to read whole, are much larger than the maps.
    /// </summary>
    private static void Divide(ref DirectJob job, int threads, long weightBytes, long mapBytes)
    {
        if (weightBytes <= MapsPerWeights * mapBytes && job.Tiles >= threads)
        {
            // As many for each thread, so that its part of the map is the same in every layer.
            int chunks = Math.Max(Math.Min(PiecesPerThread * threads, job.Tiles / MinPieceTiles), job.Chunks);
            job.Chunks = Math.Min((chunks + threads - 1) / threads * threads, job.Tiles);
            return;
        }

        int pieces = PiecesPerThread * threads;
        job.PanelPieces = Math.Min((pieces + job.Chunks - 1) / job.Chunks, job.Panels);
        if (job.Pieces < pieces)
            job.Chunks = Math.Min(Math.Max(job.Chunks, pieces / job.PanelPieces), job.Tiles);
    }

    /// <summary>A phase with its weights and runs.</summary>
    private sealed class Phase(KernelTensor kernel, AxisPhase rows, AxisPhase columns, SimdLevel level)
    {
        public AxisPhase Rows { get; } = rows;

        public AxisPhase Columns { get; } = columns;

        public RunTable Runs { get; } = new(rows, columns, kernel.Inputs);

        public PackedPanels Panels { get; } = new(kernel, rows.Taps, columns.Taps, level);
    }
}
