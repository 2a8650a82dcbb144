using System.Runtime.CompilerServices;
using GradCam.Cpu.Conv.Direct;
using GradCam.Cpu.Simd;

namespace GradCam.Cpu.Conv.Depthwise;

/// <summary>
/// The micro-kernel of depthwise convolutions: a vector of channels at a time, over all rows of a band, in tiles of up to 8 pixels of a row, which stay in
/// registers over all taps. So a line of the input comes into the L1 cache once and is used there by all taps of all rows that reach it.
/// Written out for the reason given at <see cref="MicroKernel"/>.
/// </summary>
internal static unsafe class DepthwiseKernel
{
    /// <summary>Pixels of the largest tile.</summary>
    public const int MaxPixels = 8;

    /// <summary>Computes a band.</summary>
    /// <typeparam name="TSimd">The instructions.</typeparam>
    /// <typeparam name="TVector">A vector of channels.</typeparam>
    /// <typeparam name="TPixels">Pixels of a tile.</typeparam>
    /// <param name="band">The band.</param>
    /// <param name="channel">The first channel.</param>
    /// <param name="end">The last channel's successor.</param>
    /// <returns>The first channel that was left, as it and those after it do not fill a vector.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static nint Run<TSimd, TVector, TPixels>(DepthwiseBand* band, nint channel, nint end)
        where TSimd : ISimd<TVector>
        where TVector : struct
        where TPixels : unmanaged, ICount
    {
        int* lastRun = band->Runs + band->RunCount;
        nint channels = band->Channels;
        nint step = band->InputStep, step2 = 2 * step, step3 = 3 * step;
        for (; channel <= end - TSimd.Width; channel += TSimd.Width)
        {
            TVector bias = TSimd.Load(band->Bias + channel);
            for (nint row = 0; row < band->Rows; row++)
            {
                float* input = band->Input + row * band->InputRowStep + channel;
                float* output = band->Output + row * band->OutputRowStep + channel;
                for (nint tile = 0; tile < band->Tiles; tile++)
                {
                    TVector c0 = bias, c1 = bias, c2 = bias, c3 = bias, c4 = bias, c5 = bias, c6 = bias, c7 = bias;
                    float* weights = band->Weights + channel;
                    for (int* run = band->Runs; run < lastRun; run++)
                    {
                        TVector w = TSimd.Load(weights);
                        weights += channels;
                        float* x0 = input + *run;
                        float* x3 = x0 + step3;
                        float* x6 = x3 + step3;
                        c0 = TSimd.MultiplyAdd(TSimd.Load(x0), w, c0);
                        if (sizeof(TPixels) > 1)
                            c1 = TSimd.MultiplyAdd(TSimd.Load(x0 + step), w, c1);
                        if (sizeof(TPixels) > 2)
                            c2 = TSimd.MultiplyAdd(TSimd.Load(x0 + step2), w, c2);
                        if (sizeof(TPixels) > 3)
                            c3 = TSimd.MultiplyAdd(TSimd.Load(x3), w, c3);
                        if (sizeof(TPixels) > 4)
                            c4 = TSimd.MultiplyAdd(TSimd.Load(x3 + step), w, c4);
                        if (sizeof(TPixels) > 5)
                            c5 = TSimd.MultiplyAdd(TSimd.Load(x3 + step2), w, c5);
                        if (sizeof(TPixels) > 6)
                            c6 = TSimd.MultiplyAdd(TSimd.Load(x6), w, c6);
                        if (sizeof(TPixels) > 7)
                            c7 = TSimd.MultiplyAdd(TSimd.Load(x6 + step), w, c7);
                    }

                    band->Finish<TSimd, TVector, TPixels>(row, tile, output, channel, c0, c1, c2, c3, c4, c5, c6, c7);
                    input += sizeof(TPixels) * step;
                    output += sizeof(TPixels) * band->OutputStep;
                }
            }
        }

        return channel;
    }
}
