using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using GradCam.Cpu.Simd;
using GradCam.Cpu.Threading;

namespace GradCam.Cpu.FullyConnected;

/// <summary>y = W x + bias, in blocks of rows. Every weight is used once, so memory sets the pace: four rows are streamed at a time.</summary>
internal unsafe struct LinearJob : IParallelJob
{
    /// <summary>Rows of a piece.</summary>
    public const int BlockRows = 32;

    /// <summary>Columns that are summed in sequence before they are added to the total, which keeps rounding errors small.</summary>
    private const int BlockColumns = 2048;

    /// <summary>The matrix, row-major.</summary>
    public float* Weights;

    /// <summary>One summand a row.</summary>
    public float* Bias;

    /// <summary>The input.</summary>
    public float* Input;

    /// <summary>The output.</summary>
    public float* Output;

    /// <summary>Columns.</summary>
    public int Inputs;

    /// <summary>Rows.</summary>
    public int Outputs;

    /// <summary>Pieces.</summary>
    public readonly int Pieces => (Outputs + BlockRows - 1) / BlockRows;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Run(int index, int worker)
    {
        int start = index * BlockRows;
        int end = Math.Min(start + BlockRows, Outputs);
        switch (SimdLevels.Widest)
        {
            case SimdLevel.Vector512:
                Rows<Simd512, Vector512<float>>(start, end);
                break;
            case SimdLevel.Vector256:
                Rows<Simd256, Vector256<float>>(start, end);
                break;
            default:
                Rows<Simd128, Vector128<float>>(start, end);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Rows<TSimd, TVector>(int start, int end)
        where TSimd : ISimd<TVector>
        where TVector : struct
    {
        float* x = Input;
        nint n = Inputs;
        nint whole = n - n % TSimd.Width;
        TVector mask = TSimd.Mask((int)(n - whole));
        TVector tail = TSimd.LoadMasked(x + whole, mask);
        int row = start;
        for (; row <= end - 4; row += 4)
        {
            float* w = Weights + row * n;
            TVector a = default, b = default, c = default, d = default;
            for (nint block = 0; block < whole; block += BlockColumns)
            {
                TVector blockA = default, blockB = default, blockC = default, blockD = default;
                nint blockEnd = Math.Min(block + BlockColumns, whole);
                for (nint i = block; i < blockEnd; i += TSimd.Width)
                {
                    TVector value = TSimd.Load(x + i);
                    blockA = TSimd.MultiplyAdd(value, TSimd.Load(w + i), blockA);
                    blockB = TSimd.MultiplyAdd(value, TSimd.Load(w + n + i), blockB);
                    blockC = TSimd.MultiplyAdd(value, TSimd.Load(w + 2 * n + i), blockC);
                    blockD = TSimd.MultiplyAdd(value, TSimd.Load(w + 3 * n + i), blockD);
                }

                a = TSimd.Add(a, blockA);
                b = TSimd.Add(b, blockB);
                c = TSimd.Add(c, blockC);
                d = TSimd.Add(d, blockD);
            }

            if (whole < n)
            {
                a = TSimd.MultiplyAdd(tail, TSimd.LoadMasked(w + whole, mask), a);
                b = TSimd.MultiplyAdd(tail, TSimd.LoadMasked(w + n + whole, mask), b);
                c = TSimd.MultiplyAdd(tail, TSimd.LoadMasked(w + 2 * n + whole, mask), c);
                d = TSimd.MultiplyAdd(tail, TSimd.LoadMasked(w + 3 * n + whole, mask), d);
            }

            (TSimd.Sums(a, b, c, d) + Vector128.Load(Bias + row)).Store(Output + row);
        }

        for (; row < end; row++)
        {
            float* w = Weights + row * n;
            TVector a = default;
            for (nint i = 0; i < whole; i += TSimd.Width)
                a = TSimd.MultiplyAdd(TSimd.Load(x + i), TSimd.Load(w + i), a);
            if (whole < n)
                a = TSimd.MultiplyAdd(tail, TSimd.LoadMasked(w + whole, mask), a);
            Output[row] = TSimd.Sum(a) + Bias[row];
        }
    }
}
