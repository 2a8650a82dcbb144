using System.Runtime.CompilerServices;
using GradCam.Cpu.Conv.Algorithm;
using GradCam.Cpu.Simd;
using GradCam.Cpu.Threading;

namespace GradCam.Cpu.Conv.Direct;

/// <summary>
/// One phase of a direct convolution. The output's pixels, counted along its rows, are cut into tiles; a chunk is some consecutive tiles whose input fits into
/// the L2 cache; a piece of the job is a chunk times some panels. In a piece every panel in turn passes over the chunk's tiles, so that the panel stays
/// in cache and weights come from memory once a chunk.
/// </summary>
internal unsafe struct DirectJob : IParallelJob
{
    /// <summary>Pixels of the largest chunk: the size of the tables of offsets on the stack.</summary>
    public const int MaxChunkPixels = 512;

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

    /// <summary>Chunks, into which the tiles are divided evenly.</summary>
    public int Chunks;

    /// <summary>Panels of all groups.</summary>
    public int Panels;

    /// <summary>Pieces along the panels, which are divided evenly.</summary>
    public int PanelPieces;

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

    /// <summary>The blocks of runs.</summary>
    public RunBlock* Blocks;

    /// <summary>Number of blocks.</summary>
    public int BlockCount;

    /// <summary>Products in a sum.</summary>
    public int Depth;

    /// <summary>Activation and gate.</summary>
    public OutputPass Pass;

    /// <summary>Pieces.</summary>
    public readonly int Pieces => Chunks * PanelPieces;

    /// <inheritdoc/>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Run(int index, int worker)
    {
        int chunk = index / PanelPieces;
        int piece = index - chunk * PanelPieces;
        int firstPanel = (int)((long)Panels * piece / PanelPieces);
        int endPanel = (int)((long)Panels * (piece + 1) / PanelPieces);
        int firstTile = (int)((long)Tiles * chunk / Chunks);
        int endTile = (int)((long)Tiles * (chunk + 1) / Chunks);
        int firstPixel = TileStart(firstTile);
        int pixels = TileStart(endTile) - firstPixel;

        int* inputs = stackalloc int[MaxChunkPixels + PixelView.OffsetsSlack];
        int* outputs = stackalloc int[MaxChunkPixels + PixelView.OffsetsSlack];
        int* residuals = stackalloc int[MaxChunkPixels + PixelView.OffsetsSlack];
        Input.Offsets(firstPixel, pixels, Width, inputs);
        Output.Offsets(firstPixel, pixels, Width, outputs);
        if (Residual.First != null)
            Residual.Offsets(firstPixel, pixels, Width, residuals);

        var tile = new Tile();
        ClampBounds clamp = Pass.Clamp;
        var tiles = new TileSequence { InputOffsets = inputs, OutputOffsets = outputs };
        tiles.Cut(Pixels / Tiles, endTile - firstTile, Math.Clamp(Pixels % Tiles - firstTile, 0, endTile - firstTile));

        int width = Level.Width();
        for (int panel = firstPanel; panel < endPanel; panel++)
        {
            int group = panel / GroupPanels;
            int panelOfGroup = panel - group * GroupPanels;
            int channel = panelOfGroup * MicroKernels.PanelVectors * width;
            int vectors = panelOfGroup == GroupPanels - 1 ? LastVectors : MicroKernels.PanelVectors;
            tile.LastCount = Math.Min(width, GroupOutputs - channel - (vectors - 1) * width);
            tile.Weights = Weights + group * GroupLength + (long)channel * Depth;
            tile.Bias = Bias + group * GroupBiasLength + channel;
            tile.Input = Input.First + group * GroupInputs;
            channel += group * GroupOutputs;
            tile.Output = Output.First + channel;
            tile.Residual = Residual.First == null ? null : Residual.First + channel;
            int* added = residuals;
            tiles.SetPanel(Level, vectors);

            // The blocks are summed one after another into the output; bias and residual come with the first, clamping with the last.
            for (int i = 0; i < BlockCount; i++)
            {
                RunBlock block = Blocks[i];
                nint depth = (nint)block.Count * block.Length;
                nint length = depth * vectors * width;
                tile.Runs = Runs + block.First;
                tile.RunCount = block.Count;
                tile.RunLength = block.Length;
                tile.Clamp = i == BlockCount - 1 ? clamp : default;
                tiles.Run(&tile, added, tile.Weights + length, depth, vectors * width);
                tile.Weights += length;
                tile.Bias = MicroKernels.Zeros;
                tile.Residual = tile.Output;
                added = outputs;
            }
        }

        int firstChannel = ChannelOf(firstPanel);
        Pass.Run(firstPixel, pixels, Width, firstChannel, ChannelOf(endPanel) - firstChannel);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly int TileStart(int tile) => tile * (Pixels / Tiles) + Math.Min(tile, Pixels % Tiles);

    /// <summary>The first channel of a panel; for the panel after the last, the number of channels.</summary>
    private readonly int ChannelOf(int panel)
    {
        int group = panel / GroupPanels;
        return group * GroupOutputs + (panel - group * GroupPanels) * MicroKernels.PanelVectors * Level.Width();
    }
}
