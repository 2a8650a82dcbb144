using System.Runtime.CompilerServices;
using GradCam.Cpu.Simd;
using GradCam.Cpu.Threading;

namespace GradCam.Cpu.Conv;

/// <summary>
/// One phase of a direct convolution. The output's pixels, counted along its rows, are cut into tiles; a chunk is some consecutive tiles whose input fits into
/// the L2 cache; a piece of the job is a chunk times some panels. In a piece every panel in turn passes over the chunk's tiles, so that the panel stays
/// in cache and weights come from memory once a chunk.
/// </summary>
internal unsafe struct DirectJob : IParallelJob
{
    /// <summary>Pixels of the largest chunk: the size of the tables of offsets on the stack.</summary>
    public const int MaxChunkPixels = 512;

    /// <summary>
    /// Products that are summed one after another before they are added to the total. A sum of n products in sequence has a rounding error that grows like sqrt(n / 2), one in blocks of b
    /// like sqrt(b / 2) + sqrt(n / 2b): at n = 4608 a quarter, for one more load and store a block. Less error means fewer relus that round to the other side of
    /// zero, where a gradient jumps.
    /// </summary>
    private const int BlockDepth = 256;

    /// <summary>The inputs.</summary>
    public PixelView Input;

    /// <summary>The outputs.</summary>
    public PixelView Output;

    /// <summary>What is added.</summary>
    public PixelView Residual;

    /// <summary>Outputs in a row.</summary>
    public int Width;

    /// <summary>Outputs.</summary>
    public int Pixels;

    /// <summary>Tiles; the first <c>Pixels % Tiles</c> of them have a pixel more than the rest.</summary>
    public int Tiles;

    /// <summary>Tiles of a chunk.</summary>
    public int ChunkTiles;

    /// <summary>Panels of all groups.</summary>
    public int Panels;

    /// <summary>Panels of a piece.</summary>
    public int PiecePanels;

    /// <summary>Input channels of a group.</summary>
    public int GroupInputs;

    /// <summary>Output channels of a group.</summary>
    public int GroupOutputs;

    /// <summary>Panels of a group.</summary>
    public int GroupPanels;

    /// <summary>Floats of a group's weights.</summary>
    public long GroupLength;

    /// <summary>Floats of a group's bias.</summary>
    public int GroupBiasLength;

    /// <summary>Vectors of a group's last panel.</summary>
    public int LastVectors;

    /// <summary>Width of the vectors.</summary>
    public SimdLevel Level;

    /// <summary>The packed weights.</summary>
    public float* Weights;

    /// <summary>The packed bias.</summary>
    public float* Bias;

    /// <summary>The runs that the micro-kernel sums over.</summary>
    public int* Runs;

    /// <summary>Number of runs.</summary>
    public int RunCount;

    /// <summary>Floats in a run.</summary>
    public int RunLength;

    /// <summary>Activation and gate.</summary>
    public OutputPass Pass;

    /// <summary>Pieces along the panels.</summary>
    public readonly int PanelPieces => (Panels + PiecePanels - 1) / PiecePanels;

    /// <summary>Pieces.</summary>
    public readonly int Pieces => (Tiles + ChunkTiles - 1) / ChunkTiles * PanelPieces;

    /// <inheritdoc/>
    [SkipLocalsInit]
    public readonly void Run(int index, int worker)
    {
        int chunk = index / PanelPieces;
        int firstPanel = (index - chunk * PanelPieces) * PiecePanels;
        int endPanel = Math.Min(firstPanel + PiecePanels, Panels);
        int firstTile = chunk * ChunkTiles;
        int endTile = Math.Min(firstTile + ChunkTiles, Tiles);
        int firstPixel = TileStart(firstTile);
        int pixels = TileStart(endTile) - firstPixel;

        int* inputs = stackalloc int[MaxChunkPixels];
        int* outputs = stackalloc int[MaxChunkPixels];
        int* residuals = stackalloc int[MaxChunkPixels];
        Input.Offsets(firstPixel, pixels, Width, inputs);
        Output.Offsets(firstPixel, pixels, Width, outputs);
        if (Residual.First != null)
            Residual.Offsets(firstPixel, pixels, Width, residuals);

        float* zeros = stackalloc float[MicroKernels.PanelVectors * 16];
        new Span<float>(zeros, MicroKernels.PanelVectors * 16).Clear();

        var tile = new Tile();
        Pass.SetClamp(ref tile);

        int width = Level.Width();
        int smallTile = Pixels / Tiles;
        for (int panel = firstPanel; panel < endPanel; panel++)
        {
            int group = panel / GroupPanels;
            int panelOfGroup = panel - group * GroupPanels;
            int channel = panelOfGroup * MicroKernels.PanelVectors * width;
            int vectors = panelOfGroup == GroupPanels - 1 ? LastVectors : MicroKernels.PanelVectors;
            int channels = Math.Min(vectors * width, GroupOutputs - channel);
            float* weights = Weights + group * GroupLength + (long)channel * RunCount * RunLength;
            float* bias = Bias + group * GroupBiasLength + channel;
            tile.Input = Input.First + group * GroupInputs;
            channel += group * GroupOutputs;
            tile.Output = Output.First + channel;
            float* residual = Residual.First == null ? null : Residual.First + channel;

            delegate*<Tile*, void> small = MicroKernels.Get(Level, smallTile, vectors);
            delegate*<Tile*, void> large = Pixels % Tiles == 0 ? small : MicroKernels.Get(Level, smallTile + 1, vectors);
            for (int t = firstTile; t < endTile; t++)
            {
                int pixel = TileStart(t) - firstPixel;
                int count = TileStart(t + 1) - firstPixel - pixel;
                tile.InputOffsets = inputs + pixel;
                tile.OutputOffsets = outputs + pixel;
                tile.ResidualOffsets = residuals + pixel;
                tile.Weights = weights;
                tile.Bias = bias;
                tile.Residual = residual;
                delegate*<Tile*, void> kernel = count == smallTile ? small : large;
                if (channels == vectors * width)
                    Sum(tile, kernel, vectors * width, zeros);
                else
                    RunPartial(tile, kernel, count, channels, vectors * width, zeros);
            }
        }

        int firstChannel = ChannelOf(firstPanel);
        Pass.Run(firstPixel, pixels, Width, outputs, residuals, firstChannel, ChannelOf(endPanel) - firstChannel);
    }

