using System.Runtime.CompilerServices;
using GradCam.Cpu.Conv.Algorithm;
using GradCam.Cpu.Simd;

namespace GradCam.Cpu.Conv.Direct;

/// <summary>
/// The micro-kernel of every dense product: a tile of up to 14 pixels times one or two vectors of output channels, held in registers while the loop runs over
/// kernel taps and input channels. Written out, since the compiler keeps only named locals in registers; the sizes are type arguments (see <see
/// cref="ICount"/>), so that what a size does not need disappears and one body gives one unrolled kernel for each.
/// </summary>
internal static unsafe class MicroKernel
{
    /// <summary>Computes a tile.</summary>
    /// <typeparam name="TSimd">The instructions.</typeparam>
    /// <typeparam name="TVector">A vector of output channels.</typeparam>
    /// <typeparam name="TPixels">Pixels of the tile, 1 to 14.</typeparam>
    /// <typeparam name="TVectors">Vectors of the panel, 1 or 2.</typeparam>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TSimd, TVector, TPixels, TVectors>(Tile* tile)
        where TSimd : ISimd<TVector>
        where TVector : struct
        where TPixels : unmanaged, ICount
        where TVectors : unmanaged, ICount
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
        float* x8 = input + inputOffsets[sizeof(TPixels) > 8 ? 8 : 0];
        float* x9 = input + inputOffsets[sizeof(TPixels) > 9 ? 9 : 0];
        float* x10 = input + inputOffsets[sizeof(TPixels) > 10 ? 10 : 0];
        float* x11 = input + inputOffsets[sizeof(TPixels) > 11 ? 11 : 0];
        float* x12 = input + inputOffsets[sizeof(TPixels) > 12 ? 12 : 0];
        float* x13 = input + inputOffsets[sizeof(TPixels) > 13 ? 13 : 0];

        TVector bias0 = TSimd.Load(tile->Bias);
        TVector bias1 = sizeof(TVectors) > 1 ? TSimd.Load(tile->Bias + TSimd.Width) : default;
        TVector c0a = bias0, c0b = bias1;
        TVector c1a = bias0, c1b = bias1;
        TVector c2a = bias0, c2b = bias1;
        TVector c3a = bias0, c3b = bias1;
        TVector c4a = bias0, c4b = bias1;
        TVector c5a = bias0, c5b = bias1;
        TVector c6a = bias0, c6b = bias1;
        TVector c7a = bias0, c7b = bias1;
        TVector c8a = bias0, c8b = bias1;
        TVector c9a = bias0, c9b = bias1;
        TVector c10a = bias0, c10b = bias1;
        TVector c11a = bias0, c11b = bias1;
        TVector c12a = bias0, c12b = bias1;
        TVector c13a = bias0, c13b = bias1;

