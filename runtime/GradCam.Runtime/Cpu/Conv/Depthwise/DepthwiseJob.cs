using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using GradCam.Cpu.Conv.Algorithm;
using GradCam.Cpu.Memory;
using GradCam.Cpu.Simd;
using GradCam.Cpu.Threading;

namespace GradCam.Cpu.Conv.Depthwise;

/// <summary>One phase of a depthwise convolution. A piece is a band of rows times a block of channels.</summary>
internal unsafe struct DepthwiseJob : IParallelJob
{
    /// <summary>Sets of the L1 cache that cannot hold what two rows read: with 1152 channels two rows at a time take 13 % longer.</summary>
    private const int FewSets = 8;

    /// <summary>The inputs.</summary>
    public PixelView Input;

    /// <summary>The outputs.</summary>
    public PixelView Output;

    /// <summary>What is added.</summary>
    public PixelView Residual;

    /// <summary>Rows of outputs.</summary>
    public int Height;

    /// <summary>Outputs in a row.</summary>
    public int Width;

    /// <summary>Rows of a band.</summary>
    public int BandRows;

    /// <summary>Channels.</summary>
    public int Channels;

    /// <summary>Channels of a block.</summary>
    public int BlockChannels;

    /// <summary>The weights, [taps][channels].</summary>
    public float* Weights;

    /// <summary>The bias.</summary>
    public float* Bias;

    /// <summary>Where the taps are, relative to an output's input.</summary>
    public int* Runs;

    /// <summary>Number of taps.</summary>
    public int RunCount;

    /// <summary>Taps of a kernel row where these are neighbours, as are the inputs of neighbouring outputs; else 0.</summary>
    public int RowTaps;

    /// <summary>Activation and gate.</summary>
    public OutputPass Pass;

    /// <summary>Blocks of channels.</summary>
    public readonly int Blocks => (Channels + BlockChannels - 1) / BlockChannels;

    /// <summary>Pieces.</summary>
    public readonly int Pieces => (Height + BandRows - 1) / BandRows * Blocks;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Run(int index, int worker)
    {
        int row = index / Blocks * BandRows;
        int channel = index % Blocks * BlockChannels;
        int end = Math.Min(channel + BlockChannels, Channels);
        int rows = Math.Min(BandRows, Height - row);
        var band = new DepthwiseBand
        {
            Input = Input.First + (nint)row * Input.RowStep,
            InputRowStep = Input.RowStep,
            InputStep = Input.PixelStep,
            Output = Output.First + (nint)row * Output.RowStep,
            OutputRowStep = Output.RowStep,
            OutputStep = Output.PixelStep,
            Residual = Residual.First == null ? null : Residual.First + (nint)row * Residual.RowStep,
            ResidualRowStep = Residual.RowStep,
            ResidualStep = Residual.PixelStep,
            Weights = Weights,
            Bias = Bias,
            Channels = Channels,
            Runs = Runs,
            RunCount = RunCount,
            Rows = rows,
            FitsTwoRows = CacheSizes.L1Sets(Input.PixelStep * sizeof(float)) > FewSets,
            Clamp = Pass.Clamp,
        };

        // Tiles of a row differ by a pixel at most: the first ones are the larger.
        int tiles = (Width + DepthwiseKernel.MaxPixels - 1) / DepthwiseKernel.MaxPixels;
        int small = Width / tiles;
        int large = Width % tiles;
        if (large > 0)
        {
            band.Tiles = large;
            RunChannels(&band, small + 1, channel, end);
            int columns = large * (small + 1);
            band.Input += (nint)columns * band.InputStep;
            band.Output += (nint)columns * band.OutputStep;
            if (band.Residual != null)
                band.Residual += (nint)columns * band.ResidualStep;
        }

        band.Tiles = tiles - large;
        RunChannels(&band, small, channel, end);
        Pass.Run(row * Width, rows * Width, Width, channel, end - channel);
    }

    /// <summary>Runs the widest vectors as far as they go, then narrower ones.</summary>
    private readonly void RunChannels(DepthwiseBand* band, int pixels, nint channel, nint end)
    {
        if (SimdWidth.Has512)
            channel = Run<Simd512, Vector512<float>>(band, pixels, channel, end);
        if (SimdWidth.Has256 && channel < end)
            channel = Run<Simd256, Vector256<float>>(band, pixels, channel, end);
        if (channel < end)
            channel = Run<Simd128, Vector128<float>>(band, pixels, channel, end);
        if (channel < end)
            Run<SimdScalar, float>(band, pixels, channel, end);
    }

    private readonly nint Run<TSimd, TVector>(DepthwiseBand* band, int pixels, nint channel, nint end)
        where TSimd : ISimd<TVector>
        where TVector : struct => pixels switch
        {
            1 => Run<TSimd, TVector, N1>(band, channel, end),
            2 => Run<TSimd, TVector, N2>(band, channel, end),
            3 => Run<TSimd, TVector, N3>(band, channel, end),
            4 => Run<TSimd, TVector, N4>(band, channel, end),
            5 => Run<TSimd, TVector, N5>(band, channel, end),
            6 => Run<TSimd, TVector, N6>(band, channel, end),
            7 => Run<TSimd, TVector, N7>(band, channel, end),
            _ => Run<TSimd, TVector, N8>(band, channel, end),
        };

    private readonly nint Run<TSimd, TVector, TPixels>(DepthwiseBand* band, nint channel, nint end)
        where TSimd : ISimd<TVector>
        where TVector : struct
        where TPixels : unmanaged, ICount => RowTaps switch
        {
            3 => DepthwiseRowKernel.Run<TSimd, TVector, TPixels, N3>(band, channel, end),
            5 => DepthwiseRowKernel.Run<TSimd, TVector, TPixels, N5>(band, channel, end),
            7 => DepthwiseRowKernel.Run<TSimd, TVector, TPixels, N7>(band, channel, end),
            _ => DepthwiseKernel.Run<TSimd, TVector, TPixels>(band, channel, end),
        };
}
