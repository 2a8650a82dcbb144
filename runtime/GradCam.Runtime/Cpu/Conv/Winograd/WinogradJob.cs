using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using GradCam.Cpu.Conv.Algorithm;
using GradCam.Cpu.Conv.Direct;
using GradCam.Cpu.Memory;
using GradCam.Cpu.Simd;
using GradCam.Cpu.Threading;

namespace GradCam.Cpu.Conv.Winograd;

/// <summary>What a <see cref="WinogradJob{TTransform}"/>'s pieces are.</summary>
internal enum WinogradStage
{
    /// <summary>A piece is a block of tiles, from input to output, with transformed inputs in its worker's memory.</summary>
    Blocks,

    /// <summary>A piece transforms the inputs of some tiles of one block, which all workers share.</summary>
    Inputs,

    /// <summary>A piece computes some panels of that block.</summary>
    Panels,
}

/// <summary>
/// A Winograd convolution: the map is cut into tiles of Outputs x Outputs pixels, and tiles into blocks whose transformed inputs, [Size * Size][tiles][inputs],
/// stay in the L2 cache. For each panel of output channels, Size * Size small matrix products by the micro-kernel give the transformed outputs of the block,
/// which are transformed back, finished and written while they are still in cache.
/// </summary>
/// <typeparam name="TTransform">The transform.</typeparam>
internal unsafe struct WinogradJob<TTransform> : IParallelJob
    where TTransform : struct, IWinogradTransform
{
    /// <summary>Tiles of the largest block: the size of the tables of offsets on the stack.</summary>
    public const int MaxBlockTiles = 128;

    /// <summary>Tiles of a piece of <see cref="WinogradStage.Inputs"/>.</summary>
    public const int InputPieceTiles = 2;

    /// <summary>What pieces are.</summary>
    public WinogradStage Stage;

    /// <summary>The input that the first tap of output (0, 0) meets.</summary>
    public PixelView Input;

    /// <summary>Rows and columns of the input, halo included, from there on.</summary>
    public Extent InputSize;

    /// <summary>Input channels.</summary>
    public int Inputs;

    /// <summary>The outputs.</summary>
    public PixelView Output;

    /// <summary>What is added.</summary>
    public PixelView Residual;

    /// <summary>Height and width of the output.</summary>
    public Extent OutputSize;

    /// <summary>Output channels.</summary>
    public int Outputs;

    /// <summary>Tiles in a row of tiles.</summary>
    public int TileColumns;

    /// <summary>Tiles.</summary>
    public int Tiles;

    /// <summary>Tiles of a block.</summary>
    public int BlockTiles;

    /// <summary>The block of <see cref="WinogradStage.Inputs"/> and <see cref="WinogradStage.Panels"/>.</summary>
    public int Block;

    /// <summary>Panels.</summary>
    public int Panels;

    /// <summary>Panels of a piece of <see cref="WinogradStage.Panels"/>.</summary>
    public int PiecePanels;

    /// <summary>Panels that are multiplied before they are transformed back.</summary>
    public int GroupPanels;

    /// <summary>Channels of a full panel.</summary>
    public int PanelWidth;

    /// <summary>Vectors of the last panel.</summary>
    public int LastVectors;

    /// <summary>Floats of a full panel's weights.</summary>
    public long PanelLength;

    /// <summary>The packed weights.</summary>
    public float* Weights;

    /// <summary>The bias, padded to whole vectors.</summary>
    public float* Bias;

    /// <summary>The first worker's memory.</summary>
    public float* Scratch;

    /// <summary>Floats of memory a worker.</summary>
    public long ScratchLength;

    /// <summary>Activation and gate.</summary>
    public OutputPass Pass;

    /// <summary>Pieces.</summary>
    public readonly int Pieces => Stage switch
    {
        WinogradStage.Blocks => (Tiles + BlockTiles - 1) / BlockTiles,
        WinogradStage.Inputs => (BlockCount(Block) + InputPieceTiles - 1) / InputPieceTiles,
        _ => (Panels + PiecePanels - 1) / PiecePanels,
    };

    private static int Size => TTransform.Size;

    /// <summary>Floats of memory that a worker needs: transformed inputs, transformed outputs of a group of panels, a padded patch, a vector's tile.</summary>
    public static long RequiredScratch(int blockTiles, int inputs, int panelWidth, int groupPanels) =>
        Size * Size * (InputStride(blockTiles, inputs) + groupPanels * OutputStride(blockTiles, panelWidth) + PatchStride(inputs) + 16L);

    /// <inheritdoc/>
    public readonly void Run(int index, int worker)
    {
        float* own = Scratch + worker * ScratchLength;
        switch (Stage)
        {
            case WinogradStage.Blocks:
                TransformInputs(index, 0, BlockCount(index), own, own);
                ComputePanels(index, 0, Panels, own, own);
                break;
            case WinogradStage.Inputs:
                int first = index * InputPieceTiles;
                TransformInputs(Block, first, Math.Min(first + InputPieceTiles, BlockCount(Block)), Scratch, own);
                break;
            default:
                int panel = index * PiecePanels;
                ComputePanels(Block, panel, Math.Min(panel + PiecePanels, Panels), Scratch, own);
                break;
        }
    }

    /// <summary>
    /// Floats from one coefficient's transformed inputs to the next one's. Not a power of two, which would put all coefficients of a tile into one set of the
    /// L1 cache.
    /// </summary>
    private static long InputStride(int blockTiles, int inputs) => CacheSizes.WholeLines((long)blockTiles * inputs) + CacheSizes.Line;

    private static long OutputStride(int blockTiles, int panelWidth) => (long)blockTiles * panelWidth + 16;

    private static long PatchStride(int inputs) => CacheSizes.WholeLines(inputs);

    /// <summary>Floats of a panel's transformed outputs.</summary>
    private readonly long PanelProducts => Size * Size * OutputStride(BlockTiles, PanelWidth);

    private readonly int BlockCount(int block) => Math.Min(BlockTiles, Tiles - block * BlockTiles);

    private readonly float* TransformedOutputs(float* own) => own + Size * Size * InputStride(BlockTiles, Inputs);

    private readonly float* Patch(float* own) => TransformedOutputs(own) + GroupPanels * PanelProducts;

    private readonly float* VectorTile(float* own) => Patch(own) + Size * Size * PatchStride(Inputs);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void TransformInputs(int block, int first, int end, float* transformed, float* own)
    {
        int pixelStep = Input.PixelStep;
        int rowStep = Input.RowStep;
        for (int t = first; t < end; t++)
        {
            int tile = block * BlockTiles + t;
            int y = tile / TileColumns * TTransform.Outputs;
            int x = tile % TileColumns * TTransform.Outputs;
            float* source = Input.First + (long)y * rowStep + (long)x * pixelStep;
            float* destination = transformed + (long)t * Inputs;
            int height = Math.Min(Size, InputSize.Height - y);
            int width = Math.Min(Size, InputSize.Width - x);
            if (height == Size && width == Size)
            {
                TransformPatch(source, rowStep, pixelStep, destination, VectorTile(own));
                continue;
            }

            // The tile reaches beyond the map's halo; what lies there counts for outputs that are not written, and is zero.
            float* patch = Patch(own);
            long patchStep = PatchStride(Inputs);
            NativeMemory.Clear(patch, (nuint)(Size * Size * patchStep * sizeof(float)));
            for (int row = 0; row < height; row++)
            {
                for (int column = 0; column < width; column++)
                {
                    float* pixel = source + (long)row * rowStep + (long)column * pixelStep;
                    new ReadOnlySpan<float>(pixel, Inputs).CopyTo(new Span<float>(patch + (row * Size + column) * patchStep, Inputs));
                }
            }

            TransformPatch(patch, (nint)(Size * patchStep), (nint)patchStep, destination, VectorTile(own));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void TransformPatch(float* source, nint rowStep, nint pixelStep, float* destination, float* vectorTile)
    {
        nint stride = (nint)InputStride(BlockTiles, Inputs);
        nint channel = 0;
        if (SimdWidth.Has512)
            channel = TransformPatch<Simd512, Vector512<float>>(source, rowStep, pixelStep, destination, stride, vectorTile, channel, Inputs);
        if (SimdWidth.Has256 && channel < Inputs)
            channel = TransformPatch<Simd256, Vector256<float>>(source, rowStep, pixelStep, destination, stride, vectorTile, channel, Inputs);
        if (channel < Inputs)
            channel = TransformPatch<Simd128, Vector128<float>>(source, rowStep, pixelStep, destination, stride, vectorTile, channel, Inputs);
        if (channel < Inputs)
            TransformPatch<SimdScalar, float>(source, rowStep, pixelStep, destination, stride, vectorTile, channel, Inputs);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static nint TransformPatch<TSimd, TVector>(
        float* source, nint rowStep, nint pixelStep, float* destination, nint stride, float* vectorTile, nint channel, nint end)
        where TSimd : ISimd<TVector>
        where TVector : struct
    {
        for (; channel <= end - TSimd.Width; channel += TSimd.Width)
        {
            for (int column = 0; column < Size; column++)
            {
                float* pixel = source + column * pixelStep + channel;
                TTransform.Input<TSimd, TVector>(pixel, rowStep, vectorTile + column * TSimd.Width, Size * TSimd.Width);

                // What the next tile to the right reads and this one does not.
                if (column >= Size - TTransform.Outputs)
                {
                    for (int row = 0; row < Size; row++)
                        CacheHints.FetchToL2(pixel + row * rowStep + TTransform.Outputs * pixelStep);
                }
            }

            for (int row = 0; row < Size; row++)
                TTransform.Input<TSimd, TVector>(vectorTile + row * Size * TSimd.Width, TSimd.Width, destination + row * Size * stride + channel, stride);
        }

        return channel;
    }

    /// <summary>
    /// Group by group: the products of all coefficients, then the transforms back. In a group, a coefficient's inputs meet one panel after the other, so that
    /// they are read from memory once a group.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void ComputePanels(int block, int firstPanel, int endPanel, float* transformed, float* own)
    {
        int tiles = BlockCount(block);
        float* products = TransformedOutputs(own);
        for (int group = firstPanel; group < endPanel; group += GroupPanels)
        {
            int endGroup = Math.Min(group + GroupPanels, endPanel);
            Multiply(tiles, group, endGroup, transformed, products);
            for (int panel = group; panel < endGroup; panel++)
            {
                int panelWidth = WidthOf(panel);
                float* panelProducts = products + (panel - group) * PanelProducts;
                for (int t = 0; t < tiles; t++)
                    TransformOutputs(block * BlockTiles + t, panel, panelProducts + (long)t * panelWidth, panelWidth, VectorTile(own));
            }
        }

        FinishTiles(block, tiles, firstPanel * PanelWidth, Math.Min(endPanel * PanelWidth, Outputs));
    }

    /// <summary>Channels of a panel, those that only fill its last vector included.</summary>
    private readonly int WidthOf(int panel) => panel == Panels - 1 ? LastVectors * SimdLevels.Widest.Width() : PanelWidth;

    private readonly float* WeightsOf(int coefficient, int panel) => Weights + panel * PanelLength + (long)coefficient * Inputs * WidthOf(panel);

    /// <summary>The products of a group of panels, [panel][coefficient][tile][channel].</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Multiply(int tiles, int group, int endGroup, float* transformed, float* products)
    {
        int* inputs = stackalloc int[MaxBlockTiles];
        int* outputs = stackalloc int[MaxBlockTiles];
        SimdLevel level = SimdLevels.Widest;
        int width = level.Width();
        int microTiles = (tiles + MicroKernels.PixelsOf(level) - 1) / MicroKernels.PixelsOf(level);
        for (int t = 0; t < tiles; t++)
            inputs[t] = t * Inputs;
        var sequence = new TileSequence { InputOffsets = inputs, OutputOffsets = outputs };
        sequence.Cut(tiles / microTiles, microTiles, tiles % microTiles);
        var tile = new Tile { RunCount = 1, LastCount = width };
        int offsetsWidth = 0;
        for (int coefficient = 0; coefficient < Size * Size; coefficient++)
        {
            tile.Input = transformed + coefficient * InputStride(BlockTiles, Inputs);
            for (int panel = group; panel < endGroup; panel++)
            {
                int panelWidth = WidthOf(panel);
                if (panelWidth != offsetsWidth)
                {
                    offsetsWidth = panelWidth;
                    for (int t = 0; t < tiles; t++)
                        outputs[t] = t * panelWidth;
                    sequence.SetPanel(level, panelWidth / width);
                }

                tile.Output = products + (panel - group) * PanelProducts + coefficient * OutputStride(BlockTiles, PanelWidth);
                tile.Weights = WeightsOf(coefficient, panel);
                tile.Bias = MicroKernels.Zeros;
                tile.Residual = null;
                float* next = panel + 1 < endGroup ? WeightsOf(coefficient, panel + 1) : WeightsOf(coefficient + 1, group);

                // Sums over channels are cut into blocks, as in the direct convolution.
                for (int first = 0; first < Inputs; first += tile.RunLength)
                {
                    tile.Runs = &first;
                    tile.RunLength = Math.Min(Runs.BlockLength, Inputs - first);
                    nint length = (nint)tile.RunLength * panelWidth;
                    sequence.Run(&tile, outputs, first + tile.RunLength < Inputs ? tile.Weights + length : next, tile.RunLength, panelWidth);
                    tile.Weights += length;
                    tile.Residual = tile.Output;
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void TransformOutputs(int tile, int panel, float* products, int panelWidth, float* vectorTile)
    {
        int y = tile / TileColumns * TTransform.Outputs;
        int x = tile % TileColumns * TTransform.Outputs;
        int height = Math.Min(TTransform.Outputs, OutputSize.Height - y);
        int width = Math.Min(TTransform.Outputs, OutputSize.Width - x);
        int channel = panel * PanelWidth;
        switch (SimdLevels.Widest)
        {
            case SimdLevel.Vector512:
                TransformOutputs<Simd512, Vector512<float>>(y, x, height, width, channel, products, panelWidth, vectorTile);
                break;
            case SimdLevel.Vector256:
                TransformOutputs<Simd256, Vector256<float>>(y, x, height, width, channel, products, panelWidth, vectorTile);
                break;
            default:
                TransformOutputs<Simd128, Vector128<float>>(y, x, height, width, channel, products, panelWidth, vectorTile);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void TransformOutputs<TSimd, TVector>(int y, int x, int height, int width, int channel, float* products, int panelWidth, float* vectorTile)
        where TSimd : ISimd<TVector>
        where TVector : struct
    {
        nint stride = (nint)OutputStride(BlockTiles, PanelWidth);
        ClampBounds clamps = Pass.Clamp;
        TVector low = TSimd.All(clamps.Low), high = TSimd.All(clamps.High);
        for (int vector = 0; vector < panelWidth; vector += TSimd.Width, channel += TSimd.Width)
        {
            for (int column = 0; column < Size; column++)
            {
                TTransform.Output<TSimd, TVector>(
                    products + column * stride + vector, Size * stride, vectorTile + column * TSimd.Width, Size * TSimd.Width);
            }

            // Rows of the tile are Size vectors apart; each is transformed in place.
            TVector bias = TSimd.Load(Bias + channel);
            int channels = Math.Min(TSimd.Width, Outputs - channel);
            for (int row = 0; row < height; row++)
            {
                float* values = vectorTile + row * Size * TSimd.Width;
                TTransform.Output<TSimd, TVector>(values, TSimd.Width, values, TSimd.Width);
                float* output = Output.First + (long)(y + row) * Output.RowStep + (long)x * Output.PixelStep + channel;
                float* residual = Residual.First == null ? null : Residual.First + (long)(y + row) * Residual.RowStep + (long)x * Residual.PixelStep + channel;
                for (int column = 0; column < width; column++)
                {
                    TVector value = TSimd.Add(TSimd.Load(values + column * TSimd.Width), bias);
                    float* target = output + (long)column * Output.PixelStep;
                    if (channels == TSimd.Width)
                    {
                        if (residual != null)
                            value = TSimd.Add(value, TSimd.Load(residual + (long)column * Residual.PixelStep));
                        if (clamps.Clamp != TileClamp.None)
                            value = TSimd.Max(low, value);
                        if (clamps.Clamp == TileClamp.Both)
                            value = TSimd.Min(high, value);
                        TSimd.Store(target, value);
                        continue;
                    }

                    TSimd.Store(values + column * TSimd.Width, value);
                    for (int c = 0; c < channels; c++)
                    {
                        float single = values[column * TSimd.Width + c];
                        if (residual != null)
                            single += residual[(long)column * Residual.PixelStep + c];
                        if (clamps.Clamp != TileClamp.None)
                            single = SimdScalar.Max(clamps.Low, single);
                        if (clamps.Clamp == TileClamp.Both)
                            single = SimdScalar.Min(clamps.High, single);
                        target[c] = single;
                    }
                }
            }
        }
    }

    private readonly void FinishTiles(int block, int tiles, int channel, int endChannel)
    {
        if (Pass.IsDone)
            return;
        for (int t = 0; t < tiles; t++)
        {
            int tile = block * BlockTiles + t;
            int y = tile / TileColumns * TTransform.Outputs;
            int x = tile % TileColumns * TTransform.Outputs;
            int width = Math.Min(TTransform.Outputs, OutputSize.Width - x);
            int height = Math.Min(TTransform.Outputs, OutputSize.Height - y);
            Pass.RunRectangle((y, x), (height, width), channel, endChannel - channel);
        }
    }
}