        float* weights = tile->Weights;
        int* run = tile->Runs;
        int* lastRun = run + tile->RunCount;
        nint runLength = tile->RunLength;
        float* ahead = tile->Ahead;
        nint aheadStep = tile->AheadStep;
        for (; run < lastRun; run++)
        {
            nint k = *run;
            nint end = k + runLength;
            for (; k < end; k++)
            {
                TVector w0 = TSimd.Load(weights);
                TVector w1 = sizeof(TVectors) > 1 ? TSimd.Load(weights + TSimd.Width) : default;
                CacheHints.FetchToL2(ahead);
                ahead += aheadStep;
                weights += sizeof(TVectors) * TSimd.Width;
                TVector x = TSimd.Broadcast(x0 + k);
                c0a = TSimd.MultiplyAdd(x, w0, c0a);
                if (sizeof(TVectors) > 1)
                    c0b = TSimd.MultiplyAdd(x, w1, c0b);

                if (sizeof(TPixels) > 1)
                {
                    x = TSimd.Broadcast(x1 + k);
                    c1a = TSimd.MultiplyAdd(x, w0, c1a);
                    if (sizeof(TVectors) > 1)
                        c1b = TSimd.MultiplyAdd(x, w1, c1b);
                }

                if (sizeof(TPixels) > 2)
                {
                    x = TSimd.Broadcast(x2 + k);
                    c2a = TSimd.MultiplyAdd(x, w0, c2a);
                    if (sizeof(TVectors) > 1)
                        c2b = TSimd.MultiplyAdd(x, w1, c2b);
                }

                if (sizeof(TPixels) > 3)
                {
                    x = TSimd.Broadcast(x3 + k);
                    c3a = TSimd.MultiplyAdd(x, w0, c3a);
                    if (sizeof(TVectors) > 1)
                        c3b = TSimd.MultiplyAdd(x, w1, c3b);
                }

                if (sizeof(TPixels) > 4)
                {
                    x = TSimd.Broadcast(x4 + k);
                    c4a = TSimd.MultiplyAdd(x, w0, c4a);
                    if (sizeof(TVectors) > 1)
                        c4b = TSimd.MultiplyAdd(x, w1, c4b);
                }

                if (sizeof(TPixels) > 5)
                {
                    x = TSimd.Broadcast(x5 + k);
                    c5a = TSimd.MultiplyAdd(x, w0, c5a);
                    if (sizeof(TVectors) > 1)
                        c5b = TSimd.MultiplyAdd(x, w1, c5b);
                }

                if (sizeof(TPixels) > 6)
                {
                    x = TSimd.Broadcast(x6 + k);
                    c6a = TSimd.MultiplyAdd(x, w0, c6a);
                    if (sizeof(TVectors) > 1)
                        c6b = TSimd.MultiplyAdd(x, w1, c6b);
                }

                if (sizeof(TPixels) > 7)
                {
                    x = TSimd.Broadcast(x7 + k);
                    c7a = TSimd.MultiplyAdd(x, w0, c7a);
                    if (sizeof(TVectors) > 1)
                        c7b = TSimd.MultiplyAdd(x, w1, c7b);
                }

                if (sizeof(TPixels) > 8)
                {
                    x = TSimd.Broadcast(x8 + k);
                    c8a = TSimd.MultiplyAdd(x, w0, c8a);
                    if (sizeof(TVectors) > 1)
                        c8b = TSimd.MultiplyAdd(x, w1, c8b);
                }

                if (sizeof(TPixels) > 9)
                {
                    x = TSimd.Broadcast(x9 + k);
                    c9a = TSimd.MultiplyAdd(x, w0, c9a);
                    if (sizeof(TVectors) > 1)
                        c9b = TSimd.MultiplyAdd(x, w1, c9b);
                }

                if (sizeof(TPixels) > 10)
                {
                    x = TSimd.Broadcast(x10 + k);
                    c10a = TSimd.MultiplyAdd(x, w0, c10a);
                    if (sizeof(TVectors) > 1)
                        c10b = TSimd.MultiplyAdd(x, w1, c10b);
                }

                if (sizeof(TPixels) > 11)
                {
                    x = TSimd.Broadcast(x11 + k);
                    c11a = TSimd.MultiplyAdd(x, w0, c11a);
                    if (sizeof(TVectors) > 1)
                        c11b = TSimd.MultiplyAdd(x, w1, c11b);
                }

                if (sizeof(TPixels) > 12)
                {
                    x = TSimd.Broadcast(x12 + k);
                    c12a = TSimd.MultiplyAdd(x, w0, c12a);
                    if (sizeof(TVectors) > 1)
                        c12b = TSimd.MultiplyAdd(x, w1, c12b);
                }

                if (sizeof(TPixels) > 13)
                {
                    x = TSimd.Broadcast(x13 + k);
                    c13a = TSimd.MultiplyAdd(x, w0, c13a);
                    if (sizeof(TVectors) > 1)
                        c13b = TSimd.MultiplyAdd(x, w1, c13b);
                }
            }
        }

