using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using GradCam.Cpu.Simd;
using GradCam.Cpu.Threading;

namespace GradCam.Cpu.Conv;

/// <summary>
/// One phase of a depthwise convolution. The output's pixels, counted along its rows, are cut into tiles of nearly the same size; a piece is some of them, with
/// all channels.
/// </summary>
internal unsafe struct DepthwiseJob : IParallelJob
{
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

    /// <summary>Tiles.</summary>
    public int Tiles;

    /// <summary>Tiles of a piece.</summary>
    public int PieceTiles;

    /// <summary>Channels.</summary>
    public int Channels;

    /// <summary>The weights, [taps][channels].</summary>
    public float* Weights;

    /// <summary>The bias.</summary>
    public float* Bias;

    /// <summary>Where the taps are, relative to an output's input.</summary>
    public int* Runs;

    /// <summary>Number of taps.</summary>
    public int RunCount;

    /// <summary>Activation and gate.</summary>
    public OutputPass Pass;

    /// <summary>Pieces.</summary>
    public readonly int Pieces => (Tiles + PieceTiles - 1) / PieceTiles;

    /// <inheritdoc/>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Run(int index, int worker)
    {
        int firstTile = index * PieceTiles;
        int endTile = Math.Min(firstTile + PieceTiles, Tiles);
        int firstPixel = TileStart(firstTile);
        int pixels = TileStart(endTile) - firstPixel;

        // PieceTiles * MaxPixels offsets at most.
        int* inputs = stackalloc int[pixels];
        int* outputs = stackalloc int[pixels];
        int* residuals = stackalloc int[pixels];
        Input.Offsets(firstPixel, pixels, Width, inputs);
        Output.Offsets(firstPixel, pixels, Width, outputs);
        if (Residual.First != null)
            Residual.Offsets(firstPixel, pixels, Width, residuals);
        var tile = new Tile
        {
            Input = Input.First,
            Output = Output.First,
            Residual = Residual.First,
            Runs = Runs,
            RunCount = RunCount,
            RunLength = Channels,
            Weights = Weights,
            Bias = Bias,
        };
        Pass.SetClamp(ref tile);
        int smallTile = Pixels / Tiles;
        int largeTiles = Pixels - smallTile * Tiles;
        int pixel = 0;
        for (int t = firstTile; t < endTile; t++)
        {
            int count = t < largeTiles ? smallTile + 1 : smallTile;
            tile.InputOffsets = inputs + pixel;
            tile.OutputOffsets = outputs + pixel;
            tile.ResidualOffsets = residuals + pixel;
            RunTile(&tile, count);
            pixel += count;
        }

        Pass.Run(firstPixel, pixels, Width, outputs, residuals, 0, Channels);
    }

    private readonly int TileStart(int tile) => tile * (Pixels / Tiles) + Math.Min(tile, Pixels % Tiles);

    /// <summary>Runs the widest vectors as far as they go, then narrower ones.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void RunTile(Tile* tile, int pixels)
    {
        nint channel = 0;
        if (SimdWidth.Has512)
            channel = RunTile<Simd512, Vector512<float>>(tile, pixels, channel);
        if (SimdWidth.Has256 && channel < Channels)
            channel = RunTile<Simd256, Vector256<float>>(tile, pixels, channel);
        if (channel < Channels)
            channel = RunTile<Simd128, Vector128<float>>(tile, pixels, channel);
        if (channel < Channels)
            RunTile<SimdScalar, float>(tile, pixels, channel);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly nint RunTile<TSimd, TVector>(Tile* tile, int pixels, nint channel)
        where TSimd : ISimd<TVector>
        where TVector : struct => pixels switch
        {
            1 => DepthwiseKernel.Run<TSimd, TVector, N1>(tile, channel, Channels),
            2 => DepthwiseKernel.Run<TSimd, TVector, N2>(tile, channel, Channels),
            3 => DepthwiseKernel.Run<TSimd, TVector, N3>(tile, channel, Channels),
            4 => DepthwiseKernel.Run<TSimd, TVector, N4>(tile, channel, Channels),
            5 => DepthwiseKernel.Run<TSimd, TVector, N5>(tile, channel, Channels),
            6 => DepthwiseKernel.Run<TSimd, TVector, N6>(tile, channel, Channels),
            7 => DepthwiseKernel.Run<TSimd, TVector, N7>(tile, channel, Channels),
            _ => DepthwiseKernel.Run<TSimd, TVector, N8>(tile, channel, Channels),
        };
}
