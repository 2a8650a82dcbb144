using System.Runtime.CompilerServices;
using GradCam.Cpu.Simd;

namespace GradCam.Cpu.Conv;

/// <summary>
/// The micro-kernel of depthwise convolutions: up to 8 pixels times a stretch of channels, vector by vector; a vector of each pixel stays in a register over
/// all taps.
/// Written out for the reason given at <see cref="MicroKernel"/>. Every product loads its input, since loads and multiply-adds issue at the same rate
/// on the machines at hand; keeping inputs in registers as well would win nothing.
/// </summary>
internal static unsafe class DepthwiseKernel
{
    /// <summary>Pixels of the largest tile.</summary>
    public const int MaxPixels = 8;

    /// <summary>Computes a tile. <see cref="Tile.Weights"/> is [taps][channels], <see cref="Tile.RunLength"/> the number of channels of the tensor.</summary>
    /// <typeparam name="TSimd">The instructions.</typeparam>
    /// <typeparam name="TVector">A vector of channels.</typeparam>
    /// <typeparam name="TPixels">Pixels of the tile.</typeparam>
    /// <param name="tile">The tile; its clamp is applied.</param>
    /// <param name="channel">The first channel.</param>
    /// <param name="end">The last channel's successor.</param>
    /// <returns>The first channel that was left, as it and those after it do not fill a vector.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static nint Run<TSimd, TVector, TPixels>(Tile* tile, nint channel, nint end)
        where TSimd : ISimd<TVector>
        where TVector : struct
        where TPixels : unmanaged, ICount
    {
        float* input = tile->Input;
        int* inputOffsets = tile->InputOffsets;
        float* x0 = input + inputOffsets[0];
        float* x1 = input + inputOffsets[sizeof(TPixels) > 1 ? 1 : 0];
        float* x2 = input + inputOffsets[sizeof(TPixels) > 2 ? 2 : 0];
        float* x3 = input + inputOffsets[sizeof(TPixels) > 3 ? 3 : 0];
        float* x4 = input + inputOffsets[sizeof(TPixels) > 4 ? 4 : 0];
        float* x5 = input + inputOffsets[sizeof(TPixels) > 5 ? 5 : 0];
        float* x6 = input + inputOffsets[sizeof(TPixels) > 6 ? 6 : 0];
        float* x7 = input + inputOffsets[sizeof(TPixels) > 7 ? 7 : 0];
        int* lastRun = tile->Runs + tile->RunCount;
        nint channels = tile->RunLength;
        for (; channel <= end - TSimd.Width; channel += TSimd.Width)
        {
            TVector c0 = TSimd.Load(tile->Bias + channel);
            TVector c1 = c0, c2 = c0, c3 = c0, c4 = c0, c5 = c0, c6 = c0, c7 = c0;
            float* weights = tile->Weights + channel;
            for (int* run = tile->Runs; run < lastRun; run++)
            {
                nint k = *run + channel;
                TVector w = TSimd.Load(weights);
                weights += channels;
                c0 = TSimd.MultiplyAdd(TSimd.Load(x0 + k), w, c0);
                if (sizeof(TPixels) > 1)
                    c1 = TSimd.MultiplyAdd(TSimd.Load(x1 + k), w, c1);
                if (sizeof(TPixels) > 2)
                    c2 = TSimd.MultiplyAdd(TSimd.Load(x2 + k), w, c2);
                if (sizeof(TPixels) > 3)
                    c3 = TSimd.MultiplyAdd(TSimd.Load(x3 + k), w, c3);
                if (sizeof(TPixels) > 4)
                    c4 = TSimd.MultiplyAdd(TSimd.Load(x4 + k), w, c4);
                if (sizeof(TPixels) > 5)
                    c5 = TSimd.MultiplyAdd(TSimd.Load(x5 + k), w, c5);
                if (sizeof(TPixels) > 6)
                    c6 = TSimd.MultiplyAdd(TSimd.Load(x6 + k), w, c6);
                if (sizeof(TPixels) > 7)
                    c7 = TSimd.MultiplyAdd(TSimd.Load(x7 + k), w, c7);
            }

            if (tile->Residual != null)
            {
                float* residual = tile->Residual + channel;
                int* residualOffsets = tile->ResidualOffsets;
                c0 = TSimd.Add(c0, TSimd.Load(residual + residualOffsets[0]));
                if (sizeof(TPixels) > 1)
                    c1 = TSimd.Add(c1, TSimd.Load(residual + residualOffsets[1]));
                if (sizeof(TPixels) > 2)
                    c2 = TSimd.Add(c2, TSimd.Load(residual + residualOffsets[2]));
                if (sizeof(TPixels) > 3)
                    c3 = TSimd.Add(c3, TSimd.Load(residual + residualOffsets[3]));
                if (sizeof(TPixels) > 4)
                    c4 = TSimd.Add(c4, TSimd.Load(residual + residualOffsets[4]));
                if (sizeof(TPixels) > 5)
                    c5 = TSimd.Add(c5, TSimd.Load(residual + residualOffsets[5]));
                if (sizeof(TPixels) > 6)
                    c6 = TSimd.Add(c6, TSimd.Load(residual + residualOffsets[6]));
                if (sizeof(TPixels) > 7)
                    c7 = TSimd.Add(c7, TSimd.Load(residual + residualOffsets[7]));
            }

            if (tile->Clamp != TileClamp.None)
            {
                TVector bound = TSimd.Broadcast(&tile->Low);
                c0 = TSimd.Max(bound, c0);
                c1 = TSimd.Max(bound, c1);
                c2 = TSimd.Max(bound, c2);
                c3 = TSimd.Max(bound, c3);
                c4 = TSimd.Max(bound, c4);
                c5 = TSimd.Max(bound, c5);
                c6 = TSimd.Max(bound, c6);
                c7 = TSimd.Max(bound, c7);
            }

            if (tile->Clamp == TileClamp.Both)
            {
                TVector bound = TSimd.Broadcast(&tile->High);
                c0 = TSimd.Min(bound, c0);
                c1 = TSimd.Min(bound, c1);
                c2 = TSimd.Min(bound, c2);
                c3 = TSimd.Min(bound, c3);
                c4 = TSimd.Min(bound, c4);
                c5 = TSimd.Min(bound, c5);
                c6 = TSimd.Min(bound, c6);
                c7 = TSimd.Min(bound, c7);
            }

            float* output = tile->Output + channel;
            int* outputOffsets = tile->OutputOffsets;
            TSimd.Store(output + outputOffsets[0], c0);
            if (sizeof(TPixels) > 1)
                TSimd.Store(output + outputOffsets[1], c1);
            if (sizeof(TPixels) > 2)
                TSimd.Store(output + outputOffsets[2], c2);
            if (sizeof(TPixels) > 3)
                TSimd.Store(output + outputOffsets[3], c3);
            if (sizeof(TPixels) > 4)
                TSimd.Store(output + outputOffsets[4], c4);
            if (sizeof(TPixels) > 5)
                TSimd.Store(output + outputOffsets[5], c5);
            if (sizeof(TPixels) > 6)
                TSimd.Store(output + outputOffsets[6], c6);
            if (sizeof(TPixels) > 7)
                TSimd.Store(output + outputOffsets[7], c7);
        }

        return channel;
    }
}
