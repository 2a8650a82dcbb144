using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
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
        for (int row = 0; row < Rows; row++)
        {
            // A gradient that starts at one logit is zero at all others.
            if (Factors[row] == 0)
                continue;
            byte* weights = (byte*)Weights + ((nint)row * Columns + start) * TFormat.Size;
            switch (SimdLevels.Widest)
            {
                case SimdLevel.Vector512:
                    Add<Simd512, Vector512<float>>(Factors + row, weights, output, count);
                    break;
                case SimdLevel.Vector256:
                    Add<Simd256, Vector256<float>>(Factors + row, weights, output, count);
                    break;
                default:
                    Add<Simd128, Vector128<float>>(Factors + row, weights, output, count);
                    break;
            }
        }

        if (Gate != null)
            ActivationKernel.ApplyGate(GateActivation, Gate + start, output, count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Add<TSimd, TVector>(float* factor, byte* weights, float* output, nint count)
        where TSimd : ISimd<TVector>
        where TVector : struct
    {
        TVector factors = TSimd.Broadcast(factor);
        nint i = 0;
        for (; i <= count - TSimd.Width; i += TSimd.Width)
            TSimd.Store(output + i, TSimd.MultiplyAdd(factors, TFormat.Load<TSimd, TVector>(weights + i * TFormat.Size), TSimd.Load(output + i)));
        for (; i < count; i++)
            output[i] += *factor * TFormat.Load<SimdScalar, float>(weights + i * TFormat.Size);
    }
}
