using GradCam.Numerics;

namespace GradCam.Explain;

/// <summary>Resizing of a map, without antialiasing, by any of the ways that there are.</summary>
internal static class MapResize
{
    /// <summary>Resizes the whole map.</summary>
    public static void Resize(
        Arithmetic arithmetic, ReadOnlySpan<float> source, int sourceWidth, int sourceHeight, Span<float> destination, int width, int height,
        HeatmapResampling resampling = HeatmapResampling.Bilinear)
    {
        bool alignCorners = resampling == HeatmapResampling.BilinearAlignedCorners;
        var columns = new ResizeAxis(sourceWidth, 0, width, 0, width, alignCorners);
        var lines = new ResizeAxis(sourceHeight, 0, height, 0, height, alignCorners);
        Place(arithmetic, source, columns, lines, destination, width, height, resampling);
    }

    /// <summary>Lays the map over a rectangle of the destination; a pixel whose centre lies outside of it becomes 0.</summary>
    /// <param name="arithmetic">How it is computed.</param>
    /// <param name="source">The map, packed [rows, columns].</param>
    /// <param name="columns">How its columns lie on the destination's; with aligned corners where the resampling has them.</param>
    /// <param name="lines">How its rows do.</param>
    /// <param name="destination">[rows, width].</param>
    /// <param name="width">The destination's width.</param>
    /// <param name="rows">Rows written.</param>
    /// <param name="resampling">How.</param>
    public static void Place(
        Arithmetic arithmetic, ReadOnlySpan<float> source, in ResizeAxis columns, in ResizeAxis lines, Span<float> destination, int width, int rows,
        HeatmapResampling resampling)
    {
        if (resampling is < HeatmapResampling.Bilinear or > HeatmapResampling.Nearest)
            throw new ArgumentOutOfRangeException(nameof(resampling), resampling, "Expected Bilinear, BilinearAlignedCorners, Bicubic or Nearest.");
        if (columns.IsEmpty || lines.IsEmpty)
        {
            destination[..(rows * width)].Clear();
            return;
        }

        switch (resampling)
        {
            case HeatmapResampling.Bicubic:
                BicubicResize.Place(source, columns, lines, destination, width);
                break;
            case HeatmapResampling.Nearest:
                PlaceNearest(source, columns, lines, destination, width);
                break;
            default:
                BilinearResize.Place(arithmetic, source, columns, lines, destination, width);
                break;
        }

        destination[..(lines.First * width)].Clear();
        destination[(lines.End * width)..(rows * width)].Clear();
        for (int y = lines.First; y < lines.End; y++)
        {
            destination.Slice(y * width, columns.First).Clear();
            destination[(y * width + columns.End)..((y + 1) * width)].Clear();
        }
    }

    private static void PlaceNearest(ReadOnlySpan<float> source, in ResizeAxis columns, in ResizeAxis lines, Span<float> destination, int width)
    {
        for (int y = lines.First; y < lines.End; y++)
        {
            int row = lines.Nearest(y) * columns.SourceSize;
            for (int x = columns.First; x < columns.End; x++)
                destination[y * width + x] = source[row + columns.Nearest(x)];
        }
    }
}