        if (tile->Residual != null)
        {
            float* residual = tile->Residual;
            int* residualOffsets = tile->ResidualOffsets;
            c0a = TSimd.Add(c0a, TSimd.Load(residual + residualOffsets[0]));
            if (sizeof(TVectors) > 1)
                c0b = TSimd.Add(c0b, TSimd.Load(residual + residualOffsets[0] + TSimd.Width));

            if (sizeof(TPixels) > 1)
            {
                c1a = TSimd.Add(c1a, TSimd.Load(residual + residualOffsets[1]));
                if (sizeof(TVectors) > 1)
                    c1b = TSimd.Add(c1b, TSimd.Load(residual + residualOffsets[1] + TSimd.Width));
            }

            if (sizeof(TPixels) > 2)
            {
                c2a = TSimd.Add(c2a, TSimd.Load(residual + residualOffsets[2]));
                if (sizeof(TVectors) > 1)
                    c2b = TSimd.Add(c2b, TSimd.Load(residual + residualOffsets[2] + TSimd.Width));
            }

            if (sizeof(TPixels) > 3)
            {
                c3a = TSimd.Add(c3a, TSimd.Load(residual + residualOffsets[3]));
                if (sizeof(TVectors) > 1)
                    c3b = TSimd.Add(c3b, TSimd.Load(residual + residualOffsets[3] + TSimd.Width));
            }

            if (sizeof(TPixels) > 4)
            {
                c4a = TSimd.Add(c4a, TSimd.Load(residual + residualOffsets[4]));
                if (sizeof(TVectors) > 1)
                    c4b = TSimd.Add(c4b, TSimd.Load(residual + residualOffsets[4] + TSimd.Width));
            }

            if (sizeof(TPixels) > 5)
            {
                c5a = TSimd.Add(c5a, TSimd.Load(residual + residualOffsets[5]));
                if (sizeof(TVectors) > 1)
                    c5b = TSimd.Add(c5b, TSimd.Load(residual + residualOffsets[5] + TSimd.Width));
            }

            if (sizeof(TPixels) > 6)
            {
                c6a = TSimd.Add(c6a, TSimd.Load(residual + residualOffsets[6]));
                if (sizeof(TVectors) > 1)
                    c6b = TSimd.Add(c6b, TSimd.Load(residual + residualOffsets[6] + TSimd.Width));
            }

            if (sizeof(TPixels) > 7)
            {
                c7a = TSimd.Add(c7a, TSimd.Load(residual + residualOffsets[7]));
                if (sizeof(TVectors) > 1)
                    c7b = TSimd.Add(c7b, TSimd.Load(residual + residualOffsets[7] + TSimd.Width));
            }

            if (sizeof(TPixels) > 8)
            {
                c8a = TSimd.Add(c8a, TSimd.Load(residual + residualOffsets[8]));
                if (sizeof(TVectors) > 1)
                    c8b = TSimd.Add(c8b, TSimd.Load(residual + residualOffsets[8] + TSimd.Width));
            }

            if (sizeof(TPixels) > 9)
            {
                c9a = TSimd.Add(c9a, TSimd.Load(residual + residualOffsets[9]));
                if (sizeof(TVectors) > 1)
                    c9b = TSimd.Add(c9b, TSimd.Load(residual + residualOffsets[9] + TSimd.Width));
            }

            if (sizeof(TPixels) > 10)
            {
                c10a = TSimd.Add(c10a, TSimd.Load(residual + residualOffsets[10]));
                if (sizeof(TVectors) > 1)
                    c10b = TSimd.Add(c10b, TSimd.Load(residual + residualOffsets[10] + TSimd.Width));
            }

            if (sizeof(TPixels) > 11)
            {
                c11a = TSimd.Add(c11a, TSimd.Load(residual + residualOffsets[11]));
                if (sizeof(TVectors) > 1)
                    c11b = TSimd.Add(c11b, TSimd.Load(residual + residualOffsets[11] + TSimd.Width));
            }

            if (sizeof(TPixels) > 12)
            {
                c12a = TSimd.Add(c12a, TSimd.Load(residual + residualOffsets[12]));
                if (sizeof(TVectors) > 1)
                    c12b = TSimd.Add(c12b, TSimd.Load(residual + residualOffsets[12] + TSimd.Width));
            }

            if (sizeof(TPixels) > 13)
            {
                c13a = TSimd.Add(c13a, TSimd.Load(residual + residualOffsets[13]));
                if (sizeof(TVectors) > 1)
                    c13b = TSimd.Add(c13b, TSimd.Load(residual + residualOffsets[13] + TSimd.Width));
            }
        }

