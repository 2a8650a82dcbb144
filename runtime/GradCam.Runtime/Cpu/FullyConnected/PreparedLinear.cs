using System.Buffers;
using System.Globalization;
using System.Numerics.Tensors;
using GradCam.Cpu.Packing;
using GradCam.Planning;
using GradCam.Weights;

namespace GradCam.Cpu.FullyConnected;

/// <summary>
/// A linear layer's matrix and bias with its affine folded in, row-major as in the file: both directions stream it as it is. With
/// <see cref="CpuPlan.LinearPrecision"/> the matrix is kept in 16 bits.
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
        Outputs = plan.Weights.ShapeOf(op.Weight)[0];
        Inputs = plan.Weights.ShapeOf(op.Weight)[1];
        bool staysAsStored = StaysAsStored(plan, op, out WeightType stored);
        Type = staysAsStored ? stored : plan.LinearPrecision == LinearPrecision.Half ? WeightType.F16 : WeightType.F32;
        Lazy<FoldedAffine> fold = plan.Fold(op.Bias, op.Affine, Outputs);
        long length = (long)Outputs * Inputs;
        _weights = Type != WeightType.F32
            ? staysAsStored
                ? plan.Packed.Add((length + 1) / 2, pieces: 1, (block, _, _) => Copy(plan, op.Weight, (ushort*)block))
                : plan.Packed.Add((length + 1) / 2, Outputs, (block, first, end) => Round(plan, op.Weight, fold.Value, (Half*)block, first, end))
            : plan.Packed.Add(length, Outputs, (block, first, end) => Pack(plan, op.Weight, fold.Value, block, first, end));
        _bias = plan.Packed.Add(Outputs, pieces: 1, (block, _, _) => fold.Value.WriteShift(0, Outputs, new Span<float>(block, Outputs)));
    }

    /// <summary>Rows of the matrix.</summary>
    public int Outputs { get; }

    /// <summary>Columns of the matrix.</summary>
    public int Inputs { get; }

    /// <summary>The type of the matrix's elements: F32, F16 or BF16.</summary>
    public WeightType Type { get; }

    /// <summary>The matrix with the columns of each channel added up; null where no sums of a gradient are asked for.</summary>
    public PackedBlock? ColumnSums { get; set; }

    /// <summary>The matrix.</summary>
    public void* Weights => _weights.Pointer;

    /// <summary>The bias.</summary>
    public float* Bias => _bias.Pointer;

    private static bool StaysAsStored(CpuPlan plan, in Linear op, out WeightType type)
    {
        type = WeightType.F32;
        return plan.LinearPrecision != LinearPrecision.Full && BitConverter.IsLittleEndian
            && !op.Affine.Variance.IsPresent && !op.Affine.Scale.IsPresent
            && plan.Weights.TryOpenStored(op.Weight, out type, out _) && type is WeightType.F16 or WeightType.BF16;
    }

    private void Copy(CpuPlan plan, WeightRef weight, ushort* block)
    {
        plan.Weights.TryOpenStored(weight, out WeightType type, out ReadOnlySpan<byte> stored);
        // Padded to whole floats.
        int padded = (Outputs * Inputs + 1) / 2 * sizeof(float);
        var bytes = new Span<byte>(block, padded);
        stored.CopyTo(bytes);
        bytes[stored.Length..].Clear();

        float[] row = ArrayPool<float>.Shared.Rent(Inputs);
        for (int first = 0; first < Outputs * Inputs; first += Inputs)
        {
            WeightConversion.ToSingle(type, bytes.Slice(first * sizeof(ushort), Inputs * sizeof(ushort)), row.AsSpan(0, Inputs));
            plan.Weights.CheckFinite(weight, first, row.AsSpan(0, Inputs));
        }

        ArrayPool<float>.Shared.Return(row);
    }

    private void Pack(CpuPlan plan, WeightRef weight, FoldedAffine fold, float* block, int first, int end)
    {
        using WeightReader reader = plan.Weights.Open(weight);
        reader.Read(first * Inputs, new Span<float>(block + (long)first * Inputs, (end - first) * Inputs));
        for (int row = first; row < end; row++)
            fold.ScaleInPlace(row, new Span<float>(block + (long)row * Inputs, Inputs));
    }

    private void Round(CpuPlan plan, WeightRef weight, FoldedAffine fold, Half* block, int first, int end)
    {
        using WeightReader reader = plan.Weights.Open(weight);
        float[] buffer = ArrayPool<float>.Shared.Rent(Inputs);
        Span<float> values = buffer.AsSpan(0, Inputs);
        for (int row = first; row < end; row++)
        {
            reader.Read(row * Inputs, values);
            fold.ScaleInPlace(row, values);
            float largest = Math.Abs(TensorPrimitives.MaxMagnitude<float>(values));
            if (largest > (float)Half.MaxValue)
            {
                string name = plan.Weights.NameOf(weight);
                throw new WeightException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"Tensor {name}, row {row}: 16 bits hold at most {(float)Half.MaxValue}, found {largest}. Load it with LinearPrecision.Full or AsStored."));
            }

            TensorPrimitives.ConvertToHalf(values, new Span<Half>(block + (long)row * Inputs, Inputs));
        }

        ArrayPool<float>.Shared.Return(buffer);

        // Padded to whole floats.
        if (end == Outputs && Outputs * Inputs % 2 != 0)
            block[(long)Outputs * Inputs] = default;
    }
}
