using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using GradCam.Cpu.Pointwise;
using GradCam.Cpu.Simd;
using GradCam.Cpu.Threading;

namespace GradCam.Cpu.FullyConnected;

/// <summary>The transposed matrix times a vector, in blocks of columns: rows of the matrix are added up, each times its element of the vector.</summary>
/// <typeparam name="TFormat">The type of the matrix's elements.</typeparam>
internal unsafe struct LinearBackwardJob<TFormat> : IParallelJob
    where TFormat : struct, IWeightFormat
{
    /// <summary>Columns of a piece: their sums stay in the L1 cache.</summary>
    public const int BlockColumns = 1024;

    /// <summary>The matrix, row-major, from the first of the rows that are added.</summary>
    public void* Weights;

    /// <summary>One factor a row.</summary>
    public float* Factors;

    /// <summary>Rows.</summary>
    public int Rows;

    /// <summary>Columns.</summary>
    public int Columns;

    /// <summary>The sums.</summary>
    public float* Output;

    /// <summary>Whether to add to what is there.</summary>
    public bool Accumulate;

    /// <summary>The gated activation.</summary>
    public Activation GateActivation;

    /// <summary>What it put out; null for no gate.</summary>
    public float* Gate;

    /// <summary>Pieces.</summary>
    public readonly int Pieces => (Columns + BlockColumns - 1) / BlockColumns;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Run(int index, int worker)
    {
        int start = index * BlockColumns;
        int count = Math.Min(BlockColumns, Columns - start);
        float* output = Output + start;
        if (!Accumulate)
            new Span<float>(output, count).Clear();
        switch (SimdLevels.Widest)
        {
            case SimdLevel.Vector512:
                AddRows<Simd512, Vector512<float>>(start, count, output);
                break;
            case SimdLevel.Vector256:
                AddRows<Simd256, Vector256<float>>(start, count, output);
                break;
            default:
                AddRows<Simd128, Vector128<float>>(start, count, output);
                break;
        }

        if (Gate != null)
            ActivationKernel.ApplyGate(GateActivation, Gate + start, output, count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void AddRows<TSimd, TVector>(int start, int count, float* output)
        where TSimd : ISimd<TVector>
        where TVector : struct
    {
        // Four rows at a time, so that sums are loaded and stored once for them; in sequence, so that the bits are those of row after row.
        int* four = stackalloc int[4];
        int found = 0;
        for (int row = 0; row < Rows; row++)
        {
            // A gradient that starts at one logit is zero at all others.
            if (Factors[row] == 0)
                continue;
            four[found++] = row;
            if (found < 4)
                continue;
            found = 0;
            Add<TSimd, TVector>(four, start, count, output);
        }

        for (int i = 0; i < found; i++)
            Add<TSimd, TVector>(four[i], start, count, output);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly byte* At(int row, int column) => (byte*)Weights + ((nint)row * Columns + column) * TFormat.Size;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Add<TSimd, TVector>(int* rows, int start, nint count, float* output)
        where TSimd : ISimd<TVector>
        where TVector : struct
    {
        byte* a = At(rows[0], start), b = At(rows[1], start), c = At(rows[2], start), d = At(rows[3], start);
        float* factorA = Factors + rows[0], factorB = Factors + rows[1], factorC = Factors + rows[2], factorD = Factors + rows[3];
        TVector factorsA = TSimd.Broadcast(factorA), factorsB = TSimd.Broadcast(factorB);
        TVector factorsC = TSimd.Broadcast(factorC), factorsD = TSimd.Broadcast(factorD);
        nint i = 0;
        for (; i <= count - TSimd.Width; i += TSimd.Width)
        {
            nint at = i * TFormat.Size;
            TVector sum = TSimd.MultiplyAdd(factorsA, TFormat.Load<TSimd, TVector>(a + at), TSimd.Load(output + i));
            sum = TSimd.MultiplyAdd(factorsB, TFormat.Load<TSimd, TVector>(b + at), sum);
            sum = TSimd.MultiplyAdd(factorsC, TFormat.Load<TSimd, TVector>(c + at), sum);
            TSimd.Store(output + i, TSimd.MultiplyAdd(factorsD, TFormat.Load<TSimd, TVector>(d + at), sum));
        }

        for (; i < count; i++)
        {
            nint at = i * TFormat.Size;
            output[i] += *factorA * TFormat.Load<SimdScalar, float>(a + at);
            output[i] += *factorB * TFormat.Load<SimdScalar, float>(b + at);
            output[i] += *factorC * TFormat.Load<SimdScalar, float>(c + at);
            output[i] += *factorD * TFormat.Load<SimdScalar, float>(d + at);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Add<TSimd, TVector>(int row, int start, nint count, float* output)
        where TSimd : ISimd<TVector>
        where TVector : struct
    {
        byte* weights = At(row, start);
        TVector factors = TSimd.Broadcast(Factors + row);
        nint i = 0;
        for (; i <= count - TSimd.Width; i += TSimd.Width)
            TSimd.Store(output + i, TSimd.MultiplyAdd(factors, TFormat.Load<TSimd, TVector>(weights + i * TFormat.Size), TSimd.Load(output + i)));
        for (; i < count; i++)
            output[i] += Factors[row] * TFormat.Load<SimdScalar, float>(weights + i * TFormat.Size);
    }
}
