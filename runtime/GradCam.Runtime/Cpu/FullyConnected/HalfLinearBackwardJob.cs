using System.Runtime.CompilerServices;
using GradCam.Cpu.Threading;
using GradCam.Weights;

namespace GradCam.Cpu.FullyConnected;

/// <summary><see cref="LinearBackwardJob"/> on a matrix of 16-bit floats: a row's part is widened, which is exact, in the L1 cache.</summary>
internal unsafe struct HalfLinearBackwardJob : IParallelJob
{
    /// <summary>The matrix, row-major, from the first of the rows that are added.</summary>
    public ushort* Weights;

    /// <summary>The type of its elements.</summary>
    public WeightType Type;

    /// <summary>The job but for its matrix.</summary>
    public LinearBackwardJob Layer;

    /// <inheritdoc/>
    [SkipLocalsInit]
    public readonly void Run(int index, int worker)
    {
        int start = index * LinearBackwardJob.BlockColumns;
        int count = Math.Min(LinearBackwardJob.BlockColumns, Layer.Columns - start);
        float* widened = stackalloc float[LinearBackwardJob.BlockColumns];
        LinearBackwardJob part = Layer;
        part.Output = Layer.Output + start;
        part.Columns = count;
        part.Rows = 1;
        part.Weights = widened;
        part.Gate = null;
        if (!Layer.Accumulate)
            new Span<float>(part.Output, count).Clear();
        part.Accumulate = true;
        for (int row = 0; row < Layer.Rows; row++)
        {
            // A gradient that starts at one logit is zero at all others.
            if (Layer.Factors[row] == 0)
                continue;
            ushort* weights = Weights + (nint)row * Layer.Columns + start;
            WeightConversion.ToSingle(Type, new ReadOnlySpan<byte>(weights, sizeof(ushort) * count), new Span<float>(widened, count));
            part.Factors = Layer.Factors + row;
            part.Run(0, worker);
        }

        if (Layer.Gate != null)
            ActivationKernel.ApplyGate(Layer.GateActivation, Layer.Gate + start, part.Output, count);
    }
}
