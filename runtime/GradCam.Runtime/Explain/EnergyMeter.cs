using System.Buffers;
using System.Numerics.Tensors;

namespace GradCam.Explain;

/// <summary>Sums of a map's positive part over places of the photo, strip by strip.</summary>
internal static class EnergyMeter
{
    private const int StripRows = 16;

    /// <summary>Over the pixels of the photo whose centres lie in a rectangle.</summary>
    public static HeatmapEnergy Measure(HeatmapBuffer buffer, double left, double top, double width, double height)
    {
        PhotoRegion region = buffer.Region;
        (int firstColumn, int endColumn) = (Edge(left, region.PhotoWidth), Edge(left + width, region.PhotoWidth));
        (int firstRow, int endRow) = (Edge(top, region.PhotoHeight), Edge(top + height, region.PhotoHeight));
        var rectangle = new Place { Mask = [], FirstColumn = firstColumn, EndColumn = Math.Max(endColumn, firstColumn), FirstRow = firstRow, EndRow = endRow };
        return Measure(buffer, rectangle, region.PhotoWidth, region.PhotoHeight);
    }

    /// <summary>Over the pixels of a mask.</summary>
    public static HeatmapEnergy Measure(HeatmapBuffer buffer, ReadOnlySpan<bool> mask, int width, int height) =>
        Measure(buffer, new Place { Mask = mask, EndColumn = width, EndRow = height }, width, height);

    private static HeatmapEnergy Measure(HeatmapBuffer buffer, Place place, int width, int height)
    {
        if (!buffer.IsFinite)
            return new HeatmapEnergy { Inside = double.NaN, Total = double.NaN };
        float[] cells = ArrayPool<float>.Shared.Rent(buffer.Raw.Length);
        float[] strip = ArrayPool<float>.Shared.Rent(checked(StripRows * width));
        Span<float> positive = cells.AsSpan(0, buffer.Raw.Length);
        TensorPrimitives.Max(buffer.Raw, 0, positive);
        double inside = 0;
        double total = 0;
        for (int y = 0; y < height; y += StripRows)
        {
            int rows = Math.Min(StripRows, height - y);
            buffer.Place(positive, strip, width, height, y, rows);
            for (int row = 0; row < rows; row++)
            {
                ReadOnlySpan<float> values = strip.AsSpan(row * width, width);
                total += Sum(values);
                if (y + row >= place.FirstRow && y + row < place.EndRow)
                    inside += place.Mask.IsEmpty ? Sum(values[place.FirstColumn..place.EndColumn]) : Sum(values, place.Mask.Slice((y + row) * width, width));
            }
        }

        ArrayPool<float>.Shared.Return(strip);
        ArrayPool<float>.Shared.Return(cells);
        return new HeatmapEnergy { Inside = inside, Total = total };
    }

    /// <summary>The first pixel whose centre lies at or behind an edge.</summary>
    private static int Edge(double edge, int size) => (int)Math.Clamp(Math.Ceiling(edge - 0.5), 0, size);

    private static double Sum(ReadOnlySpan<float> values)
    {
        double sum = 0;
        foreach (float value in values)
            sum += value;
        return sum;
    }

    private static double Sum(ReadOnlySpan<float> values, ReadOnlySpan<bool> mask)
    {
        double sum = 0;
        for (int x = 0; x < values.Length; x++)
            sum += mask[x] ? values[x] : 0;
        return sum;
    }

    /// <summary>Some rows and columns, and of these the mask's, unless it is empty.</summary>
    private ref struct Place
    {
        public ReadOnlySpan<bool> Mask { get; init; }

        public int FirstColumn { get; init; }

        public int EndColumn { get; init; }

        public int FirstRow { get; init; }

        public int EndRow { get; init; }
    }
}
