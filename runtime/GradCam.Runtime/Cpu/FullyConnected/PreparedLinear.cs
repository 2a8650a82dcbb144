using GradCam.Cpu.Packing;
using GradCam.Weights;

namespace GradCam.Cpu.FullyConnected;

/// <summary>
/// A linear layer's matrix and bias with its affine folded in, row-major as in the file: both directions stream it as it is. With
/// <see cref="NetworkOptions.HalfPrecisionWeights"/> the matrix stays in 16 bits where the file has it so and no factor is folded in.
/// </summary>
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
        Type = StoredType(plan, op);
        var fold = new Lazy<FoldedAffine>(() => FoldedAffine.Read(plan, op.Bias, op.Affine, Outputs));
        long length = (long)Outputs * Inputs;
        _weights = IsHalf
            ? plan.Packed.Add((length + 1) / 2, pieces: 1, (block, _, _) => Copy(plan, op.Weight, (ushort*)block))
            : plan.Packed.Add(length, Outputs, (block, first, end) => Pack(plan, op.Weight, fold.Value, block, first, end));
        _bias = plan.Packed.Add(Outputs, pieces: 1, (block, _, _) => fold.Value.WriteShift(0, Outputs, new Span<float>(block, Outputs)));
    }

    /// <summary>Rows of the matrix.</summary>
    public int Outputs { get; }

    /// <summary>Columns of the matrix.</summary>
    public int Inputs { get; }

    /// <summary>The type of the matrix's elements: F32, F16 or BF16.</summary>
    public WeightType Type { get; }

    /// <summary>Whether the matrix is <see cref="HalfWeights"/>.</summary>
    public bool IsHalf => Type != WeightType.F32;

    /// <summary>The matrix.</summary>
    public float* Weights => _weights.Pointer;

    /// <summary>The matrix in 16 bits.</summary>
    public ushort* HalfWeights => (ushort*)_weights.Pointer;

    /// <summary>The bias.</summary>
    public float* Bias => _bias.Pointer;

    private static WeightType StoredType(CpuPlan plan, in Linear op)
    {
        bool canStay = plan.Options.HalfPrecisionWeights && BitConverter.IsLittleEndian && !op.Affine.Variance.IsPresent && !op.Affine.Scale.IsPresent;
        return canStay && plan.TryOpenStored(op.Weight, out WeightType type, out _) && type is WeightType.F16 or WeightType.BF16 ? type : WeightType.F32;
    }

    private void Copy(CpuPlan plan, WeightRef weight, ushort* block)
    {
        plan.TryOpenStored(weight, out _, out ReadOnlySpan<byte> stored);
        // Padded to whole floats.
        int padded = (Outputs * Inputs + 1) / 2 * sizeof(float);
        var bytes = new Span<byte>(block, padded);
        stored.CopyTo(bytes);
        bytes[stored.Length..].Clear();
    }

    private void Pack(CpuPlan plan, WeightRef weight, FoldedAffine fold, float* block, int first, int end)
    {
        using WeightReader reader = plan.Open(weight);
        reader.Read(first * Inputs, new Span<float>(block + (long)first * Inputs, (end - first) * Inputs));
        for (int row = first; row < end; row++)
            fold.ScaleInPlace(row, new Span<float>(block + (long)row * Inputs, Inputs));
    }
}
