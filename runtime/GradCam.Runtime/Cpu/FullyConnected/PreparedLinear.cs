using GradCam.Cpu.Memory;

namespace GradCam.Cpu.FullyConnected;

/// <summary>A linear layer's matrix and bias with its affine folded in, row-major as in the file: both directions stream it as it is.</summary>
internal sealed unsafe class PreparedLinear : PreparedOperation
{
    private readonly NativeBlock _weights;
    private readonly NativeBlock _bias;

    /// <summary>Folds.</summary>
    /// <param name="weights">[outputs, inputs].</param>
    /// <param name="fold">What follows the product.</param>
    public PreparedLinear(float[] weights, FoldedAffine fold)
    {
        Outputs = fold.Shift.Length;
        Inputs = weights.Length / Outputs;
        _weights = new NativeBlock(weights.Length);
        _bias = new NativeBlock(Outputs);
        fold.FoldInto(weights, Outputs).CopyTo(_weights.Span);
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