    private readonly int TileStart(int tile) => tile * (Pixels / Tiles) + Math.Min(tile, Pixels % Tiles);

    /// <summary>The first channel of a panel; for the panel after the last, the number of channels.</summary>
    private readonly int ChannelOf(int panel)
    {
        int group = panel / GroupPanels;
        return group * GroupOutputs + (panel - group * GroupPanels) * MicroKernels.PanelVectors * Level.Width();
    }

    /// <summary>Computes a tile in blocks of the sum: the first begins at bias and residual, the next at what is there, the last is clamped.</summary>
    private readonly void Sum(Tile tile, delegate*<Tile*, void> kernel, int panelWidth, float* zeros)
    {
        tile.Runs = Runs;
        tile.RunCount = RunCount;
        tile.RunLength = RunLength;
        if ((long)RunCount * RunLength < 2 * BlockDepth)
        {
            kernel(&tile);
            return;
        }

        // Short runs go together; a long one is cut into even parts.
        int parts = Math.Max(1, RunLength / BlockDepth);
        int runs = Math.Max(1, BlockDepth / RunLength);
        TileClamp clamp = tile.Clamp;
        tile.Clamp = TileClamp.None;
        for (int run = 0; run < RunCount; run += runs)
        {
            tile.RunCount = Math.Min(runs, RunCount - run);
            for (int part = 0; part < parts; part++)
            {
                int start = (int)((long)RunLength * part / parts);
                int offset = Runs[run] + start;
                tile.RunLength = (int)((long)RunLength * (part + 1) / parts) - start;
                tile.Runs = parts == 1 ? Runs + run : &offset;
                if (run + runs >= RunCount && part == parts - 1)
                    tile.Clamp = clamp;
                kernel(&tile);
                tile.Weights += (nint)tile.RunCount * tile.RunLength * panelWidth;
                tile.Bias = zeros;
                tile.Residual = tile.Output;
                tile.ResidualOffsets = tile.OutputOffsets;
            }
        }
    }

    /// <summary>A tile of a panel whose last vector has channels beyond the output's: computed aside and copied.</summary>
    [SkipLocalsInit]
    private readonly void RunPartial(Tile tile, delegate*<Tile*, void> kernel, int count, int channels, int stride, float* zeros)
    {
        float* aside = stackalloc float[MicroKernels.MaxPixels * MicroKernels.PanelVectors * 16];
        int* offsets = stackalloc int[MicroKernels.MaxPixels];
        for (int i = 0; i < count; i++)
        {
            offsets[i] = i * stride;
            if (tile.Residual != null)
                Copy(tile.Residual + tile.ResidualOffsets[i], aside + i * stride, channels);
        }

        float* output = tile.Output;
        int* outputOffsets = tile.OutputOffsets;
        tile.Output = aside;
        tile.OutputOffsets = offsets;
        if (tile.Residual != null)
        {
            tile.Residual = aside;
            tile.ResidualOffsets = offsets;
        }

        Sum(tile, kernel, stride, zeros);
        for (int i = 0; i < count; i++)
            Copy(aside + i * stride, output + outputOffsets[i], channels);
    }

    private static void Copy(float* source, float* destination, int count) =>
        new ReadOnlySpan<float>(source, count).CopyTo(new Span<float>(destination, count));
}
