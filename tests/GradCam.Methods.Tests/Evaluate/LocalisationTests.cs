using GradCam.Evaluate;
using GradCam.Explain;
using GradCam.Numerics;

namespace GradCam.Methods.Tests.Evaluate;

/// <summary>Where maps point, on photos of 8x8 and 8x4 pixels.</summary>
public sealed class LocalisationTests
{
    private static readonly PhotoBox Middle = new() { Left = 1, Top = 1, Width = 2, Height = 2 };
    private static readonly PhotoBox Corner = new() { Left = 0, Top = 0, Width = 1, Height = 1 };

    [Fact]
    public void The_peak_is_a_cells_centre_or_else_the_first_pixel_of_a_tie()
    {
        Heatmap heatmap = Map(2, 2, PhotoRegion.Whole(8, 8), 3, 1, 1, -1);
        Assert.True(Metrics.PointsInside(heatmap, [Middle]));
        Assert.False(Metrics.PointsInside(heatmap, [Corner]));
        Assert.True(Metrics.PointsInside(heatmap, [Corner, Middle]));
        Assert.False(Metrics.PointsInside(heatmap, [Middle], PeakRule.Pixel));
        Assert.True(Metrics.PointsInside(heatmap, [Corner], PeakRule.Pixel));
        bool[] mask = PhotoBox.CreateMask([Middle], 8, 8);
        Assert.True(Metrics.PointsInside(heatmap, mask));
        Assert.False(Metrics.PointsInside(heatmap, mask, PeakRule.Pixel));
        Assert.False(Metrics.PointsInside(Map(2, 2, PhotoRegion.Whole(8, 8), 3, 1, float.NaN, 1), mask));
        Assert.False(Metrics.PointsInside(heatmap, ReadOnlySpan<PhotoBox>.Empty));
        Assert.Contains(
            "has 64 values; found 3", Assert.Throws<ArgumentException>(() => Metrics.PointsInside(heatmap, new bool[3])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mask_is_written_whole_into_memory_that_had_another()
    {
        var wide = new PhotoBox { Left = -3, Top = 6.5, Width = 20, Height = 9 };
        bool[] kept = new bool[64];
        foreach (PhotoBox[] boxes in new PhotoBox[][] { [wide], [Middle], [], [Corner, wide] })
        {
            PhotoBox.FillMask(boxes, kept, 8, 8);
            Assert.Equal(PhotoBox.CreateMask(boxes, 8, 8), kept);
        }

        Assert.Equal(2 * 8 + 1, kept.Count(isInside => isInside));
        string message = Assert.Throws<ArgumentException>(() => PhotoBox.FillMask([], kept, 7, 9)).Message;
        Assert.Contains("has 63 values; this one has 64", message, StringComparison.Ordinal);
    }

    /// <summary>Where all is negative, what lies beside the region, where the network did not look, is not the largest.</summary>
    [Fact]
    public void Pixels_that_the_network_did_not_see_are_no_peak()
    {
        var region = new PhotoRegion { PhotoWidth = 8, PhotoHeight = 4, Left = 2, Top = 0, Width = 4, Height = 4 };
        Heatmap heatmap = Map(2, 2, region, -3, -1, -2, -4);
        PhotoBox right = new() { Left = 4, Top = 0, Width = 2, Height = 2 };
        Assert.True(Metrics.PointsInside(heatmap, [right]));
        Assert.True(Metrics.PointsInside(heatmap, [right], PeakRule.Pixel));
    }

    [Fact]
    public void Energy_is_of_the_relu_unless_the_smallest_value_is_to_be_taken_away()
    {
        // One cell a pixel.
        Heatmap heatmap = Map(4, 1, PhotoRegion.Whole(4, 1), 4, 2, 1, 1);
        bool[] mask = [true, true, false, false];
        Assert.Equal(6 / 8.0, Metrics.MeasureEnergy(heatmap, mask), 1e-6);
        Assert.Equal(4 / 4.0, Metrics.MeasureEnergy(heatmap, mask, isMinMax: true), 1e-6);
        Assert.Equal(4 / 5.0, Metrics.MeasureEnergy(Map(4, 1, PhotoRegion.Whole(4, 1), 4, -2, 1, -1), mask), 1e-6);
        Assert.True(double.IsNaN(Metrics.MeasureEnergy(Map(4, 1, PhotoRegion.Whole(4, 1), -4, -2, -1, -1), mask)));
    }

    [Fact]
    public void Relevance_rank_is_the_share_of_the_largest_pixels_that_lie_inside()
    {
        Heatmap heatmap = Map(4, 1, PhotoRegion.Whole(4, 1), 4, 1, 3, 2);
        Assert.Equal(0.5, Metrics.MeasureRelevanceRank(heatmap, [true, true, false, false]));
        Assert.Equal(1, Metrics.MeasureRelevanceRank(heatmap, [true, false, true, false]));
        Assert.Equal(0, Metrics.MeasureRelevanceRank(heatmap, [false, true, false, false]));
        Assert.True(double.IsNaN(Metrics.MeasureRelevanceRank(heatmap, new bool[4])));
    }

    [Fact]
    public void The_box_is_around_the_largest_patch()
    {
        float[] cells =
        [
            0, 0, 0, 0, 9,
            5, 0, 0, 0, 0,
            0, 5, 2, 0, 0,
            0, 0, 0, 1, 0,
        ];
        Heatmap heatmap = Map(5, 4, PhotoRegion.Whole(5, 4), cells);
        // 2 is at least a fifth of 9, 1 is not; corners touch.
        var expected = new PhotoBox { Left = 0, Top = 1, Width = 3, Height = 2 };
        Assert.Equal(expected, Metrics.FindBox(heatmap));
        Assert.Equal(1, Metrics.MeasureBoxIou(heatmap, [Corner, expected]));
        Assert.Equal(new PhotoBox { Left = 4, Top = 0, Width = 1, Height = 1 }, Metrics.FindBox(heatmap, threshold: 0.9));
        Assert.Equal(0, Metrics.MeasureBoxIou(heatmap, [Corner]));
        Assert.Null(Metrics.FindBox(Map(2, 1, PhotoRegion.Whole(2, 1), -1, -1)));
    }

    private static Heatmap Map(int width, int height, PhotoRegion region, params float[] raw)
    {
        var buffer = new HeatmapBuffer(MachineArithmetic.Instance) { Region = region };
        buffer.Resize(width, height);
        raw.CopyTo(buffer.Raw);
        buffer.Normalise();
        return new Heatmap(buffer);
    }
}
