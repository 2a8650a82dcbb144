using System.Buffers.Binary;

namespace GradCam.Gen.Tool.Reports;

/// <summary>A signed map as the page has it: its cells as 16-bit integers, and what 32767 of them is.</summary>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
/// <param name="Largest">The largest absolute value, in units of the logit; 0 for a map of zeros, NaN for one that is not finite.</param>
/// <param name="Cells">Row by row, little-endian; empty for a map that is not finite.</param>
internal sealed record MapCells(int Width, int Height, float Largest, byte[] Cells)
{
    private const int Full = short.MaxValue;

    /// <summary>Whether two maps are the same: some methods make one for all classes.</summary>
    public bool IsSameAs(MapCells? other) => other is not null && Largest.Equals(other.Largest) && Cells.AsSpan().SequenceEqual(other.Cells);

    /// <summary>Packs a heatmap.</summary>
    /// <param name="heatmap">The heatmap.</param>
    /// <param name="side">The most cells a side: a larger map is made smaller.</param>
    public static MapCells Of(Heatmap heatmap, int side)
    {
        int longer = Math.Max(heatmap.Width, heatmap.Height);
        (int width, int height) = longer <= side
            ? (heatmap.Width, heatmap.Height)
            : (Math.Max(1, heatmap.Width * side / longer), Math.Max(1, heatmap.Height * side / longer));
        if (!heatmap.IsFinite)
            return new MapCells(width, height, float.NaN, []);
        ReadOnlySpan<float> values = longer <= side ? heatmap.Raw : heatmap.Resize(width, height, HeatmapScale.Raw);
        float largest = 0;
        foreach (float value in values)
            largest = Math.Max(largest, Math.Abs(value));
        byte[] bytes = new byte[sizeof(short) * values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            double share = largest > 0 ? (double)values[i] / largest : 0;
            BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(sizeof(short) * i), (short)Math.Round(share * Full));
        }

        return new MapCells(width, height, largest, bytes);
    }
}
