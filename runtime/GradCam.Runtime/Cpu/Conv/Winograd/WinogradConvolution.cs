using GradCam.Cpu.Conv.Algorithm;
using GradCam.Cpu.Conv.Direct;
using GradCam.Cpu.Memory;
using GradCam.Cpu.Packing;
using GradCam.Cpu.Simd;

namespace GradCam.Cpu.Conv.Winograd;

/// <summary>A dense 3x3 convolution of stride 1, or the gradient of one, by Winograd's minimal filtering.</summary>
/// <typeparam name="TTransform">The size of its tiles.</typeparam>
internal sealed class WinogradConvolution<TTransform> : ConvolutionAlgorithm
    where TTransform : struct, IWinogradTransform
{
    /// <summary>Tiles of each thread from which on threads share a map's blocks, not a block's panels: about a micro-kernel's pixels.</summary>
    private const int MinThreadTiles = 12;

    private readonly WinogradPanels _panels;
    private readonly AxisPhase _rows;
    private readonly AxisPhase _columns;
    private readonly int _inputs;
    private readonly int _outputs;

    /// <summary>Plans to transform and pack the weights.</summary>
    public WinogradConvolution(KernelTensor kernel, AxisPhase rows, AxisPhase columns)
    {
        _rows = rows;
        _columns = columns;
        _inputs = kernel.Inputs;
        _outputs = kernel.Outputs;
        _panels = new WinogradPanels(kernel, rows.Taps, columns.Taps, SimdLevels.Widest, TTransform.Kernel);
    }

    /// <inheritdoc/>
    public override string Name => $"winograd {TTransform.Outputs}x{TTransform.Outputs}";

    /// <summary>
    /// Tiles of a block and panels of a group. With few channels, a block's transformed inputs stay in cache and meet one panel after the other. With many,
    /// that would be a block of few tiles, for which all weights would be read again: then a block is large, and its products with all panels are kept.
    /// </summary>
    private (int BlockTiles, int GroupPanels) Blocking(int tiles)
    {
        int channelBytes = sizeof(float) * TTransform.Size * TTransform.Size;
        int pixels = MicroKernels.PixelsOf(SimdLevels.Widest);
        int cached = CacheSizes.WinogradInput / (channelBytes * _inputs);
        bool isCached = cached >= Math.Min(tiles, 2 * pixels);
        int most = WinogradJob<TTransform>.MaxBlockTiles;
        if (isCached)
        {
            int withProducts = Math.Max(4 * pixels, CacheSizes.WinogradBlock / (channelBytes * (_inputs + _panels.PanelWidth)));
            most = Math.Min(most, Math.Min(cached, withProducts));
        }

        int blocks = (tiles + most - 1) / most;
        return ((tiles + blocks - 1) / blocks, isCached ? 1 : _panels.Count);
    }

    /// <inheritdoc/>
    public override void Prepare(CpuPlan plan, in Tensor input, in Tensor output)
    {
        RunTable.CheckReach(_rows, output.Height, input.Height, input.Halo.Top, input.Halo.Bottom, input);
        RunTable.CheckReach(_columns, output.Width, input.Width, input.Halo.Left, input.Halo.Right, input);
        (int blockTiles, int groupPanels) = Blocking(Tiles(output));
        plan.RequireScratch(WinogradJob<TTransform>.RequiredScratch(blockTiles, _inputs, _panels.PanelWidth, groupPanels));
    }

    /// <inheritdoc/>
    public override unsafe void Run(in KernelContext context, in Tensor input, in Tensor output, in Epilogue epilogue)
    {
        PixelView outputs = PixelView.OfOutputs(context, output, _rows, _columns);
        int top = _rows.Taps[0].Offset;
        int left = _columns.Taps[0].Offset;
        var job = new WinogradJob<TTransform>
        {
            Input = new PixelView(context.At(input) + top * input.RowStride + left * input.PixelStride, input.RowStride, input.PixelStride),
            InputSize = (input.Height + input.Halo.Bottom - top, input.Width + input.Halo.Right - left),
            Inputs = _inputs,
            Output = outputs,
            Residual = PixelView.OfOutputs(context, epilogue.Residual, _rows, _columns),
            OutputSize = (output.Height, output.Width),
            Outputs = _outputs,
            TileColumns = (output.Width + TTransform.Outputs - 1) / TTransform.Outputs,
            Tiles = Tiles(output),
            Panels = _panels.Count,
            PanelWidth = _panels.PanelWidth,
            LastVectors = _panels.LastVectors,
            PanelLength = _panels.PanelLength,
            Weights = _panels.Weights,
            Bias = _panels.Bias,
            Scratch = context.Scratch,
            ScratchLength = context.ScratchLength,
            Pass = OutputPass.Of(context, epilogue, outputs, _rows, _columns),
        };
        (job.BlockTiles, job.GroupPanels) = Blocking(job.Tiles);
        int threads = context.Team.Threads;

        // Blocks are whole pieces where there are enough tiles, or too few panels to share: each thread's part of the map stays in its core's cache.
        if (threads == 1 || job.Tiles >= threads * MinThreadTiles || job.Panels < 2 * threads)
        {
            int share = (job.Tiles + threads - 1) / threads;
            int blocks = (share + job.BlockTiles - 1) / job.BlockTiles * threads;
            job.BlockTiles = (job.Tiles + blocks - 1) / blocks;
            context.Team.For(job.Pieces, job);
            return;
        }

        int count = job.Pieces;
        job.PiecePanels = Math.Max(1, job.Panels / (4 * threads));
        for (job.Block = 0; job.Block < count; job.Block++)
        {
            job.Stage = WinogradStage.Inputs;
            context.Team.For(job.Pieces, job);
            job.Stage = WinogradStage.Panels;
            context.Team.For(job.Pieces, job);
        }
    }

    private static int Tiles(in Tensor output) =>
        ((output.Height + TTransform.Outputs - 1) / TTransform.Outputs) * ((output.Width + TTransform.Outputs - 1) / TTransform.Outputs);
}
