using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using GradCam.Cpu.Conv.Algorithm;
using GradCam.Cpu.Simd;

namespace GradCam.Cpu.Conv.Direct;

/// <summary>
/// The micro-kernel for WebAssembly, whose runtime interprets, or compiles one instruction of its interpreter at a time: sums are in memory in any case, and
/// time is the number of instructions. So tiles are wider than registers would allow, as a pixel that is copied to all lanes, two instructions, meets four
/// vectors of weights; offsets are in bytes, an instruction instead of three; and nothing in the loop is for other machines. A tile takes 90 instructions for
/// 32 products of vectors, where <see cref="MicroKernel"/> takes 118 for 24.
/// </summary>
internal static unsafe class WasmMicroKernel
{
    /// <summary>Pixels of the largest tile.</summary>
    public const int Pixels = 8;

    /// <summary>Vectors of a full panel.</summary>
    public const int Vectors = 4;

    /// <summary>Floats of a tile's sums.</summary>
    public const int SumsLength = Pixels * Vectors * 4;

    private const int VectorBytes = 4 * sizeof(float);

    /// <summary>Where each pixel's sums are in <see cref="Tile.Sums"/>.</summary>
    private static readonly int* SumOffsets = MakeSumOffsets();

    /// <summary>All sizes: a row of <see cref="Vectors"/> for each number of pixels.</summary>
    public static nint[] MakeTable() =>
    [
        (nint)(delegate*<Tile*, void>)&Run<N1, N1>, (nint)(delegate*<Tile*, void>)&Run<N1, N2>,
        (nint)(delegate*<Tile*, void>)&Run<N1, N3>, (nint)(delegate*<Tile*, void>)&Run<N1, N4>,
        (nint)(delegate*<Tile*, void>)&Run<N2, N1>, (nint)(delegate*<Tile*, void>)&Run<N2, N2>,
        (nint)(delegate*<Tile*, void>)&Run<N2, N3>, (nint)(delegate*<Tile*, void>)&Run<N2, N4>,
        (nint)(delegate*<Tile*, void>)&Run<N3, N1>, (nint)(delegate*<Tile*, void>)&Run<N3, N2>,
        (nint)(delegate*<Tile*, void>)&Run<N3, N3>, (nint)(delegate*<Tile*, void>)&Run<N3, N4>,
        (nint)(delegate*<Tile*, void>)&Run<N4, N1>, (nint)(delegate*<Tile*, void>)&Run<N4, N2>,
        (nint)(delegate*<Tile*, void>)&Run<N4, N3>, (nint)(delegate*<Tile*, void>)&Run<N4, N4>,
        (nint)(delegate*<Tile*, void>)&Run<N5, N1>, (nint)(delegate*<Tile*, void>)&Run<N5, N2>,
        (nint)(delegate*<Tile*, void>)&Run<N5, N3>, (nint)(delegate*<Tile*, void>)&Run<N5, N4>,
        (nint)(delegate*<Tile*, void>)&Run<N6, N1>, (nint)(delegate*<Tile*, void>)&Run<N6, N2>,
        (nint)(delegate*<Tile*, void>)&Run<N6, N3>, (nint)(delegate*<Tile*, void>)&Run<N6, N4>,
        (nint)(delegate*<Tile*, void>)&Run<N7, N1>, (nint)(delegate*<Tile*, void>)&Run<N7, N2>,
        (nint)(delegate*<Tile*, void>)&Run<N7, N3>, (nint)(delegate*<Tile*, void>)&Run<N7, N4>,
        (nint)(delegate*<Tile*, void>)&Run<N8, N1>, (nint)(delegate*<Tile*, void>)&Run<N8, N2>,
        (nint)(delegate*<Tile*, void>)&Run<N8, N3>, (nint)(delegate*<Tile*, void>)&Run<N8, N4>,
    ];

