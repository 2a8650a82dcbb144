using System.Buffers;
using GradCam.Numerics;

namespace GradCam.Explain;

/// <summary>
/// Bilinear resizing of a map, without antialiasing: PyTorch's interpolate(mode="bilinear"). Beyond the outermost centres the map goes on with its edge's
/// value.
/// </summary>
internal static class BilinearResize
{
    /// <summary>Lays the map over the pixels that the axes say.</summary>
    public static void Place(Arithmetic arithmetic, ReadOnlySpan<float> source, in ResizeAxis columns, in ResizeAxis lines, Span<float> destination, int width)
    {
        // Two source rows, widened to the destination's columns; each serves all the rows between it and the next.
        int count = columns.End - columns.First;
        float[] rented = ArrayPool<float>.Shared.Rent(2 * count);
        Span<float> upper = rented.AsSpan(0, count);
        Span<float> lower = rented.AsSpan(count, count);
        int upperRow = -1;
        int lowerRow = -1;
        for (int y = lines.First; y < lines.End; y++)
        {
            (int above, int below, float t) = lines.Between(y);
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
                Widen(arithmetic, source.Slice(above * columns.SourceSize, columns.SourceSize), upper, columns);
                upperRow = above;
            }

            if (below != lowerRow)
            {
                Widen(arithmetic, source.Slice(below * columns.SourceSize, columns.SourceSize), lower, columns);
                lowerRow = below;
            }

            arithmetic.Lerp(upper, lower, t, destination.Slice(y * width + columns.First, count));
        }

        ArrayPool<float>.Shared.Return(rented);
    }

    private static void Widen(Arithmetic arithmetic, ReadOnlySpan<float> source, Span<float> destination, in ResizeAxis columns)
    {
        for (int x = 0; x < destination.Length; x++)
        {
            (int before, int after, float t) = columns.Between(columns.First + x);
            destination[x] = arithmetic.Lerp(source[before], source[after], t);
        }
    }
}
