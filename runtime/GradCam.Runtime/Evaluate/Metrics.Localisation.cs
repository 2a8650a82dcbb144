using System.Numerics.Tensors;

namespace GradCam.Evaluate;

public static partial class Metrics
{
    /// <summary>The pointing game (Zhang et al. 2016, arXiv:1608.00507): whether the map's largest value lies in one of some boxes.</summary>
    /// <param name="heatmap">The map.</param>
    /// <param name="boxes">Where the object is, on the photo.</param>
    /// <param name="rule">Where the largest value is.</param>
    /// <returns>False where the map is not finite.</returns>
    public static bool PointsInside(Heatmap heatmap, ReadOnlySpan<PhotoBox> boxes, PeakRule rule = PeakRule.Cell)
    {
        if (FindPeak(heatmap, rule) is not { } peak)
            return false;
        foreach (PhotoBox box in boxes)
        {
            if (box.Contains(peak.X, peak.Y))
                return true;
        }

        return false;
    }

    /// <summary>The pointing game with a mask.</summary>
    /// <param name="heatmap">The map.</param>
    /// <param name="mask">[height, width] of the photo: true where the object is.</param>
    /// <param name="rule">Where the largest value is.</param>
    /// <returns>False where the map is not finite.</returns>
    /// <exception cref="ArgumentException">The mask has not the photo's size.</exception>
    public static bool PointsInside(Heatmap heatmap, ReadOnlySpan<bool> mask, PeakRule rule = PeakRule.Cell)
    {
        PhotoRegion region = CheckMask(heatmap, mask);
        if (FindPeak(heatmap, rule) is not { } peak)
            return false;
        int column = Math.Clamp((int)peak.X, 0, region.PhotoWidth - 1);
        int row = Math.Clamp((int)peak.Y, 0, region.PhotoHeight - 1);
        return mask[row * region.PhotoWidth + column];
    }

    /// <summary>
    /// The share of the map that lies in a mask over the photo (the energy-based pointing game, Wang et al. 2020, arXiv:1910.01279): of <see
    /// cref="Heatmap.Raw"/> after the relu, not of the map whose smallest value was taken away, which gives another share.
    /// </summary>
    /// <param name="heatmap">The map.</param>
    /// <param name="mask">[height, width] of the photo: true where the object is.</param>
    /// <param name="isMinMax">True for the map from 0 to 1 instead, as other libraries have it.</param>
    /// <returns>NaN where nothing is positive, or the map is not finite.</returns>
    /// <exception cref="ArgumentException">The mask has not the photo's size.</exception>
    public static double MeasureEnergy(Heatmap heatmap, ReadOnlySpan<bool> mask, bool isMinMax = false)
    {
        PhotoRegion region = CheckMask(heatmap, mask);
        if (!isMinMax || !heatmap.IsFinite)
            return heatmap.MeasureEnergy(mask, region.PhotoWidth, region.PhotoHeight).Share;
        float[] map = heatmap.ResizeToPhoto();
        (double inside, double total) = (0, 0);
        for (int i = 0; i < map.Length; i++)
        {
            total += map[i];
            inside += mask[i] ? map[i] : 0;
        }

        return inside / total;
    }

    /// <summary>Relevance rank: of as many of the largest pixels as the mask has, the share that lies in it. Equal pixels go in their order.</summary>
    /// <param name="heatmap">The map.</param>
    /// <param name="mask">[height, width] of the photo: true where the object is.</param>
    /// <returns>NaN where the mask is empty, or the map is not finite.</returns>
    /// <exception cref="ArgumentException">The mask has not the photo's size.</exception>
    public static double MeasureRelevanceRank(Heatmap heatmap, ReadOnlySpan<bool> mask)
    {
        CheckMask(heatmap, mask);
        int size = mask.Count(true);
        if (size == 0 || !heatmap.IsFinite)
            return double.NaN;
        int hits = 0;
        foreach (int pixel in MapOrder.Descending(heatmap.ResizeToPhoto()).AsSpan(0, size))
            hits += mask[pixel] ? 1 : 0;
        return hits / (double)size;
    }

    /// <summary>
    /// Box IoU (Choe et al. 2020, arXiv:2001.07437): the map's pixels of at least a share of its largest value, the box around the largest patch of them, and
    /// how much it has in common with the best of some boxes.
    /// </summary>
    /// <param name="heatmap">The map.</param>
    /// <param name="boxes">Where the object is, on the photo.</param>
    /// <param name="threshold">The share of the largest value.</param>
    /// <returns>0 where the map has no positive value, or is not finite.</returns>
    public static double MeasureBoxIou(Heatmap heatmap, ReadOnlySpan<PhotoBox> boxes, double threshold = 0.2)
    {
        double best = 0;
        if (FindBox(heatmap, threshold) is not { } found)
            return best;
        foreach (PhotoBox box in boxes)
            best = Math.Max(best, found.IntersectionOverUnion(box));
        return best;
    }

    /// <summary>
    /// The box around the largest patch of a map's pixels of at least a share of its largest value. Pixels that touch at a corner are of one patch.
    /// </summary>
    /// <param name="heatmap">The map.</param>
    /// <param name="threshold">The share, above 0.</param>
    /// <returns>Null where the map has no positive value, or is not finite.</returns>
    public static PhotoBox? FindBox(Heatmap heatmap, double threshold = 0.2)
    {
        if (!(threshold is > 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(threshold), threshold, "Expected a share above 0, up to 1.");
        PhotoRegion region = heatmap.Region;
        float[] map = heatmap.ResizeToPhoto();
        float largest = TensorPrimitives.Max<float>(map);
        if (!heatmap.IsFinite || !(largest > 0))
            return null;
        return Patches.FindLargest(map, region.PhotoWidth, region.PhotoHeight, threshold * largest);
    }

    private static (double X, double Y)? FindPeak(Heatmap heatmap, PeakRule rule)
    {
        if (heatmap.FindPeak() is not { } peak)
            return null;
        if (rule == PeakRule.Cell)
            return (peak.PhotoX, peak.PhotoY);
        PhotoRegion region = heatmap.Region;
        // Where the network did not look there is no map: only the region's pixels can be the largest.
        float[] map = heatmap.ResizeToPhoto(HeatmapScale.Raw);
        (double left, double right) = PhotoRegion.PixelsIn(region.Left, region.Width);
        (double top, double bottom) = PhotoRegion.PixelsIn(region.Top, region.Height);
        int best = -1;
        for (int i = 0; i < map.Length; i++)
        {
            (int x, int y) = (i % region.PhotoWidth, i / region.PhotoWidth);
            bool isSeen = x >= left && x < right && y >= top && y < bottom;
            if (isSeen && (best < 0 || map[i] > map[best]))
                best = i;
        }

        return best < 0 ? null : (best % region.PhotoWidth + 0.5, best / region.PhotoWidth + 0.5);
    }

    private static PhotoRegion CheckMask(Heatmap heatmap, ReadOnlySpan<bool> mask)
    {
        PhotoRegion region = heatmap.Region;
        int expected = checked(region.PhotoWidth * region.PhotoHeight);
        return mask.Length == expected
            ? region
            : throw new ArgumentException(
                $"The photo is {region.PhotoWidth}x{region.PhotoHeight}, a mask over it has {expected} values; found {mask.Length}.", nameof(mask));
    }
}
