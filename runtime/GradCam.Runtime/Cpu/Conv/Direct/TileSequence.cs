using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.Wasm;
using GradCam.Cpu.Simd;

namespace GradCam.Cpu.Conv.Direct;

/// <summary>Consecutive tiles that pass over the same weights one after the other.</summary>
internal unsafe struct TileSequence
{
    /// <summary>For each pixel, where its first tap begins.</summary>
    public int* InputOffsets;

    /// <summary>For each pixel, where the panel's channels go.</summary>
    public int* OutputOffsets;

    private int _smallPixels;
    private int _largeTiles;
    private delegate*<Tile*, void> _small;
    private delegate*<Tile*, void> _large;

    /// <summary>Tiles.</summary>
    public int Count { get; private set; }

    /// <summary>Cuts pixels into tiles.</summary>
    /// <param name="smallPixels">Pixels of a tile.</param>
    /// <param name="tiles">Tiles.</param>
    /// <param name="largeTiles">How many of them, the first ones, have a pixel more.</param>
    public void Cut(int smallPixels, int tiles, int largeTiles)
    {
        _smallPixels = smallPixels;
        Count = tiles;
        _largeTiles = largeTiles;
    }

    /// <summary>Finds the micro-kernels for the panels that follow.</summary>
    /// <param name="level">Width of the vectors.</param>
    /// <param name="vectors">Vectors of a panel.</param>
    public void SetPanel(SimdLevel level, int vectors)
    {
        _small = MicroKernels.Get(level, _smallPixels, vectors);
        _large = _largeTiles == 0 ? _small : MicroKernels.Get(level, _smallPixels + 1, vectors);
    }

    /// <summary>Computes all tiles. The weights that are used next are fetched meanwhile, a share with each tile, so that they arrive evenly.</summary>
    /// <param name="tile">What the tiles have in common.</param>
    /// <param name="residualOffsets">For each pixel, where the residual's channels are.</param>
    /// <param name="next">The weights that are used next.</param>
    /// <param name="depth">Steps of the product, as many as of the next.</param>
    /// <param name="panelWidth">Floats of a step.</param>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Run(Tile* tile, int* residualOffsets, float* next, nint depth, int panelWidth)
    {
        nint fetchStep = (panelWidth + Count - 1) / Count;
        tile->InputOffsets = InputOffsets;
        tile->OutputOffsets = OutputOffsets;
        tile->ResidualOffsets = residualOffsets;
        tile->Ahead = next;
        tile->AheadStep = fetchStep;
        if (PackedSimd.IsSupported)
        {
            float* sums = stackalloc float[WasmMicroKernel.SumsLength];
            tile->Sums = sums;
        }

        delegate*<Tile*, void> kernel = _large;
        nint pixels = _smallPixels + 1;
        for (int t = 0; t < Count; t++)
        {
            if (t == _largeTiles)
            {
                kernel = _small;
                pixels = _smallPixels;
            }

            kernel(tile);
            tile->InputOffsets += pixels;
            tile->OutputOffsets += pixels;
            tile->ResidualOffsets += pixels;
            tile->Ahead += depth * fetchStep;
        }
    }
}