        if (tile->Clamp.Clamp != TileClamp.None)
        {
            TVector bound = TSimd.Broadcast(&tile->Clamp.Low);
            c0a = TSimd.Max(bound, c0a);
            c0b = TSimd.Max(bound, c0b);
            c1a = TSimd.Max(bound, c1a);
            c1b = TSimd.Max(bound, c1b);
            c2a = TSimd.Max(bound, c2a);
            c2b = TSimd.Max(bound, c2b);
            c3a = TSimd.Max(bound, c3a);
            c3b = TSimd.Max(bound, c3b);
            c4a = TSimd.Max(bound, c4a);
            c4b = TSimd.Max(bound, c4b);
            c5a = TSimd.Max(bound, c5a);
            c5b = TSimd.Max(bound, c5b);
            c6a = TSimd.Max(bound, c6a);
            c6b = TSimd.Max(bound, c6b);
            c7a = TSimd.Max(bound, c7a);
            c7b = TSimd.Max(bound, c7b);
            c8a = TSimd.Max(bound, c8a);
            c8b = TSimd.Max(bound, c8b);
            c9a = TSimd.Max(bound, c9a);
            c9b = TSimd.Max(bound, c9b);
            c10a = TSimd.Max(bound, c10a);
            c10b = TSimd.Max(bound, c10b);
            c11a = TSimd.Max(bound, c11a);
            c11b = TSimd.Max(bound, c11b);
            c12a = TSimd.Max(bound, c12a);
            c12b = TSimd.Max(bound, c12b);
            c13a = TSimd.Max(bound, c13a);
            c13b = TSimd.Max(bound, c13b);
        }

        if (tile->Clamp.Clamp == TileClamp.Both)
        {
            TVector bound = TSimd.Broadcast(&tile->Clamp.High);
            c0a = TSimd.Min(bound, c0a);
            c0b = TSimd.Min(bound, c0b);
            c1a = TSimd.Min(bound, c1a);
            c1b = TSimd.Min(bound, c1b);
            c2a = TSimd.Min(bound, c2a);
            c2b = TSimd.Min(bound, c2b);
            c3a = TSimd.Min(bound, c3a);
            c3b = TSimd.Min(bound, c3b);
            c4a = TSimd.Min(bound, c4a);
            c4b = TSimd.Min(bound, c4b);
            c5a = TSimd.Min(bound, c5a);
            c5b = TSimd.Min(bound, c5b);
            c6a = TSimd.Min(bound, c6a);
            c6b = TSimd.Min(bound, c6b);
            c7a = TSimd.Min(bound, c7a);
            c7b = TSimd.Min(bound, c7b);
            c8a = TSimd.Min(bound, c8a);
            c8b = TSimd.Min(bound, c8b);
            c9a = TSimd.Min(bound, c9a);
            c9b = TSimd.Min(bound, c9b);
            c10a = TSimd.Min(bound, c10a);
            c10b = TSimd.Min(bound, c10b);
            c11a = TSimd.Min(bound, c11a);
            c11b = TSimd.Min(bound, c11b);
            c12a = TSimd.Min(bound, c12a);
            c12b = TSimd.Min(bound, c12b);
            c13a = TSimd.Min(bound, c13a);
            c13b = TSimd.Min(bound, c13b);
        }

