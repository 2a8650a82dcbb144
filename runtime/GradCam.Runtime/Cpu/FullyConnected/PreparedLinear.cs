using GradCam.Cpu.Packing;

namespace GradCam.Cpu.FullyConnected;

/// <summary>A linear layer's matrix and bias with its affine folded in, row-major as in the file: both directions stream it as it is.</summary>
internal sealed unsafe class PreparedLinear : PreparedOperation
{
    private readonly PackedBlock _weights;
    private readonly PackedBlock _bias;

    /// <summary>Plans to read and fold.</summary>
    /// <param name="plan">Where the weights are packed.</param>
    /// <param name="op">The layer.</param>
    public PreparedLinear(CpuPlan plan, Linear op)
    {
        Outputs = plan.ShapeOf(op.Weight)[0];
        Inputs = plan.ShapeOf(op.Weight)[1];
        var fold = new Lazy<FoldedAffine>(() => FoldedAffine.Read(plan, op.Bias, op.Affine, Outputs));
        _weights = plan.Packed.Add((long)Outputs * Inputs, Outputs, (block, first, end) => Pack(plan, op.Weight, fold.Value, block, first, end));
        _bias = plan.Packed.Add(Outputs, pieces: 1, (block, _, _) => fold.Value.WriteShift(0, Outputs, new Span<float>(block, Outputs)));
    }

    /// <summary>Rows of the matrix.</summary>
    public int Outputs { get; }

    /// <summary>Columns of the matrix.</summary>
    public int Inputs { get; }

    /// <summary>The matrix.</summary>
    public float* Weights => _weights.Pointer;

    /// <summary>The bias.</summary>
    public float* Bias => _bias.Pointer;

    private void Pack(CpuPlan plan, WeightRef weight, FoldedAffine fold, float* block, int first, int end)
    {
        using WeightReader reader = plan.Open(weight);
        for (int row = first; row < end; row++)
        {
            var values = new Span<float>(block + (long)row * Inputs, Inputs);
            reader.Read(row * Inputs, values);
            fold.ScaleInPlace(row, values);
        }
    }
}
