using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using GradCam.Cpu.Simd;
using GradCam.Cpu.Threading;

namespace GradCam.Cpu.FullyConnected;

/// <summary>
/// y = W x + bias, in blocks of rows. Every weight is used once, so memory sets the pace. A large matrix comes from memory, which gives most to four streams at
/// once: four rows are read at a time. One that the L3 cache may hold is read as a single stream, row by row. 16-bit weights are widened in
/// registers, which is exact, so results have the bits of the same weights in 32.
/// </summary>
/// <typeparam name="TFormat">The type of the matrix's elements.</typeparam>
internal unsafe struct LinearJob<TFormat> : IParallelJob
    where TFormat : struct, IWeightFormat
{
    /// <summary>Rows of a piece.</summary>
    public const int BlockRows = 32;

    /// <summary>Columns whose products are summed in sequence before they are added to the total, which keeps rounding errors small.</summary>
    private const int BlockColumns = 2048;

    /// <summary>Elements of a matrix that no cache holds from one run to the next: 16 MiB in 32 bits.</summary>
    private const long LargeMatrix = 1 << 22;

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
        bool isLarge = (long)Inputs * Outputs >= LargeMatrix;
        nint rowBytes = (nint)Inputs * TFormat.Size;
        byte* w = (byte*)Weights + start * rowBytes;
        int row = start;
        for (; row <= end - 4; row += 4, w += 4 * rowBytes)
        {
            TVector a, b, c, d;
            if (isLarge)
            {
                FourRows<TSimd, TVector>(w, rowBytes, out a, out b, out c, out d);
            }
            else
            {
                a = Row<TSimd, TVector>(w);
                b = Row<TSimd, TVector>(w + rowBytes);
                c = Row<TSimd, TVector>(w + 2 * rowBytes);
                d = Row<TSimd, TVector>(w + 3 * rowBytes);
            }

            (TSimd.Sums(a, b, c, d) + Vector128.Load(Bias + row)).Store(Output + row);
        }

        for (; row < end; row++, w += rowBytes)
            Output[row] = TSimd.Sum(Row<TSimd, TVector>(w)) + Bias[row];
    }

    /// <summary>The products of a row with the input, summed but for the lanes of a vector. Four sums hide the latency of an addition.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly TVector Row<TSimd, TVector>(byte* w)
        where TSimd : ISimd<TVector>
        where TVector : struct
    {
        float* x = Input;
        nint n = Inputs;
        nint vector = TSimd.Width;
        nint vectorBytes = vector * TFormat.Size;
        TVector total = default;
        nint i = 0;
        do
        {
            TVector a = default, b = default, c = default, d = default;
            nint end = Math.Min(i + 4 * BlockColumns, n);
            for (; i <= end - 4 * vector; i += 4 * vector)
            {
                byte* weights = w + i * TFormat.Size;
                a = TSimd.MultiplyAdd(TSimd.Load(x + i), TFormat.Load<TSimd, TVector>(weights), a);
                b = TSimd.MultiplyAdd(TSimd.Load(x + i + vector), TFormat.Load<TSimd, TVector>(weights + vectorBytes), b);
                c = TSimd.MultiplyAdd(TSimd.Load(x + i + 2 * vector), TFormat.Load<TSimd, TVector>(weights + 2 * vectorBytes), c);
                d = TSimd.MultiplyAdd(TSimd.Load(x + i + 3 * vector), TFormat.Load<TSimd, TVector>(weights + 3 * vectorBytes), d);
            }

            for (; i <= end - vector; i += vector)
                a = TSimd.MultiplyAdd(TSimd.Load(x + i), TFormat.Load<TSimd, TVector>(w + i * TFormat.Size), a);
            if (i < end)
            {
                TVector mask = TSimd.Mask((int)(end - i));
                b = TSimd.MultiplyAdd(TSimd.LoadMasked(x + i, mask), TFormat.LoadTail<TSimd, TVector>(w + i * TFormat.Size, (int)(end - i), mask), b);
                i = end;
            }

            total = TSimd.Add(total, TSimd.Add(TSimd.Add(a, b), TSimd.Add(c, d)));
        }
        while (i < n);
        return total;
    }

    /// <summary>The products of four rows with the input, each summed but for the lanes of a vector.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void FourRows<TSimd, TVector>(byte* w, nint rowBytes, out TVector a, out TVector b, out TVector c, out TVector d)
        where TSimd : ISimd<TVector>
        where TVector : struct
    {
        float* x = Input;
        nint whole = Inputs - Inputs % TSimd.Width;
        (a, b, c, d) = (default, default, default, default);
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

        int tailCount = (int)(Inputs - whole);
        if (tailCount > 0)
        {
            TVector mask = TSimd.Mask(tailCount);
            TVector tail = TSimd.LoadMasked(x + whole, mask);
            byte* weights = w + whole * TFormat.Size;
            a = TSimd.MultiplyAdd(tail, TFormat.LoadTail<TSimd, TVector>(weights, tailCount, mask), a);
            b = TSimd.MultiplyAdd(tail, TFormat.LoadTail<TSimd, TVector>(weights + rowBytes, tailCount, mask), b);
            c = TSimd.MultiplyAdd(tail, TFormat.LoadTail<TSimd, TVector>(weights + 2 * rowBytes, tailCount, mask), c);
            d = TSimd.MultiplyAdd(tail, TFormat.LoadTail<TSimd, TVector>(weights + 3 * rowBytes, tailCount, mask), d);
        }
    }
}
