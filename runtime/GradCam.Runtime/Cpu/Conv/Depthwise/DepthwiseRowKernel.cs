using System.Runtime.CompilerServices;
using GradCam.Cpu.Simd;

namespace GradCam.Cpu.Conv.Depthwise;

/// <summary>
/// <see cref="DepthwiseKernel"/> where the taps of a kernel row are neighbours, as are the pixels that they meet: each input is loaded once for all taps of its
/// row. Where the machine has the registers, two rows of outputs at a time: with 7 sums, each of which waits four cycles for its last product, a multiplier
/// would be idle.
/// </summary>
internal static unsafe class DepthwiseRowKernel
{
    /// <summary>Computes a band.</summary>
    /// <typeparam name="TSimd">The instructions.</typeparam>
    /// <typeparam name="TVector">A vector of channels.</typeparam>
    /// <typeparam name="TPixels">Pixels of a tile.</typeparam>
    /// <typeparam name="TTaps">Taps of a kernel row, 1 to 7.</typeparam>
    /// <param name="band">The band.</param>
    /// <param name="channel">The first channel.</param>
    /// <param name="end">The last channel's successor.</param>
    /// <returns>The first channel that was left, as it and those after it do not fill a vector.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static nint Run<TSimd, TVector, TPixels, TTaps>(DepthwiseBand* band, nint channel, nint end)
        where TSimd : ISimd<TVector>
        where TVector : struct
        where TPixels : unmanaged, ICount
        where TTaps : unmanaged, ICount
    {
        for (; channel <= end - TSimd.Width; channel += TSimd.Width)
        {
            nint row = 0;
            if (TSimd.Registers > 16 && band->FitsTwoRows)
            {
                for (; row < band->Rows - 1; row += 2)
                    RunRows<TSimd, TVector, TPixels, TTaps, N2>(band, channel, row);
            }

            for (; row < band->Rows; row++)
                RunRows<TSimd, TVector, TPixels, TTaps, N1>(band, channel, row);
        }

        return channel;
    }