        float* output = tile->Output;
        int* outputOffsets = tile->OutputOffsets;
        if (tile->LastCount == TSimd.Width)
        {
            TSimd.Store(output + outputOffsets[0], c0a);
            if (sizeof(TVectors) > 1)
                TSimd.Store(output + outputOffsets[0] + TSimd.Width, c0b);

            if (sizeof(TPixels) > 1)
            {
                TSimd.Store(output + outputOffsets[1], c1a);
                if (sizeof(TVectors) > 1)
                    TSimd.Store(output + outputOffsets[1] + TSimd.Width, c1b);
            }

            if (sizeof(TPixels) > 2)
            {
                TSimd.Store(output + outputOffsets[2], c2a);
                if (sizeof(TVectors) > 1)
                    TSimd.Store(output + outputOffsets[2] + TSimd.Width, c2b);
            }

            if (sizeof(TPixels) > 3)
            {
                TSimd.Store(output + outputOffsets[3], c3a);
                if (sizeof(TVectors) > 1)
                    TSimd.Store(output + outputOffsets[3] + TSimd.Width, c3b);
            }

            if (sizeof(TPixels) > 4)
            {
                TSimd.Store(output + outputOffsets[4], c4a);
                if (sizeof(TVectors) > 1)
                    TSimd.Store(output + outputOffsets[4] + TSimd.Width, c4b);
            }

            if (sizeof(TPixels) > 5)
            {
                TSimd.Store(output + outputOffsets[5], c5a);
                if (sizeof(TVectors) > 1)
                    TSimd.Store(output + outputOffsets[5] + TSimd.Width, c5b);
            }

            if (sizeof(TPixels) > 6)
            {
                TSimd.Store(output + outputOffsets[6], c6a);
                if (sizeof(TVectors) > 1)
                    TSimd.Store(output + outputOffsets[6] + TSimd.Width, c6b);
            }

            if (sizeof(TPixels) > 7)
            {
                TSimd.Store(output + outputOffsets[7], c7a);
                if (sizeof(TVectors) > 1)
                    TSimd.Store(output + outputOffsets[7] + TSimd.Width, c7b);
            }

            if (sizeof(TPixels) > 8)
            {
                TSimd.Store(output + outputOffsets[8], c8a);
                if (sizeof(TVectors) > 1)
                    TSimd.Store(output + outputOffsets[8] + TSimd.Width, c8b);
            }

            if (sizeof(TPixels) > 9)
            {
                TSimd.Store(output + outputOffsets[9], c9a);
                if (sizeof(TVectors) > 1)
                    TSimd.Store(output + outputOffsets[9] + TSimd.Width, c9b);
            }

            if (sizeof(TPixels) > 10)
            {
                TSimd.Store(output + outputOffsets[10], c10a);
                if (sizeof(TVectors) > 1)
                    TSimd.Store(output + outputOffsets[10] + TSimd.Width, c10b);
            }

            if (sizeof(TPixels) > 11)
            {
                TSimd.Store(output + outputOffsets[11], c11a);
                if (sizeof(TVectors) > 1)
                    TSimd.Store(output + outputOffsets[11] + TSimd.Width, c11b);
            }

            if (sizeof(TPixels) > 12)
            {
                TSimd.Store(output + outputOffsets[12], c12a);
                if (sizeof(TVectors) > 1)
                    TSimd.Store(output + outputOffsets[12] + TSimd.Width, c12b);
            }

            if (sizeof(TPixels) > 13)
            {
                TSimd.Store(output + outputOffsets[13], c13a);
                if (sizeof(TVectors) > 1)
                    TSimd.Store(output + outputOffsets[13] + TSimd.Width, c13b);
            }

            return;
        }

        TVector mask = TSimd.Mask(tile->LastCount);
        int last = (sizeof(TVectors) - 1) * TSimd.Width;
        if (sizeof(TVectors) > 1)
            TSimd.Store(output + outputOffsets[0], c0a);
        TSimd.StoreMasked(output + outputOffsets[0] + last, mask, sizeof(TVectors) > 1 ? c0b : c0a);

