using System.Globalization;
using GradCam.Explain.Inputs.Perturbations;
using GradCam.Images;

namespace GradCam;

/// <summary>How an input's pixels are put together into segments that are covered or seen as one: a grid, or superpixels of the caller's.</summary>
public abstract class Segmentation
{
    /// <summary>Segments, at most: the methods solve systems of so many equations.</summary>
    private const int MostSegments = 4096;

    /// <summary>What <see cref="FromWords"/> reads.</summary>
    internal const string Words = "a grid, as 8x8";

    private protected Segmentation()
    {
    }

    /// <summary>Cells of a grid, of equal size up to a pixel.</summary>
    /// <param name="rows">Rows of cells; of an input of fewer pixels as many as that.</param>
    /// <param name="columns">Columns of cells; of an input of fewer pixels as many as that.</param>
    public static Segmentation Grid(int rows, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rows);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(columns);
        if ((long)rows * columns > MostSegments)
            throw new ArgumentOutOfRangeException(nameof(rows), rows, $"A grid of {rows}x{columns} has more than {MostSegments} cells.");
        return new Cells(rows, columns);
    }

    /// <summary>Segments of the caller's, such as superpixels of the photo as the network sees it.</summary>
    /// <param name="labels">Each pixel's segment, [height, width] of the network's input: numbers from 0 on. Copied.</param>
    /// <exception cref="ArgumentException">A number is negative or there are more than 4096 segments.</exception>
    public static Segmentation FromLabels(ReadOnlySpan<int> labels)
    {
        foreach (int label in labels)
        {
            if (label is < 0 or >= MostSegments)
                throw new ArgumentException($"A segment's number is {label}; expected 0 to {MostSegments - 1}.", nameof(labels));
        }

        return new Labels(labels.ToArray());
    }

    /// <summary>A grid as <see cref="object.ToString"/> says it; null for anything else.</summary>
    internal static Segmentation? FromWords(string text) =>
        text.ToLowerInvariant().Split('x') is [var first, var second] && IsSize(first, out int rows) && IsSize(second, out int columns)
        && (long)rows * columns <= MostSegments
            ? Grid(rows, columns)
            : null;

    /// <summary>The segments on an input.</summary>
    internal abstract Segments On(Tensor input);

    private static bool IsSize(string text, out int size) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out size) && size > 0;

    private sealed class Cells(int rows, int columns) : Segmentation
    {
        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{rows}x{columns}");

        internal override Segments On(Tensor input)
        {
            (int height, int width) = (input.Height, input.Width);
            (int down, int across) = (Math.Min(rows, height), Math.Min(columns, width));
            int[] labels = new int[height * width];
            for (int p = 0; p < labels.Length; p++)
                labels[p] = (int)((long)(p / width) * down / height) * across + (int)((long)(p % width) * across / width);
            return new Segments(labels, down * across, new Extent(down, across));
        }
    }

    private sealed class Labels(int[] labels) : Segmentation
    {
        public override string ToString() => $"labels {Sha256.OfFloats([.. labels.Select(label => (float)label)])}";

        internal override Segments On(Tensor input)
        {
            return labels.Length == input.Pixels
                ? new Segments(labels, labels.Max() + 1, null)
                : throw new InvalidOperationException(
                    $"The input has {input.Height}x{input.Width} = {input.Pixels} pixels; the segmentation has {labels.Length}.");
        }
    }
}