    /// <summary>Computes a vector of channels of one or two rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RunRows<TSimd, TVector, TPixels, TTaps, TRows>(DepthwiseBand* band, nint channel, nint row)
        where TSimd : ISimd<TVector>
        where TVector : struct
        where TPixels : unmanaged, ICount
        where TTaps : unmanaged, ICount
        where TRows : unmanaged, ICount
    {
        int* lastRun = band->Runs + band->RunCount;
        nint channels = band->Channels;
        nint step = band->InputStep, step2 = 2 * step, step3 = 3 * step;
        nint rowStep = band->InputRowStep;
        TVector bias = TSimd.Load(band->Bias + channel);
        float* input = band->Input + row * rowStep + channel;
        float* output = band->Output + row * band->OutputRowStep + channel;
        for (nint tile = 0; tile < band->Tiles; tile++)
        {
            TVector c0 = bias, c1 = bias, c2 = bias, c3 = bias, c4 = bias, c5 = bias, c6 = bias, c7 = bias;
            TVector d0 = bias, d1 = bias, d2 = bias, d3 = bias, d4 = bias, d5 = bias, d6 = bias, d7 = bias;
            float* weights = band->Weights + channel;
            for (int* run = band->Runs; run < lastRun; run += sizeof(TTaps))
            {
                TVector w0 = TSimd.Load(weights);
                TVector w1 = sizeof(TTaps) > 1 ? TSimd.Load(weights + channels) : default;
                TVector w2 = sizeof(TTaps) > 2 ? TSimd.Load(weights + 2 * channels) : default;
                TVector w3 = sizeof(TTaps) > 3 ? TSimd.Load(weights + 3 * channels) : default;
                TVector w4 = sizeof(TTaps) > 4 ? TSimd.Load(weights + 4 * channels) : default;
                TVector w5 = sizeof(TTaps) > 5 ? TSimd.Load(weights + 5 * channels) : default;
                TVector w6 = sizeof(TTaps) > 6 ? TSimd.Load(weights + 6 * channels) : default;
                weights += sizeof(TTaps) * channels;
                float* x0 = input + *run;
                float* x3 = x0 + step3;
                float* x6 = x3 + step3;
                float* x9 = x6 + step3;
                float* x12 = x9 + step3;

                TVector x = TSimd.Load(x0);
                c0 = TSimd.MultiplyAdd(x, w0, c0);

                if (sizeof(TPixels) + sizeof(TTaps) - 1 > 1)
                {
                    x = TSimd.Load(x0 + step);
                    if (sizeof(TPixels) > 1)
                        c1 = TSimd.MultiplyAdd(x, w0, c1);
                    if (sizeof(TTaps) > 1)
                        c0 = TSimd.MultiplyAdd(x, w1, c0);
                }

                if (sizeof(TPixels) + sizeof(TTaps) - 1 > 2)
                {
                    x = TSimd.Load(x0 + step2);
                    if (sizeof(TPixels) > 2)
                        c2 = TSimd.MultiplyAdd(x, w0, c2);
                    if (sizeof(TPixels) > 1 && sizeof(TTaps) > 1)
                        c1 = TSimd.MultiplyAdd(x, w1, c1);
                    if (sizeof(TTaps) > 2)
                        c0 = TSimd.MultiplyAdd(x, w2, c0);
                }

                if (sizeof(TPixels) + sizeof(TTaps) - 1 > 3)
                {
                    x = TSimd.Load(x3);
                    if (sizeof(TPixels) > 3)
                        c3 = TSimd.MultiplyAdd(x, w0, c3);
                    if (sizeof(TPixels) > 2 && sizeof(TTaps) > 1)
                        c2 = TSimd.MultiplyAdd(x, w1, c2);
                    if (sizeof(TPixels) > 1 && sizeof(TTaps) > 2)
                        c1 = TSimd.MultiplyAdd(x, w2, c1);
                    if (sizeof(TTaps) > 3)
                        c0 = TSimd.MultiplyAdd(x, w3, c0);
                }

                if (sizeof(TPixels) + sizeof(TTaps) - 1 > 4)
                {
                    x = TSimd.Load(x3 + step);
                    if (sizeof(TPixels) > 4)
                        c4 = TSimd.MultiplyAdd(x, w0, c4);
                    if (sizeof(TPixels) > 3 && sizeof(TTaps) > 1)
                        c3 = TSimd.MultiplyAdd(x, w1, c3);
                    if (sizeof(TPixels) > 2 && sizeof(TTaps) > 2)
                        c2 = TSimd.MultiplyAdd(x, w2, c2);
                    if (sizeof(TPixels) > 1 && sizeof(TTaps) > 3)
                        c1 = TSimd.MultiplyAdd(x, w3, c1);
                    if (sizeof(TTaps) > 4)
                        c0 = TSimd.MultiplyAdd(x, w4, c0);
                }

                if (sizeof(TPixels) + sizeof(TTaps) - 1 > 5)
                {
                    x = TSimd.Load(x3 + step2);
                    if (sizeof(TPixels) > 5)
                        c5 = TSimd.MultiplyAdd(x, w0, c5);
                    if (sizeof(TPixels) > 4 && sizeof(TTaps) > 1)
                        c4 = TSimd.MultiplyAdd(x, w1, c4);
                    if (sizeof(TPixels) > 3 && sizeof(TTaps) > 2)
                        c3 = TSimd.MultiplyAdd(x, w2, c3);
                    if (sizeof(TPixels) > 2 && sizeof(TTaps) > 3)
                        c2 = TSimd.MultiplyAdd(x, w3, c2);
                    if (sizeof(TPixels) > 1 && sizeof(TTaps) > 4)
                        c1 = TSimd.MultiplyAdd(x, w4, c1);
                    if (sizeof(TTaps) > 5)
                        c0 = TSimd.MultiplyAdd(x, w5, c0);
                }

                if (sizeof(TPixels) + sizeof(TTaps) - 1 > 6)
                {
                    x = TSimd.Load(x6);
                    if (sizeof(TPixels) > 6)
                        c6 = TSimd.MultiplyAdd(x, w0, c6);
                    if (sizeof(TPixels) > 5 && sizeof(TTaps) > 1)
                        c5 = TSimd.MultiplyAdd(x, w1, c5);
                    if (sizeof(TPixels) > 4 && sizeof(TTaps) > 2)
                        c4 = TSimd.MultiplyAdd(x, w2, c4);
                    if (sizeof(TPixels) > 3 && sizeof(TTaps) > 3)
                        c3 = TSimd.MultiplyAdd(x, w3, c3);
                    if (sizeof(TPixels) > 2 && sizeof(TTaps) > 4)
                        c2 = TSimd.MultiplyAdd(x, w4, c2);
                    if (sizeof(TPixels) > 1 && sizeof(TTaps) > 5)
                        c1 = TSimd.MultiplyAdd(x, w5, c1);
                    if (sizeof(TTaps) > 6)
                        c0 = TSimd.MultiplyAdd(x, w6, c0);
                }

                if (sizeof(TPixels) + sizeof(TTaps) - 1 > 7)
                {
                    x = TSimd.Load(x6 + step);
                    if (sizeof(TPixels) > 7)
                        c7 = TSimd.MultiplyAdd(x, w0, c7);
                    if (sizeof(TPixels) > 6 && sizeof(TTaps) > 1)
                        c6 = TSimd.MultiplyAdd(x, w1, c6);
                    if (sizeof(TPixels) > 5 && sizeof(TTaps) > 2)
                        c5 = TSimd.MultiplyAdd(x, w2, c5);
                    if (sizeof(TPixels) > 4 && sizeof(TTaps) > 3)
                        c4 = TSimd.MultiplyAdd(x, w3, c4);
                    if (sizeof(TPixels) > 3 && sizeof(TTaps) > 4)
                        c3 = TSimd.MultiplyAdd(x, w4, c3);
                    if (sizeof(TPixels) > 2 && sizeof(TTaps) > 5)
                        c2 = TSimd.MultiplyAdd(x, w5, c2);
                    if (sizeof(TPixels) > 1 && sizeof(TTaps) > 6)
                        c1 = TSimd.MultiplyAdd(x, w6, c1);
                }

                if (sizeof(TPixels) + sizeof(TTaps) - 1 > 8)
                {
                    x = TSimd.Load(x6 + step2);
                    if (sizeof(TPixels) > 7 && sizeof(TTaps) > 1)
                        c7 = TSimd.MultiplyAdd(x, w1, c7);
                    if (sizeof(TPixels) > 6 && sizeof(TTaps) > 2)
                        c6 = TSimd.MultiplyAdd(x, w2, c6);
                    if (sizeof(TPixels) > 5 && sizeof(TTaps) > 3)
                        c5 = TSimd.MultiplyAdd(x, w3, c5);
                    if (sizeof(TPixels) > 4 && sizeof(TTaps) > 4)
                        c4 = TSimd.MultiplyAdd(x, w4, c4);
                    if (sizeof(TPixels) > 3 && sizeof(TTaps) > 5)
                        c3 = TSimd.MultiplyAdd(x, w5, c3);
                    if (sizeof(TPixels) > 2 && sizeof(TTaps) > 6)
                        c2 = TSimd.MultiplyAdd(x, w6, c2);
                }

                if (sizeof(TPixels) + sizeof(TTaps) - 1 > 9)
                {
                    x = TSimd.Load(x9);
                    if (sizeof(TPixels) > 7 && sizeof(TTaps) > 2)
                        c7 = TSimd.MultiplyAdd(x, w2, c7);
                    if (sizeof(TPixels) > 6 && sizeof(TTaps) > 3)
                        c6 = TSimd.MultiplyAdd(x, w3, c6);
                    if (sizeof(TPixels) > 5 && sizeof(TTaps) > 4)
                        c5 = TSimd.MultiplyAdd(x, w4, c5);
                    if (sizeof(TPixels) > 4 && sizeof(TTaps) > 5)
                        c4 = TSimd.MultiplyAdd(x, w5, c4);
                    if (sizeof(TPixels) > 3 && sizeof(TTaps) > 6)
                        c3 = TSimd.MultiplyAdd(x, w6, c3);
                }

                if (sizeof(TPixels) + sizeof(TTaps) - 1 > 10)
                {
                    x = TSimd.Load(x9 + step);
                    if (sizeof(TPixels) > 7 && sizeof(TTaps) > 3)
                        c7 = TSimd.MultiplyAdd(x, w3, c7);
                    if (sizeof(TPixels) > 6 && sizeof(TTaps) > 4)
                        c6 = TSimd.MultiplyAdd(x, w4, c6);
                    if (sizeof(TPixels) > 5 && sizeof(TTaps) > 5)
                        c5 = TSimd.MultiplyAdd(x, w5, c5);
                    if (sizeof(TPixels) > 4 && sizeof(TTaps) > 6)
                        c4 = TSimd.MultiplyAdd(x, w6, c4);
                }

                if (sizeof(TPixels) + sizeof(TTaps) - 1 > 11)
                {
                    x = TSimd.Load(x9 + step2);
                    if (sizeof(TPixels) > 7 && sizeof(TTaps) > 4)
                        c7 = TSimd.MultiplyAdd(x, w4, c7);
                    if (sizeof(TPixels) > 6 && sizeof(TTaps) > 5)
                        c6 = TSimd.MultiplyAdd(x, w5, c6);
                    if (sizeof(TPixels) > 5 && sizeof(TTaps) > 6)
                        c5 = TSimd.MultiplyAdd(x, w6, c5);
                }

                if (sizeof(TPixels) + sizeof(TTaps) - 1 > 12)
                {
                    x = TSimd.Load(x12);
                    if (sizeof(TPixels) > 7 && sizeof(TTaps) > 5)
                        c7 = TSimd.MultiplyAdd(x, w5, c7);
                    if (sizeof(TPixels) > 6 && sizeof(TTaps) > 6)
                        c6 = TSimd.MultiplyAdd(x, w6, c6);
                }

                if (sizeof(TPixels) + sizeof(TTaps) - 1 > 13)
                {
                    x = TSimd.Load(x12 + step);
                    if (sizeof(TPixels) > 7 && sizeof(TTaps) > 6)
                        c7 = TSimd.MultiplyAdd(x, w6, c7);
                }

                if (sizeof(TRows) > 1)
                {
                    float* y0 = x0 + rowStep;
                    float* y3 = y0 + step3;
                    float* y6 = y3 + step3;
                    float* y9 = y6 + step3;
                    float* y12 = y9 + step3;

                    x = TSimd.Load(y0);
                    d0 = TSimd.MultiplyAdd(x, w0, d0);

                    if (sizeof(TPixels) + sizeof(TTaps) - 1 > 1)
                    {
                        x = TSimd.Load(y0 + step);
                        if (sizeof(TPixels) > 1)
                            d1 = TSimd.MultiplyAdd(x, w0, d1);
                        if (sizeof(TTaps) > 1)
                            d0 = TSimd.MultiplyAdd(x, w1, d0);
                    }

                    if (sizeof(TPixels) + sizeof(TTaps) - 1 > 2)
                    {
                        x = TSimd.Load(y0 + step2);
                        if (sizeof(TPixels) > 2)
                            d2 = TSimd.MultiplyAdd(x, w0, d2);
                        if (sizeof(TPixels) > 1 && sizeof(TTaps) > 1)
                            d1 = TSimd.MultiplyAdd(x, w1, d1);
                        if (sizeof(TTaps) > 2)
                            d0 = TSimd.MultiplyAdd(x, w2, d0);
                    }

                    if (sizeof(TPixels) + sizeof(TTaps) - 1 > 3)
                    {
                        x = TSimd.Load(y3);
                        if (sizeof(TPixels) > 3)
                            d3 = TSimd.MultiplyAdd(x, w0, d3);
                        if (sizeof(TPixels) > 2 && sizeof(TTaps) > 1)
                            d2 = TSimd.MultiplyAdd(x, w1, d2);
                        if (sizeof(TPixels) > 1 && sizeof(TTaps) > 2)
                            d1 = TSimd.MultiplyAdd(x, w2, d1);
                        if (sizeof(TTaps) > 3)
                            d0 = TSimd.MultiplyAdd(x, w3, d0);
                    }

                    if (sizeof(TPixels) + sizeof(TTaps) - 1 > 4)
                    {
                        x = TSimd.Load(y3 + step);
                        if (sizeof(TPixels) > 4)
                            d4 = TSimd.MultiplyAdd(x, w0, d4);
                        if (sizeof(TPixels) > 3 && sizeof(TTaps) > 1)
                            d3 = TSimd.MultiplyAdd(x, w1, d3);
                        if (sizeof(TPixels) > 2 && sizeof(TTaps) > 2)
                            d2 = TSimd.MultiplyAdd(x, w2, d2);
                        if (sizeof(TPixels) > 1 && sizeof(TTaps) > 3)
                            d1 = TSimd.MultiplyAdd(x, w3, d1);
                        if (sizeof(TTaps) > 4)
                            d0 = TSimd.MultiplyAdd(x, w4, d0);
                    }

                    if (sizeof(TPixels) + sizeof(TTaps) - 1 > 5)
                    {
                        x = TSimd.Load(y3 + step2);
                        if (sizeof(TPixels) > 5)
                            d5 = TSimd.MultiplyAdd(x, w0, d5);
                        if (sizeof(TPixels) > 4 && sizeof(TTaps) > 1)
                            d4 = TSimd.MultiplyAdd(x, w1, d4);
                        if (sizeof(TPixels) > 3 && sizeof(TTaps) > 2)
                            d3 = TSimd.MultiplyAdd(x, w2, d3);
                        if (sizeof(TPixels) > 2 && sizeof(TTaps) > 3)
                            d2 = TSimd.MultiplyAdd(x, w3, d2);
                        if (sizeof(TPixels) > 1 && sizeof(TTaps) > 4)
                            d1 = TSimd.MultiplyAdd(x, w4, d1);
                        if (sizeof(TTaps) > 5)
                            d0 = TSimd.MultiplyAdd(x, w5, d0);
                    }

                    if (sizeof(TPixels) + sizeof(TTaps) - 1 > 6)
                    {
                        x = TSimd.Load(y6);
                        if (sizeof(TPixels) > 6)
                            d6 = TSimd.MultiplyAdd(x, w0, d6);
                        if (sizeof(TPixels) > 5 && sizeof(TTaps) > 1)
                            d5 = TSimd.MultiplyAdd(x, w1, d5);
                        if (sizeof(TPixels) > 4 && sizeof(TTaps) > 2)
                            d4 = TSimd.MultiplyAdd(x, w2, d4);
                        if (sizeof(TPixels) > 3 && sizeof(TTaps) > 3)
                            d3 = TSimd.MultiplyAdd(x, w3, d3);
                        if (sizeof(TPixels) > 2 && sizeof(TTaps) > 4)
                            d2 = TSimd.MultiplyAdd(x, w4, d2);
                        if (sizeof(TPixels) > 1 && sizeof(TTaps) > 5)
                            d1 = TSimd.MultiplyAdd(x, w5, d1);
                        if (sizeof(TTaps) > 6)
                            d0 = TSimd.MultiplyAdd(x, w6, d0);
                    }

                    if (sizeof(TPixels) + sizeof(TTaps) - 1 > 7)
                    {
                        x = TSimd.Load(y6 + step);
                        if (sizeof(TPixels) > 7)
                            d7 = TSimd.MultiplyAdd(x, w0, d7);
                        if (sizeof(TPixels) > 6 && sizeof(TTaps) > 1)
                            d6 = TSimd.MultiplyAdd(x, w1, d6);
                        if (sizeof(TPixels) > 5 && sizeof(TTaps) > 2)
                            d5 = TSimd.MultiplyAdd(x, w2, d5);
                        if (sizeof(TPixels) > 4 && sizeof(TTaps) > 3)
                            d4 = TSimd.MultiplyAdd(x, w3, d4);
                        if (sizeof(TPixels) > 3 && sizeof(TTaps) > 4)
                            d3 = TSimd.MultiplyAdd(x, w4, d3);
                        if (sizeof(TPixels) > 2 && sizeof(TTaps) > 5)
                            d2 = TSimd.MultiplyAdd(x, w5, d2);
                        if (sizeof(TPixels) > 1 && sizeof(TTaps) > 6)
                            d1 = TSimd.MultiplyAdd(x, w6, d1);
                    }

                    if (sizeof(TPixels) + sizeof(TTaps) - 1 > 8)
                    {
                        x = TSimd.Load(y6 + step2);
                        if (sizeof(TPixels) > 7 && sizeof(TTaps) > 1)
                            d7 = TSimd.MultiplyAdd(x, w1, d7);
                        if (sizeof(TPixels) > 6 && sizeof(TTaps) > 2)
                            d6 = TSimd.MultiplyAdd(x, w2, d6);
                        if (sizeof(TPixels) > 5 && sizeof(TTaps) > 3)
                            d5 = TSimd.MultiplyAdd(x, w3, d5);
                        if (sizeof(TPixels) > 4 && sizeof(TTaps) > 4)
                            d4 = TSimd.MultiplyAdd(x, w4, d4);
                        if (sizeof(TPixels) > 3 && sizeof(TTaps) > 5)
                            d3 = TSimd.MultiplyAdd(x, w5, d3);
                        if (sizeof(TPixels) > 2 && sizeof(TTaps) > 6)
                            d2 = TSimd.MultiplyAdd(x, w6, d2);
                    }

                    if (sizeof(TPixels) + sizeof(TTaps) - 1 > 9)
                    {
                        x = TSimd.Load(y9);
                        if (sizeof(TPixels) > 7 && sizeof(TTaps) > 2)
                            d7 = TSimd.MultiplyAdd(x, w2, d7);
                        if (sizeof(TPixels) > 6 && sizeof(TTaps) > 3)
                            d6 = TSimd.MultiplyAdd(x, w3, d6);
                        if (sizeof(TPixels) > 5 && sizeof(TTaps) > 4)
                            d5 = TSimd.MultiplyAdd(x, w4, d5);
                        if (sizeof(TPixels) > 4 && sizeof(TTaps) > 5)
                            d4 = TSimd.MultiplyAdd(x, w5, d4);
                        if (sizeof(TPixels) > 3 && sizeof(TTaps) > 6)
                            d3 = TSimd.MultiplyAdd(x, w6, d3);
                    }

                    if (sizeof(TPixels) + sizeof(TTaps) - 1 > 10)
                    {
                        x = TSimd.Load(y9 + step);
                        if (sizeof(TPixels) > 7 && sizeof(TTaps) > 3)
                            d7 = TSimd.MultiplyAdd(x, w3, d7);
                        if (sizeof(TPixels) > 6 && sizeof(TTaps) > 4)
                            d6 = TSimd.MultiplyAdd(x, w4, d6);
                        if (sizeof(TPixels) > 5 && sizeof(TTaps) > 5)
                            d5 = TSimd.MultiplyAdd(x, w5, d5);
                        if (sizeof(TPixels) > 4 && sizeof(TTaps) > 6)
                            d4 = TSimd.MultiplyAdd(x, w6, d4);
                    }

                    if (sizeof(TPixels) + sizeof(TTaps) - 1 > 11)
                    {
                        x = TSimd.Load(y9 + step2);
                        if (sizeof(TPixels) > 7 && sizeof(TTaps) > 4)
                            d7 = TSimd.MultiplyAdd(x, w4, d7);
                        if (sizeof(TPixels) > 6 && sizeof(TTaps) > 5)
                            d6 = TSimd.MultiplyAdd(x, w5, d6);
                        if (sizeof(TPixels) > 5 && sizeof(TTaps) > 6)
                            d5 = TSimd.MultiplyAdd(x, w6, d5);
                    }

                    if (sizeof(TPixels) + sizeof(TTaps) - 1 > 12)
                    {
                        x = TSimd.Load(y12);
                        if (sizeof(TPixels) > 7 && sizeof(TTaps) > 5)
                            d7 = TSimd.MultiplyAdd(x, w5, d7);
                        if (sizeof(TPixels) > 6 && sizeof(TTaps) > 6)
                            d6 = TSimd.MultiplyAdd(x, w6, d6);
                    }

                    if (sizeof(TPixels) + sizeof(TTaps) - 1 > 13)
                    {
                        x = TSimd.Load(y12 + step);
                        if (sizeof(TPixels) > 7 && sizeof(TTaps) > 6)
                            d7 = TSimd.MultiplyAdd(x, w6, d7);
                    }
                }
            }

            band->Finish<TSimd, TVector, TPixels>(row, tile, output, channel, c0, c1, c2, c3, c4, c5, c6, c7);
            if (sizeof(TRows) > 1)
                band->Finish<TSimd, TVector, TPixels>(row + 1, tile, output + band->OutputRowStep, channel, d0, d1, d2, d3, d4, d5, d6, d7);
            input += sizeof(TPixels) * step;
            output += sizeof(TPixels) * band->OutputStep;
        }
    }
}
