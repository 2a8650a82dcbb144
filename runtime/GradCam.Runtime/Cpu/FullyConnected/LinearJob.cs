using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using GradCam.Cpu.Simd;
using GradCam.Cpu.Threading;

namespace GradCam.Cpu.FullyConnected;

/// <summary>
/// y = W x + bias, in blocks of rows. Every weight is used once, so memory sets the pace: four rows are streamed at a time. 16-bit weights are widened in
/// registers, which is exact, so results have the bits of the same weights in 32.
/// </summary>
/// <typeparam name="TFormat">The type of the matrix's elements.</typeparam>
internal unsafe struct LinearJob<TFormat> : IParallelJob
    where TFormat : struct, IWeightFormat
{
    /// <summary>Rows of a piece.</summary>
    public const int BlockRows = 32;

    /// <summary>Columns that are summed in sequence before they are added to the total, which keeps rounding errors small.</summary>
    private const int BlockColumns = 2048;

    /// <summary>The matrix, row-major.</summary>
    public void* Weights;

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
        nint rowBytes = n * TFormat.Size;
        int tailCount = (int)(n - whole);
        TVector mask = TSimd.Mask(tailCount);
        TVector tail = TSimd.LoadMasked(x + whole, mask);
        int row = start;
        for (; row <= end - 4; row += 4)
        {
            byte* w = (byte*)Weights + row * rowBytes;
            TVector a = default, b = default, c = default, d = default;
            for (nint block = 0; block < whole; block += BlockColumns)
            {
                TVector blockA = default, blockB = default, blockC = default, blockD = default;
                nint blockEnd = Math.Min(block + BlockColumns, whole);
                for (nint i = block; i < blockEnd; i += TSimd.Width)
                {
                    TVector value = TSimd.Load(x + i);
                    byte* weights = w + i * TFormat.Size;
                    blockA = TSimd.MultiplyAdd(value, TFormat.Load<TSimd, TVector>(weights), blockA);
                    blockB = TSimd.MultiplyAdd(value, TFormat.Load<TSimd, TVector>(weights + rowBytes), blockB);
                    blockC = TSimd.MultiplyAdd(value, TFormat.Load<TSimd, TVector>(weights + 2 * rowBytes), blockC);
                    blockD = TSimd.MultiplyAdd(value, TFormat.Load<TSimd, TVector>(weights + 3 * rowBytes), blockD);
                }

                a = TSimd.Add(a, blockA);
                b = TSimd.Add(b, blockB);
                c = TSimd.Add(c, blockC);
                d = TSimd.Add(d, blockD);
            }

            if (tailCount > 0)
            {
                byte* weights = w + whole * TFormat.Size;
                a = TSimd.MultiplyAdd(tail, TFormat.LoadTail<TSimd, TVector>(weights, tailCount, mask), a);
                b = TSimd.MultiplyAdd(tail, TFormat.LoadTail<TSimd, TVector>(weights + rowBytes, tailCount, mask), b);
                c = TSimd.MultiplyAdd(tail, TFormat.LoadTail<TSimd, TVector>(weights + 2 * rowBytes, tailCount, mask), c);
                d = TSimd.MultiplyAdd(tail, TFormat.LoadTail<TSimd, TVector>(weights + 3 * rowBytes, tailCount, mask), d);
            }

            (TSimd.Sums(a, b, c, d) + Vector128.Load(Bias + row)).Store(Output + row);
        }

        for (; row < end; row++)
        {
            byte* w = (byte*)Weights + row * rowBytes;
            TVector a = default;
            for (nint i = 0; i < whole; i += TSimd.Width)
                a = TSimd.MultiplyAdd(TSimd.Load(x + i), TFormat.Load<TSimd, TVector>(w + i * TFormat.Size), a);
            if (tailCount > 0)
                a = TSimd.MultiplyAdd(tail, TFormat.LoadTail<TSimd, TVector>(w + whole * TFormat.Size, tailCount, mask), a);
            Output[row] = TSimd.Sum(a) + Bias[row];
        }
    }
}
