using GradCam.Planning;
using ILGPU;

namespace GradCam.Gpu.Planning;

/// <summary>A linear layer's matrix on the device, its affine folded in.</summary>
internal sealed class PreparedLinear : PreparedOperation
{
    private PreparedLinear(ArrayView<float> values, int rows, int rowLength)
    {
        (Values, Rows, RowLength) = (values, rows, rowLength);
    }

    /// <summary>[rows, <see cref="RowLength"/>], then the summands.</summary>
    public ArrayView<float> Values { get; }

    public int Rows { get; }

    /// <summary>Floats from a row to the next.</summary>
    public int RowLength { get; }

    public int Summands => Rows * RowLength;

    /// <summary>The matrix with each channel's columns added up, for the sums of a flattened map's gradient; null where nobody asks for them.</summary>
    public PreparedLinear? ColumnSums { get; set; }

    /// <summary>Packs a layer.</summary>
    public static PreparedLinear Make(GpuPlan plan, in Linear op) => Pack(plan, op, columns => columns, sumsColumns: false);

    /// <summary>Packs a layer's columns, added up in groups.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="op">The layer.</param>
    /// <param name="groups">How many groups of neighbouring columns.</param>
    public static PreparedLinear MakeSums(GpuPlan plan, in Linear op, int groups) => Pack(plan, op, _ => groups, sumsColumns: true);

    private static PreparedLinear Pack(GpuPlan plan, in Linear op, Func<int, int> groupsOf, bool sumsColumns)
    {
        int rows = plan.Weights.ShapeOf(op.Weight)[0];
        int columns = plan.Weights.LengthOf(op.Weight) / rows;
        int kept = groupsOf(columns);
        int rowLength = (kept + 3) / 4 * 4;
        FoldedAffine folded = FoldedAffine.Read(plan.Weights, op.Bias, op.Affine, rows);
        var packed = new float[checked(rows * rowLength + (rows + 3) / 4 * 4)];
        var row = new float[columns];
        using WeightReader reader = plan.Weights.Open(op.Weight);
        for (int i = 0; i < rows; i++)
        {
            Span<float> target = packed.AsSpan(i * rowLength, kept);
            reader.Read(i * columns, row);
            if (!sumsColumns)
            {
                row.CopyTo(target);
                folded.ScaleInPlace(i, target);
                continue;
            }

            for (int c = 0; c < kept; c++)
            {
                double sum = 0;
                for (int j = c * (columns / kept); j < (c + 1) * (columns / kept); j++)
                    sum += row[j];
                target[c] = (float)(sum * folded.Scale[i]);
            }
        }

        folded.WriteShift(0, rows, packed.AsSpan(rows * rowLength));
        return new PreparedLinear(plan.Memory.Upload<float>(packed, "weights"), rows, rowLength);
    }
}
