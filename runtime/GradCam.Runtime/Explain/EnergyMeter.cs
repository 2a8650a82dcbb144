using System.Buffers;
using GradCam.Numerics;

namespace GradCam.Explain;

/// <summary>Sums of a map's positive part over places of the photo.</summary>
internal static class EnergyMeter
{
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

    /// <summary>
    /// The map is enlarged along one axis after the other: rows in which the same pixels count are added up as cells, and are widened together.
    /// </summary>
    private static HeatmapEnergy Measure(HeatmapBuffer buffer, Place place, int width, int height)
    {
        if (!buffer.IsFinite)
            return new HeatmapEnergy { Inside = double.NaN, Total = double.NaN };
        Arithmetic arithmetic = buffer.Arithmetic;
        (ResizeAxis columns, ResizeAxis lines) = buffer.Axes(width, height, 0, height);
        ReadOnlySpan<float> map = buffer.Raw;
        int cells = buffer.Width;
        double[] rented = ArrayPool<double>.Shared.Rent(2 * cells);
        Span<double> all = rented.AsSpan(0, cells);
        Span<double> alike = rented.AsSpan(cells, cells);
        all.Clear();
        alike.Clear();
        double inside = 0;
        for (int y = lines.First; y < lines.End; y++)
        {
            if (y > lines.First && !place.IsAlike(y - 1, y, width))
            {
                inside += place.Sum(arithmetic, alike, columns, y - 1, width);
                alike.Clear();
            }

            (int above, int below, float t) = lines.Between(y);
            ReadOnlySpan<float> upper = map.Slice(above * cells, cells);
            ReadOnlySpan<float> lower = map.Slice(below * cells, cells);
            for (int c = 0; c < cells; c++)
            {
                double value = arithmetic.Lerp((double)Math.Max(upper[c], 0), Math.Max(lower[c], 0), t);
                all[c] += value;
                alike[c] += value;
            }
        }

        if (!lines.IsEmpty)
            inside += place.Sum(arithmetic, alike, columns, lines.End - 1, width);
        double total = Widen(arithmetic, all, columns, 0, width, []);
        ArrayPool<double>.Shared.Return(rented);
        return new HeatmapEnergy { Inside = inside, Total = total };
    }

    /// <summary>The sum over the pixels of a row between two columns, and of these the mask's, unless it is empty.</summary>
    private static double Widen(Arithmetic arithmetic, ReadOnlySpan<double> cells, in ResizeAxis columns, int first, int end, ReadOnlySpan<bool> mask)
    {
        double sum = 0;
        end = Math.Min(columns.End, end);
        for (int x = Math.Max(columns.First, first); x < end; x++)
        {
            if (!mask.IsEmpty && !mask[x])
                continue;
            (int before, int after, float t) = columns.Between(x);
            sum += arithmetic.Lerp(cells[before], cells[after], t);
        }

        return sum;
    }

    /// <summary>The first pixel whose centre lies at or behind an edge.</summary>
    public static int Edge(double edge, int size) => (int)Math.Clamp(Math.Ceiling(edge - 0.5), 0, size);

    /// <summary>Some rows and columns, and of these the mask's, unless it is empty.</summary>
    private ref struct Place
    {
        public ReadOnlySpan<bool> Mask { get; init; }

        public int FirstColumn { get; init; }

        public int EndColumn { get; init; }

        public int FirstRow { get; init; }

        public int EndRow { get; init; }

        /// <summary>Whether the same pixels of two rows count.</summary>
        public readonly bool IsAlike(int row, int other, int width) =>
            IsIn(row) == IsIn(other) && (!IsIn(row) || Mask.IsEmpty || Mask.Slice(row * width, width).SequenceEqual(Mask.Slice(other * width, width)));

        /// <summary>The sum over the pixels of a row that count.</summary>
        public readonly double Sum(Arithmetic arithmetic, ReadOnlySpan<double> cells, in ResizeAxis columns, int row, int width) =>
            IsIn(row) ? Widen(arithmetic, cells, columns, FirstColumn, EndColumn, Mask.IsEmpty ? [] : Mask.Slice(row * width, width)) : 0;

        private readonly bool IsIn(int row) => row >= FirstRow && row < EndRow;
    }
}
