using GradCam.Explain;

namespace GradCam.Evaluate;

/// <summary>A rectangle on a photo, in its pixels: 0 is the left edge of the first one.</summary>
public readonly record struct PhotoBox
{
    /// <summary>The left edge.</summary>
    public required double Left { get; init; }

    /// <summary>The upper edge.</summary>
    public required double Top { get; init; }

    /// <summary>Width.</summary>
    public required double Width { get; init; }

    /// <summary>Height.</summary>
    public required double Height { get; init; }

    /// <summary>Whether a place lies inside: the left and upper edges do, the others do not.</summary>
    /// <param name="x">From the photo's left edge.</param>
    /// <param name="y">From its upper edge.</param>
    public bool Contains(double x, double y) => x >= Left && x < Left + Width && y >= Top && y < Top + Height;

    /// <summary>The area that two have in common, over the area that either has; 0 where neither has any.</summary>
    /// <param name="other">The other one.</param>
    public double IntersectionOverUnion(PhotoBox other)
    {
        double width = Math.Min(Left + Width, other.Left + other.Width) - Math.Max(Left, other.Left);
        double height = Math.Min(Top + Height, other.Top + other.Height) - Math.Max(Top, other.Top);
        double common = Math.Max(0, width) * Math.Max(0, height);
        double union = Width * Height + other.Width * other.Height - common;
        return union > 0 ? common / union : 0;
    }

    /// <summary>The pixels whose centres lie in one of some boxes.</summary>
    /// <param name="boxes">The boxes.</param>
    /// <param name="width">The photo's width.</param>
    /// <param name="height">The photo's height.</param>
    /// <returns>[height, width].</returns>
    public static bool[] CreateMask(ReadOnlySpan<PhotoBox> boxes, int width, int height)
    {
        bool[] mask = new bool[Heatmap.Length(width, height)];
        FillMask(boxes, mask, width, height);
        return mask;
    }

    /// <summary>As <see cref="CreateMask"/>, into memory that is kept.</summary>
    /// <param name="boxes">The boxes.</param>
    /// <param name="mask">[height, width]: every element is written.</param>
    /// <param name="width">The photo's width.</param>
    /// <param name="height">The photo's height.</param>
    /// <exception cref="ArgumentException">The mask has another length.</exception>
    public static void FillMask(ReadOnlySpan<PhotoBox> boxes, Span<bool> mask, int width, int height)
    {
        Heatmap.CheckMask(mask, width, height);
        mask.Clear();
        foreach (PhotoBox box in boxes)
        {
            (int left, int right) = (EnergyMeter.Edge(box.Left, width), EnergyMeter.Edge(box.Left + box.Width, width));
            (int top, int bottom) = (EnergyMeter.Edge(box.Top, height), EnergyMeter.Edge(box.Top + box.Height, height));
            for (int y = top; y < bottom && left < right; y++)
                mask.Slice(y * width + left, right - left).Fill(true);
        }
    }
}