    /// <summary>Computes a tile.</summary>
    /// <typeparam name="TPixels">Pixels of the tile, 1 to <see cref="Pixels"/>.</typeparam>
    /// <typeparam name="TVectors">Vectors of the panel, 1 to <see cref="Vectors"/>.</typeparam>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TPixels, TVectors>(Tile* tile)
        where TPixels : unmanaged, ICount
        where TVectors : unmanaged, ICount
    {
        float* input = tile->Input;
        int* inputOffsets = tile->InputOffsets;
        nint x0 = (nint)(input + inputOffsets[0]);
        nint x1 = (nint)(input + inputOffsets[sizeof(TPixels) > 1 ? 1 : 0]);
        nint x2 = (nint)(input + inputOffsets[sizeof(TPixels) > 2 ? 2 : 0]);
        nint x3 = (nint)(input + inputOffsets[sizeof(TPixels) > 3 ? 3 : 0]);
        nint x4 = (nint)(input + inputOffsets[sizeof(TPixels) > 4 ? 4 : 0]);
        nint x5 = (nint)(input + inputOffsets[sizeof(TPixels) > 5 ? 5 : 0]);
        nint x6 = (nint)(input + inputOffsets[sizeof(TPixels) > 6 ? 6 : 0]);
        nint x7 = (nint)(input + inputOffsets[sizeof(TPixels) > 7 ? 7 : 0]);

        nint weights = (nint)tile->Bias;
        Vector128<float> w0 = Vector128.Load((float*)weights);
        Vector128<float> w1 = sizeof(TVectors) > 1 ? Vector128.Load((float*)(weights + VectorBytes)) : default;
        Vector128<float> w2 = sizeof(TVectors) > 2 ? Vector128.Load((float*)(weights + 2 * VectorBytes)) : default;
        Vector128<float> w3 = sizeof(TVectors) > 3 ? Vector128.Load((float*)(weights + 3 * VectorBytes)) : default;
        Vector128<float> c0a = w0, c0b = w1, c0c = w2, c0d = w3;
        Vector128<float> c1a = w0, c1b = w1, c1c = w2, c1d = w3;
        Vector128<float> c2a = w0, c2b = w1, c2c = w2, c2d = w3;
        Vector128<float> c3a = w0, c3b = w1, c3c = w2, c3d = w3;
        Vector128<float> c4a = w0, c4b = w1, c4c = w2, c4d = w3;
        Vector128<float> c5a = w0, c5b = w1, c5c = w2, c5d = w3;
        Vector128<float> c6a = w0, c6b = w1, c6c = w2, c6d = w3;
        Vector128<float> c7a = w0, c7b = w1, c7c = w2, c7d = w3;

        weights = (nint)tile->Weights;
        int* run = tile->Runs;
        int* lastRun = run + tile->RunCount;
        int runBytes = tile->RunLength * sizeof(float);
        for (; run < lastRun; run++)
        {
            nint k = *run * sizeof(float);
            nint end = k + runBytes;
            for (; k < end; k += sizeof(float))
            {
                w0 = Vector128.Load((float*)weights);
                if (sizeof(TVectors) > 1)
                    w1 = Vector128.Load((float*)(weights + VectorBytes));
                if (sizeof(TVectors) > 2)
                    w2 = Vector128.Load((float*)(weights + 2 * VectorBytes));
                if (sizeof(TVectors) > 3)
                    w3 = Vector128.Load((float*)(weights + 3 * VectorBytes));
                weights += sizeof(TVectors) * VectorBytes;
                Vector128<float> x = Broadcast(x0 + k);
                c0a = x * w0 + c0a;
                if (sizeof(TVectors) > 1)
                    c0b = x * w1 + c0b;
                if (sizeof(TVectors) > 2)
                    c0c = x * w2 + c0c;
                if (sizeof(TVectors) > 3)
                    c0d = x * w3 + c0d;

                if (sizeof(TPixels) > 1)
                {
                    x = Broadcast(x1 + k);
                    c1a = x * w0 + c1a;
                    if (sizeof(TVectors) > 1)
                        c1b = x * w1 + c1b;
                    if (sizeof(TVectors) > 2)
                        c1c = x * w2 + c1c;
                    if (sizeof(TVectors) > 3)
                        c1d = x * w3 + c1d;
                }

                if (sizeof(TPixels) > 2)
                {
                    x = Broadcast(x2 + k);
                    c2a = x * w0 + c2a;
                    if (sizeof(TVectors) > 1)
                        c2b = x * w1 + c2b;
                    if (sizeof(TVectors) > 2)
                        c2c = x * w2 + c2c;
                    if (sizeof(TVectors) > 3)
                        c2d = x * w3 + c2d;
                }

                if (sizeof(TPixels) > 3)
                {
                    x = Broadcast(x3 + k);
                    c3a = x * w0 + c3a;
                    if (sizeof(TVectors) > 1)
                        c3b = x * w1 + c3b;
                    if (sizeof(TVectors) > 2)
                        c3c = x * w2 + c3c;
                    if (sizeof(TVectors) > 3)
                        c3d = x * w3 + c3d;
                }

                if (sizeof(TPixels) > 4)
                {
                    x = Broadcast(x4 + k);
                    c4a = x * w0 + c4a;
                    if (sizeof(TVectors) > 1)
                        c4b = x * w1 + c4b;
                    if (sizeof(TVectors) > 2)
                        c4c = x * w2 + c4c;
                    if (sizeof(TVectors) > 3)
                        c4d = x * w3 + c4d;
                }

                if (sizeof(TPixels) > 5)
                {
                    x = Broadcast(x5 + k);
                    c5a = x * w0 + c5a;
                    if (sizeof(TVectors) > 1)
                        c5b = x * w1 + c5b;
                    if (sizeof(TVectors) > 2)
                        c5c = x * w2 + c5c;
                    if (sizeof(TVectors) > 3)
                        c5d = x * w3 + c5d;
                }

                if (sizeof(TPixels) > 6)
                {
                    x = Broadcast(x6 + k);
                    c6a = x * w0 + c6a;
                    if (sizeof(TVectors) > 1)
                        c6b = x * w1 + c6b;
                    if (sizeof(TVectors) > 2)
                        c6c = x * w2 + c6c;
                    if (sizeof(TVectors) > 3)
                        c6d = x * w3 + c6d;
                }

                if (sizeof(TPixels) > 7)
                {
                    x = Broadcast(x7 + k);
                    c7a = x * w0 + c7a;
                    if (sizeof(TVectors) > 1)
                        c7b = x * w1 + c7b;
                    if (sizeof(TVectors) > 2)
                        c7c = x * w2 + c7c;
                    if (sizeof(TVectors) > 3)
                        c7d = x * w3 + c7d;
                }
            }
        }

        // Sums that are final go to the output, others through memory of their own.
        bool isFinal = tile->Residual == null && tile->Clamp.Clamp == TileClamp.None && tile->LastCount == Vector128<float>.Count;
        float* output = isFinal ? tile->Output : tile->Sums;
        int* offsets = isFinal ? tile->OutputOffsets : SumOffsets;
        nint to = (nint)(output + offsets[0]);
        c0a.Store((float*)to);
        if (sizeof(TVectors) > 1)
            c0b.Store((float*)(to + VectorBytes));
        if (sizeof(TVectors) > 2)
            c0c.Store((float*)(to + 2 * VectorBytes));
        if (sizeof(TVectors) > 3)
            c0d.Store((float*)(to + 3 * VectorBytes));

        if (sizeof(TPixels) > 1)
        {
            to = (nint)(output + offsets[1]);
            c1a.Store((float*)to);
            if (sizeof(TVectors) > 1)
                c1b.Store((float*)(to + VectorBytes));
            if (sizeof(TVectors) > 2)
                c1c.Store((float*)(to + 2 * VectorBytes));
            if (sizeof(TVectors) > 3)
                c1d.Store((float*)(to + 3 * VectorBytes));
        }

        if (sizeof(TPixels) > 2)
        {
            to = (nint)(output + offsets[2]);
            c2a.Store((float*)to);
            if (sizeof(TVectors) > 1)
                c2b.Store((float*)(to + VectorBytes));
            if (sizeof(TVectors) > 2)
                c2c.Store((float*)(to + 2 * VectorBytes));
            if (sizeof(TVectors) > 3)
                c2d.Store((float*)(to + 3 * VectorBytes));
        }

        if (sizeof(TPixels) > 3)
        {
            to = (nint)(output + offsets[3]);
            c3a.Store((float*)to);
            if (sizeof(TVectors) > 1)
                c3b.Store((float*)(to + VectorBytes));
            if (sizeof(TVectors) > 2)
                c3c.Store((float*)(to + 2 * VectorBytes));
            if (sizeof(TVectors) > 3)
                c3d.Store((float*)(to + 3 * VectorBytes));
        }

        if (sizeof(TPixels) > 4)
        {
            to = (nint)(output + offsets[4]);
            c4a.Store((float*)to);
            if (sizeof(TVectors) > 1)
                c4b.Store((float*)(to + VectorBytes));
            if (sizeof(TVectors) > 2)
                c4c.Store((float*)(to + 2 * VectorBytes));
            if (sizeof(TVectors) > 3)
                c4d.Store((float*)(to + 3 * VectorBytes));
        }

        if (sizeof(TPixels) > 5)
        {
            to = (nint)(output + offsets[5]);
            c5a.Store((float*)to);
            if (sizeof(TVectors) > 1)
                c5b.Store((float*)(to + VectorBytes));
            if (sizeof(TVectors) > 2)
                c5c.Store((float*)(to + 2 * VectorBytes));
            if (sizeof(TVectors) > 3)
                c5d.Store((float*)(to + 3 * VectorBytes));
        }

        if (sizeof(TPixels) > 6)
        {
            to = (nint)(output + offsets[6]);
            c6a.Store((float*)to);
            if (sizeof(TVectors) > 1)
                c6b.Store((float*)(to + VectorBytes));
            if (sizeof(TVectors) > 2)
                c6c.Store((float*)(to + 2 * VectorBytes));
            if (sizeof(TVectors) > 3)
                c6d.Store((float*)(to + 3 * VectorBytes));
        }

        if (sizeof(TPixels) > 7)
        {
            to = (nint)(output + offsets[7]);
            c7a.Store((float*)to);
            if (sizeof(TVectors) > 1)
                c7b.Store((float*)(to + VectorBytes));
            if (sizeof(TVectors) > 2)
                c7c.Store((float*)(to + 2 * VectorBytes));
            if (sizeof(TVectors) > 3)
                c7d.Store((float*)(to + 3 * VectorBytes));
        }

        if (!isFinal)
            Finish(tile, sizeof(TPixels), sizeof(TVectors));
    }

