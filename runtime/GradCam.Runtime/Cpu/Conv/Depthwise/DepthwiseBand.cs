using System.Runtime.CompilerServices;
using GradCam.Cpu.Conv.Algorithm;
using GradCam.Cpu.Simd;

namespace GradCam.Cpu.Conv.Depthwise;

/// <summary>
/// What the micro-kernels work on: some rows of the output, each of some tiles. Pointers are to channel 0 of the first pixel, steps in floats.
/// </summary>
internal unsafe struct DepthwiseBand
{
    /// <summary>The input that the first output's taps are counted from.</summary>
    public float* Input;

    /// <summary>From an output's input to that of the output below.</summary>
    public nint InputRowStep;

    /// <summary>From an output's input to that of its right neighbour.</summary>
    public nint InputStep;

    /// <summary>The output.</summary>
    public float* Output;

    /// <summary>From an output to the one below.</summary>
    public nint OutputRowStep;

    /// <summary>From an output to its right neighbour.</summary>
    public nint OutputStep;

    /// <summary>Added before clamping; null for none.</summary>
    public float* Residual;

    /// <summary>From a residual to the one below.</summary>
    public nint ResidualRowStep;

    /// <summary>From a residual to its right neighbour.</summary>
    public nint ResidualStep;

    /// <summary>The weights, [taps][channels].</summary>
    public float* Weights;

    /// <summary>The bias.</summary>
    public float* Bias;

    /// <summary>Channels of the weights.</summary>
    public nint Channels;

    /// <summary>Where the taps are, relative to an output's input.</summary>
    public int* Runs;

    /// <summary>Number of taps.</summary>
    public int RunCount;

    /// <summary>Rows.</summary>
    public nint Rows;

    /// <summary>Whether what two rows of outputs read stays in the L1 cache: neighbouring pixels do not fall into few sets of it.</summary>
    public bool FitsTwoRows;

    /// <summary>Tiles in a row.</summary>
    public int Tiles;

    /// <summary>Bounds of the results.</summary>
    public ClampBounds Clamp;

    /// <summary>Adds the residual to a tile's sums, clamps and stores them.</summary>
    /// <typeparam name="TSimd">The instructions.</typeparam>
    /// <typeparam name="TVector">A vector of channels.</typeparam>
    /// <typeparam name="TPixels">Pixels of the tile; the sums after them are not used.</typeparam>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Finish<TSimd, TVector, TPixels>(
        nint row, nint tile, float* output, nint channel,
        TVector c0, TVector c1, TVector c2, TVector c3, TVector c4, TVector c5, TVector c6, TVector c7)
        where TSimd : ISimd<TVector>
        where TVector : struct
        where TPixels : unmanaged, ICount
    {
        if (Residual != null)
        {
            float* residual = Residual + row * ResidualRowStep + tile * sizeof(TPixels) * ResidualStep + channel;
            c0 = TSimd.Add(c0, TSimd.Load(residual));
            if (sizeof(TPixels) > 1)
                c1 = TSimd.Add(c1, TSimd.Load(residual + ResidualStep));
            if (sizeof(TPixels) > 2)
                c2 = TSimd.Add(c2, TSimd.Load(residual + 2 * ResidualStep));
            if (sizeof(TPixels) > 3)
                c3 = TSimd.Add(c3, TSimd.Load(residual + 3 * ResidualStep));
            if (sizeof(TPixels) > 4)
                c4 = TSimd.Add(c4, TSimd.Load(residual + 4 * ResidualStep));
            if (sizeof(TPixels) > 5)
                c5 = TSimd.Add(c5, TSimd.Load(residual + 5 * ResidualStep));
            if (sizeof(TPixels) > 6)
                c6 = TSimd.Add(c6, TSimd.Load(residual + 6 * ResidualStep));
            if (sizeof(TPixels) > 7)
                c7 = TSimd.Add(c7, TSimd.Load(residual + 7 * ResidualStep));
        }

        if (Clamp.Clamp != TileClamp.None)
        {
            TVector bound = TSimd.All(Clamp.Low);
            c0 = TSimd.Max(bound, c0);
            c1 = TSimd.Max(bound, c1);
            c2 = TSimd.Max(bound, c2);
            c3 = TSimd.Max(bound, c3);
            c4 = TSimd.Max(bound, c4);
            c5 = TSimd.Max(bound, c5);
            c6 = TSimd.Max(bound, c6);
            c7 = TSimd.Max(bound, c7);
        }

        if (Clamp.Clamp == TileClamp.Both)
        {
            TVector bound = TSimd.All(Clamp.High);
            c0 = TSimd.Min(bound, c0);
            c1 = TSimd.Min(bound, c1);
            c2 = TSimd.Min(bound, c2);
            c3 = TSimd.Min(bound, c3);
            c4 = TSimd.Min(bound, c4);
            c5 = TSimd.Min(bound, c5);
            c6 = TSimd.Min(bound, c6);
            c7 = TSimd.Min(bound, c7);
        }

        TSimd.Store(output, c0);
        if (sizeof(TPixels) > 1)
            TSimd.Store(output + OutputStep, c1);
        if (sizeof(TPixels) > 2)
            TSimd.Store(output + 2 * OutputStep, c2);
        if (sizeof(TPixels) > 3)
            TSimd.Store(output + 3 * OutputStep, c3);
        if (sizeof(TPixels) > 4)
            TSimd.Store(output + 4 * OutputStep, c4);
        if (sizeof(TPixels) > 5)
            TSimd.Store(output + 5 * OutputStep, c5);
        if (sizeof(TPixels) > 6)
            TSimd.Store(output + 6 * OutputStep, c6);
        if (sizeof(TPixels) > 7)
            TSimd.Store(output + 7 * OutputStep, c7);
    }
}
