using GradCam.Cpu.Threading;
using GradCam.Weights;

namespace GradCam.Cpu.FullyConnected;

/// <summary>
/// <see cref="LinearJob"/> on a matrix of 16-bit floats: some rows at a time are widened, which is exact, to scratch memory that stays in the L2 cache, and
/// multiplied there. Memory, which sets the pace, is read half as much.
/// </summary>
internal unsafe struct HalfLinearJob : IParallelJob
{
    /// <summary>Rows that are widened at a time: as many as the float kernel streams together.</summary>
    public const int WidenedRows = 4;

    /// <summary>The matrix, row-major.</summary>
    public ushort* Weights;

    /// <summary>The type of its elements.</summary>
    public WeightType Type;

    /// <summary>Scratch memory, <see cref="ScratchLength"/> floats a worker, of which <see cref="WidenedRows"/> rows are used.</summary>
    public float* Scratch;

    /// <summary>Floats of scratch memory a worker.</summary>
    public long ScratchLength;

    /// <summary>The layer but for its matrix.</summary>
    public LinearJob Layer;

    /// <inheritdoc/>
    public readonly void Run(int index, int worker)
    {
        int start = index * LinearJob.BlockRows;
        int end = Math.Min(start + LinearJob.BlockRows, Layer.Outputs);
        float* widened = Scratch + worker * ScratchLength;
        for (int row = start; row < end; row += WidenedRows)
        {
            int rows = Math.Min(WidenedRows, end - row);
            int count = rows * Layer.Inputs;
            ushort* weights = Weights + (nint)row * Layer.Inputs;
            WeightConversion.ToSingle(Type, new ReadOnlySpan<byte>(weights, sizeof(ushort) * count), new Span<float>(widened, count));
            LinearJob part = Layer;
            part.Weights = widened;
            part.Bias = Layer.Bias + row;
            part.Output = Layer.Output + row;
            part.Outputs = rows;
            part.Run(0, worker);
        }
    }
}