    /// <summary>Adds the residual, clamps, and writes the channels that exist.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Finish(Tile* tile, int pixels, int vectors)
    {
        ClampBounds clamp = tile->Clamp;
        Vector128<float> low = Vector128.Create(clamp.Low), high = Vector128.Create(clamp.High);
        bool hasLow = clamp.Clamp != TileClamp.None, hasHigh = clamp.Clamp == TileClamp.Both, hasResidual = tile->Residual != null;
        int whole = (tile->LastCount == Vector128<float>.Count ? vectors : vectors - 1) * VectorBytes;
        for (int pixel = 0; pixel < pixels; pixel++)
        {
            nint sums = (nint)(tile->Sums + pixel * (Vectors * Vector128<float>.Count));
            nint output = (nint)(tile->Output + tile->OutputOffsets[pixel]);
            nint residual = hasResidual ? (nint)(tile->Residual + tile->ResidualOffsets[pixel]) : 0;
            for (nint end = sums + whole; sums < end; sums += VectorBytes)
            {
                Vector128<float> value = Vector128.Load((float*)sums);
                if (hasResidual)
                {
                    value += Vector128.Load((float*)residual);
                    residual += VectorBytes;
                }

                if (hasLow)
                    value = Simd128.Max(low, value);
                if (hasHigh)
                    value = Simd128.Min(high, value);
                value.Store((float*)output);
                output += VectorBytes;
            }

            if (whole == vectors * VectorBytes)
                continue;
            for (int channel = 0; channel < tile->LastCount; channel++)
            {
                float value = ((float*)sums)[channel];
                if (hasResidual)
                    value += ((float*)residual)[channel];
                if (hasLow)
                    value = SimdScalar.Max(clamp.Low, value);
                if (hasHigh)
                    value = SimdScalar.Min(clamp.High, value);
                ((float*)output)[channel] = value;
            }
        }
    }

    /// <summary>A float in all lanes. As an integer: the interpreter has one instruction for a load at an offset of these alone.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Broadcast(nint source) => Vector128.Create(*(int*)source).AsSingle();

    private static int* MakeSumOffsets()
    {
        int* offsets = (int*)NativeMemory.Alloc(Pixels, sizeof(int));
        for (int pixel = 0; pixel < Pixels; pixel++)
            offsets[pixel] = pixel * Vectors * Vector128<float>.Count;
        return offsets;
    }
}
