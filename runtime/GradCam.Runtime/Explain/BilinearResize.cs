using System.Buffers;
using System.Numerics.Tensors;

namespace GradCam.Explain;

/// <summary>
/// Bilinear resizing of a map with half-pixel centres (align_corners = false), without antialiasing: PyTorch's interpolate(mode="bilinear"). Beyond the
/// outermost centres the map goes on with its edge's value.
/// </summary>
internal static class BilinearResize
{
    /// <summary>Resizes the whole map.</summary>
    public static void Resize(ReadOnlySpan<float> source, int sourceWidth, int sourceHeight, Span<float> destination, int width, int height) =>
        Place(source, sourceWidth, sourceHeight, destination, width, 0, height, 0, 0, width, height);

    /// <summary>Lays the map over a rectangle of the destination; a pixel whose centre lies outside of it becomes 0.</summary>
    /// <param name="source">[sourceHeight, sourceWidth].</param>
    /// <param name="sourceWidth">The map's width.</param>
    /// <param name="sourceHeight">The map's height.</param>
    /// <param name="destination">[rows, width].</param>
    /// <param name="width">The destination's width.</param>
    /// <param name="firstRow">The row of the destination that is written first.</param>
    /// <param name="rows">Rows written.</param>
    /// <param name="left">The rectangle's left edge, in pixels of the destination.</param>
    /// <param name="top">Its upper edge.</param>
    /// <param name="rectangleWidth">Its width.</param>
    /// <param name="rectangleHeight">Its height.</param>
    public static void Place(
        ReadOnlySpan<float> source, int sourceWidth, int sourceHeight, Span<float> destination, int width, int firstRow, int rows,
        double left, double top, double rectangleWidth, double rectangleHeight)
    {
        (int x0, int x1) = Covered(left, rectangleWidth, width);
        (int y0, int y1) = Covered(top - firstRow, rectangleHeight, rows);
        int columns = x1 - x0;
        if (columns <= 0 || y1 <= y0)
        {
            destination[..(rows * width)].Clear();
            return;
        }

        // Two source rows, widened to the destination's columns; each serves all the rows between it and the next.
        float[] rented = ArrayPool<float>.Shared.Rent(2 * columns);
        Span<float> upper = rented.AsSpan(0, columns);
        Span<float> lower = rented.AsSpan(columns, columns);
        int upperRow = -1;
        int lowerRow = -1;
        double scaleX = sourceWidth / rectangleWidth;
        double scaleY = sourceHeight / rectangleHeight;
        destination[..(y0 * width)].Clear();
        for (int y = y0; y < y1; y++)
        {
            (int above, int below, float t) = Position((firstRow + y + 0.5 - top) * scaleY - 0.5, sourceHeight);
            if (above != upperRow && above == lowerRow)
            {
                Span<float> freed = upper;
                upper = lower;
                upperRow = lowerRow;
                lower = freed;
                lowerRow = -1;
            }

            if (above != upperRow)
            {
                Widen(source.Slice(above * sourceWidth, sourceWidth), upper, x0, left, scaleX);
                upperRow = above;
            }

            if (below != lowerRow)
            {
                Widen(source.Slice(below * sourceWidth, sourceWidth), lower, x0, left, scaleX);
                lowerRow = below;
            }

            Span<float> row = destination.Slice(y * width, width);
            row[..x0].Clear();
            TensorPrimitives.Lerp(upper, lower, t, row[x0..x1]);
            row[x1..].Clear();
        }

        destination[(y1 * width)..(rows * width)].Clear();
        ArrayPool<float>.Shared.Return(rented);
    }

    /// <summary>The pixels whose centres lie in [start, start + length).</summary>
    private static (int First, int End) Covered(double start, double length, int size) =>
        ((int)Math.Clamp(Math.Ceiling(start - 0.5), 0, size), (int)Math.Clamp(Math.Ceiling(start + length - 0.5), 0, size));

    private static void Widen(ReadOnlySpan<float> source, Span<float> destination, int first, double left, double scale)
    {
        for (int x = 0; x < destination.Length; x++)
        {
            (int before, int after, float t) = Position((first + x + 0.5 - left) * scale - 0.5, source.Length);
            destination[x] = float.Lerp(source[before], source[after], t);
        }
    }

    /// <summary>The two samples around a position, and how far it is from the first one to the second.</summary>
    private static (int Before, int After, float T) Position(double position, int size)
    {
        position = Math.Clamp(position, 0, size - 1);
        int before = (int)position;
        return (before, Math.Min(before + 1, size - 1), (float)(position - before));
    }
}
