using System.Buffers.Binary;

namespace GradCam.Gen.Tool.Reports;

/// <summary>A signed map as the page has it: its cells as 16-bit integers, and what 32767 of them is.</summary>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
/// <param name="Whole">Columns and rows before it was made smaller.</param>
/// <param name="Largest">The largest absolute value, in the map's unit; 0 for a map of zeros, NaN for one that is not finite.</param>
/// <param name="Cells">Row by row, little-endian; empty for a map that is not finite.</param>
internal sealed record MapCells(int Width, int Height, (int Width, int Height) Whole, float Largest, byte[] Cells)
{
    private const int Full = short.MaxValue;

    /// <summary>Whether two maps are the same: some methods make one for all classes.</summary>
    public bool IsSameAs(MapCells? other) => other is not null && Largest.Equals(other.Largest) && Cells.AsSpan().SequenceEqual(other.Cells);

    /// <summary>Packs a heatmap.</summary>
    /// <param name="heatmap">The heatmap.</param>
    /// <param name="side">The most cells a side: a larger map is made smaller.</param>
    public static MapCells Of(Heatmap heatmap, int side)
    {
        (int Width, int Height) whole = (heatmap.Width, heatmap.Height);
        int longer = Math.Max(whole.Width, whole.Height);
        (int width, int height) = longer <= side
            ? whole
            : (Math.Max(1, whole.Width * side / longer), Math.Max(1, whole.Height * side / longer));
        if (!heatmap.IsFinite)
            return new MapCells(width, height, whole, float.NaN, []);
        ReadOnlySpan<float> values = longer <= side ? heatmap.Raw : Shrink(Shrink(heatmap.Raw, whole.Width, width), whole.Height, height);
        float largest = 0;
        foreach (float value in values)
            largest = Math.Max(largest, Math.Abs(value));
        byte[] bytes = new byte[sizeof(short) * values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            double share = largest > 0 ? (double)values[i] / largest : 0;
            BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(sizeof(short) * i), (short)Math.Round(share * Full));
        }

        return new MapCells(width, height, whole, largest, bytes);
    }

    /// <summary>
    /// Gives each row fewer cells, each the mean of those that it covers: of a fine map, interpolation would leave most pixels out. Rows become columns.
    /// </summary>
    private static float[] Shrink(ReadOnlySpan<float> values, int columns, int count)
    {
        int rows = values.Length / columns;
        double share = (double)columns / count;
        float[] result = new float[count * rows];
        for (int c = 0; c < count; c++)
        {
            (double from, double to) = (c * share, Math.Min((c + 1) * share, columns));
            for (int r = 0; r < rows; r++)
            {
                double sum = 0;
                for (int x = (int)from; x < to; x++)
                    sum += values[r * columns + x] * (Math.Min(x + 1, to) - Math.Max(x, from));
                result[c * rows + r] = (float)(sum / share);
            }
        }

        return result;
    }
}
