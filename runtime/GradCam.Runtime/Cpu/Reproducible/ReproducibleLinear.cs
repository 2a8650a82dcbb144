using System.Buffers;
using GradCam.Cpu.Packing;
using GradCam.Planning;

namespace GradCam.Cpu.Reproducible;

/// <summary>A linear layer's matrix, row-major as in the file, and bias, with the affine folded in.</summary>
internal sealed unsafe class ReproducibleLinear : PreparedOperation
{
    private readonly CpuPlan _plan;
    private readonly WeightRef _weight;
    private readonly Lazy<FoldedAffine> _fold;
    private readonly PackedBlock _matrix;
    private readonly PackedBlock _bias;
    private PackedBlock? _columnSums;

    /// <summary>Asks for their places.</summary>
    public ReproducibleLinear(CpuPlan plan, Linear op)
    {
        (_plan, _weight) = (plan, op.Weight);
        Outputs = plan.Weights.ShapeOf(op.Weight)[0];
        Inputs = plan.Weights.ShapeOf(op.Weight)[1];
        _fold = plan.Fold(op.Bias, op.Affine, Outputs);
        _matrix = plan.Packed.Add((long)Outputs * Inputs, Outputs, (block, first, end) =>
        {
            using WeightReader reader = plan.Weights.Open(_weight);
            for (int row = first; row < end; row++)
                ReadRow(reader, row, new Span<float>(block + (long)row * Inputs, Inputs));
        });
        _bias = plan.Packed.Add(Outputs, pieces: 1, (block, _, _) => _fold.Value.WriteShift(0, Outputs, new Span<float>(block, Outputs)));
    }

    /// <summary>Rows of the matrix.</summary>
    public int Outputs { get; }

    /// <summary>Columns of the matrix.</summary>
    public int Inputs { get; }

    /// <summary>[outputs, inputs].</summary>
    public float* Matrix => _matrix.Pointer;

    /// <summary>[outputs].</summary>
    public float* Bias => _bias.Pointer;

    /// <summary>[outputs, channels of the flattened map]: the columns of each channel added up.</summary>
    public float* ColumnSums => _columnSums!.Pointer;

    /// <summary>Asks for <see cref="ColumnSums"/>.</summary>
    /// <param name="channels">Channels of the flattened map.</param>
    public void AddColumnSums(int channels)
    {
        int pixels = Inputs / channels;
        _columnSums ??= _plan.Packed.Add((long)Outputs * channels, Outputs, (block, first, end) =>
        {
            using WeightReader reader = _plan.Weights.Open(_weight);
            float[] row = ArrayPool<float>.Shared.Rent(Inputs);
            for (int output = first; output < end; output++)
            {
                ReadRow(reader, output, row.AsSpan(0, Inputs));
                for (int channel = 0; channel < channels; channel++)
                {
                    double sum = 0;
                    foreach (float weight in row.AsSpan(channel * pixels, pixels))
                        sum += weight;
                    block[(long)output * channels + channel] = (float)sum;
                }
            }

            ArrayPool<float>.Shared.Return(row);
        });
    }

    private void ReadRow(in WeightReader reader, int row, Span<float> values)
    {
        reader.Read(row * Inputs, values);
        _fold.Value.ScaleInPlace(row, values);
    }
}