        if (sizeof(TPixels) > 1)
        {
            if (sizeof(TVectors) > 1)
                TSimd.Store(output + outputOffsets[1], c1a);
            TSimd.StoreMasked(output + outputOffsets[1] + last, mask, sizeof(TVectors) > 1 ? c1b : c1a);
        }

        if (sizeof(TPixels) > 2)
        {
            if (sizeof(TVectors) > 1)
                TSimd.Store(output + outputOffsets[2], c2a);
            TSimd.StoreMasked(output + outputOffsets[2] + last, mask, sizeof(TVectors) > 1 ? c2b : c2a);
        }

        if (sizeof(TPixels) > 3)
        {
            if (sizeof(TVectors) > 1)
                TSimd.Store(output + outputOffsets[3], c3a);
            TSimd.StoreMasked(output + outputOffsets[3] + last, mask, sizeof(TVectors) > 1 ? c3b : c3a);
        }

        if (sizeof(TPixels) > 4)
        {
            if (sizeof(TVectors) > 1)
                TSimd.Store(output + outputOffsets[4], c4a);
            TSimd.StoreMasked(output + outputOffsets[4] + last, mask, sizeof(TVectors) > 1 ? c4b : c4a);
        }

        if (sizeof(TPixels) > 5)
        {
            if (sizeof(TVectors) > 1)
                TSimd.Store(output + outputOffsets[5], c5a);
            TSimd.StoreMasked(output + outputOffsets[5] + last, mask, sizeof(TVectors) > 1 ? c5b : c5a);
        }

        if (sizeof(TPixels) > 6)
        {
            if (sizeof(TVectors) > 1)
                TSimd.Store(output + outputOffsets[6], c6a);
            TSimd.StoreMasked(output + outputOffsets[6] + last, mask, sizeof(TVectors) > 1 ? c6b : c6a);
        }

        if (sizeof(TPixels) > 7)
        {
            if (sizeof(TVectors) > 1)
                TSimd.Store(output + outputOffsets[7], c7a);
            TSimd.StoreMasked(output + outputOffsets[7] + last, mask, sizeof(TVectors) > 1 ? c7b : c7a);
        }

        if (sizeof(TPixels) > 8)
        {
            if (sizeof(TVectors) > 1)
                TSimd.Store(output + outputOffsets[8], c8a);
            TSimd.StoreMasked(output + outputOffsets[8] + last, mask, sizeof(TVectors) > 1 ? c8b : c8a);
        }

        if (sizeof(TPixels) > 9)
        {
            if (sizeof(TVectors) > 1)
                TSimd.Store(output + outputOffsets[9], c9a);
            TSimd.StoreMasked(output + outputOffsets[9] + last, mask, sizeof(TVectors) > 1 ? c9b : c9a);
        }

        if (sizeof(TPixels) > 10)
        {
            if (sizeof(TVectors) > 1)
                TSimd.Store(output + outputOffsets[10], c10a);
            TSimd.StoreMasked(output + outputOffsets[10] + last, mask, sizeof(TVectors) > 1 ? c10b : c10a);
        }

        if (sizeof(TPixels) > 11)
        {
            if (sizeof(TVectors) > 1)
                TSimd.Store(output + outputOffsets[11], c11a);
            TSimd.StoreMasked(output + outputOffsets[11] + last, mask, sizeof(TVectors) > 1 ? c11b : c11a);
        }

        if (sizeof(TPixels) > 12)
        {
            if (sizeof(TVectors) > 1)
                TSimd.Store(output + outputOffsets[12], c12a);
            TSimd.StoreMasked(output + outputOffsets[12] + last, mask, sizeof(TVectors) > 1 ? c12b : c12a);
        }

        if (sizeof(TPixels) > 13)
        {
            if (sizeof(TVectors) > 1)
                TSimd.Store(output + outputOffsets[13], c13a);
            TSimd.StoreMasked(output + outputOffsets[13] + last, mask, sizeof(TVectors) > 1 ? c13b : c13a);
        }
    }
}
