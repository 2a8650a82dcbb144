using GradCam.Cpu.Memory;

namespace GradCam.Cpu.FullyConnected;

/// <summary>A linear layer's matrix and bias with its affine folded in, row-major as in the file: both directions stream it as it is.</summary>
internal sealed unsafe class PreparedLinear : PreparedOperation
{
    private readonly NativeBlock _weights;
    private readonly NativeBlock _bias;

    /// <summary>Reads and folds.</summary>
    /// <param name="plan">Where the weights are read.</param>
    /// <param name="op">The layer.</param>
    public PreparedLinear(CpuPlan plan, in Linear op)
    {
        Outputs = plan.ShapeOf(op.Weight)[0];
        Inputs = plan.ShapeOf(op.Weight)[1];
        _weights = new NativeBlock((long)Outputs * Inputs);
        _bias = new NativeBlock(Outputs);
        plan.Read(op.Weight, _weights.Span);
        var fold = FoldedAffine.Read(plan, op.Bias, op.Affine, Outputs);
        fold.FoldInto(_weights.Span, Outputs);
        fold.ToBias().CopyTo(_bias.Span);
    }

    /// <summary>Rows of the matrix.</summary>
    public int Outputs { get; }

    /// <summary>Columns of the matrix.</summary>
    public int Inputs { get; }

    /// <summary>The matrix.</summary>
    public float* Weights => _weights.Pointer;

    /// <summary>The bias.</summary>
    public float* Bias => _bias.Pointer;

    /// <inheritdoc/>
    public override long WeightBytes => sizeof(float) * (_weights.Length + _bias.Length);

    /// <inheritdoc/>
    public override void Dispose()
    {
        _weights.Dispose();
        _bias.Dispose();
    }
}
