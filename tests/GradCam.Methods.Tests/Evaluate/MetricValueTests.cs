using GradCam.Evaluate;

namespace GradCam.Methods.Tests.Evaluate;

/// <summary>Metrics computed by hand.</summary>
public sealed class MetricValueTests
{
    private const double Close = 1e-6;

    /// <summary>The score is the sum of the input.</summary>
    private static readonly ScoreFunction Sum = input =>
    {
        double sum = 0;
        foreach (float value in input)
            sum += value;
        return sum;
    };

    [Fact]
    public void Entropy_Gini_and_complexity()
    {
        float[] map = [0.4f, 0.3f, 0.2f, 0.1f];
        Assert.Equal(0.25, Metrics.MeasureGini(map), Close);
        Assert.Equal(1.279854, Metrics.MeasureEntropy(map), Close);
        Assert.Equal(0.25, Metrics.MeasureGini([0.1f, -0.4f, 0.2f, -0.3f]), Close);
        Assert.Equal(0.54, Metrics.MeasureComplexity([0, 0.16f, 1, 1]), Close);
        Assert.Equal((0, 0.75), (Metrics.MeasureEntropy([0, 0, 7, 0]), Metrics.MeasureGini([0, 0, 7, 0])));
        Assert.Equal((Math.Log(4), 0), (Metrics.MeasureEntropy([2, 2, 2, 2]), Metrics.MeasureGini([2, 2, 2, 2])));
        Assert.True(double.IsNaN(Metrics.MeasureEntropy([0, 0])) && double.IsNaN(Metrics.MeasureGini([0, 0])));
    }

    [Fact]
    public void Combined_metrics()
    {
        Assert.Equal(0.791623, Metrics.CombineAdcc(coherency: 0.9, complexity: 0.3, drop: 0.2), Close);
        Assert.Equal(0.397895, Metrics.CombineArcc(coherency: 0.9, complexity: 0.3, road: 0.1), Close);
        Assert.Equal(0, Metrics.CombineAdcc(coherency: 0.9, complexity: 0.3, drop: 1));
        Assert.Equal(0, Metrics.CombineArcc(coherency: 0.9, complexity: 0.3, road: -0.1), Close);
    }

    [Fact]
    public void Drop_increase_and_gain()
    {
        var first = new MaskedScore { Score = 0.9, Masked = 0.6 };
        var second = new MaskedScore { Score = 0.6, Masked = 0.8 };
        Assert.Equal(1 / 3.0, first.Drop, Close);
        Assert.Equal((false, 0), (first.IsIncrease, first.Gain));
        Assert.Equal((0, true), (second.Drop, second.IsIncrease));
        Assert.Equal(0.5, second.Gain, Close);
        Assert.Equal(0, new MaskedScore { Score = 1, Masked = 1 }.Gain);

        MaskedScore measured = Metrics.MeasureMasked(Scorer.FromFunction(2, 2, 1, Sum), [0.4f, 0.3f, 0.2f, 0.1f], [1, 0, 0, 0]);
        Assert.Equal(0.6, measured.Drop, Close);
        Assert.False(measured.IsIncrease);
    }

    [Fact]
    public void Deletion_and_insertion_in_two_steps()
    {
        float[] x = [0.4f, 0.3f, 0.2f, 0.1f];
        Check(Metrics.MeasureDeletion(Scorer.FromFunction(2, 2, 1, Sum), x, x, steps: 2), [0, 0.5, 1], [1, 0.3, 0], 0.4);
        Check(Metrics.MeasureInsertion(Scorer.FromFunction(2, 2, 1, Sum), x, x, steps: 2), [0, 0.5, 1], [0, 0.7, 1], 0.6);
    }

    [Fact]
    public void Deletion_and_insertion_where_steps_do_not_divide()
    {
        float[] x = [0.3f, 0.25f, 0.2f, 0.15f, 0.1f];
        Check(Metrics.MeasureDeletion(Scorer.FromFunction(1, 5, 1, Sum), x, x, steps: 3), [0, 0.4, 0.8, 1], [1, 0.45, 0.1, 0], 0.41);
        Check(Metrics.MeasureInsertion(Scorer.FromFunction(1, 5, 1, Sum), x, x, steps: 3), [0, 0.4, 0.8, 1], [0, 0.55, 0.9, 1], 0.59);
    }

    [Fact]
    public void Equal_pixels_are_deleted_in_their_order()
    {
        ScoreCurve curve = Metrics.MeasureDeletion(Scorer.FromFunction(1, 4, 1, Sum), [1, 2, 4, 8], [0, 1, 1, -0f], steps: 4);
        Assert.Equal([15, 13, 9, 8, 0], curve.Scores);
    }

    [Fact]
    public void A_baseline_takes_the_place_of_what_is_deleted()
    {
        ScoreCurve deletion = Metrics.MeasureDeletion(Scorer.FromFunction(1, 2, 2, Sum), [1, 2, 3, 4], [1, 0], steps: 2, baseline: [10, 20, 30, 40]);
        Assert.Equal([10, 37, 100], deletion.Scores);
        ScoreCurve insertion = Metrics.MeasureInsertion(Scorer.FromFunction(1, 2, 2, Sum), [1, 2, 3, 4], [1, 0], steps: 2, baseline: [10, 20, 30, 40]);
        Assert.Equal([100, 73, 10], insertion.Scores);
    }

    [Fact]
    public void Imputed_pixels_are_the_means_of_their_neighbours()
    {
        float[] two = new float[4];
        Metrics.Impute([99, 6, 12, 24], [true, false, false, false], 2, 2, two);
        Assert.Equal(12, two[0], 1e-5f);
        Assert.Equal([6, 12, 24], two[1..]);

        float[] three = new float[9];
        Metrics.Impute([1, 2, 3, 4, 99, 6, 7, 8, 10], [false, false, false, false, true, false, false, false, false], 3, 3, three);
        Assert.Equal((2 + 4 + 6 + 8) / 6f + (1 + 3 + 7 + 10) / 12f, three[4], 1e-5f);

        float[] nothing = new float[4];
        Metrics.Impute([1, 2, 3, 4], [true, true, true, true], 2, 2, nothing);
        Assert.Equal([0, 0, 0, 0], nothing);
    }

    [Fact]
    public void Road_is_half_of_what_the_least_relevant_pixels_leave_over_the_most_relevant_ones()
    {
        RoadScores road = Metrics.MeasureRoad(
            Scorer.FromFunction(2, 2, 1, input => input[0]), [8, 2, 4, 0], [1, 0.9f, 0.1f, 0], new RoadOptions { Percentiles = [50], NoiseDeviation = 0 });
        Assert.Equal(8, road.LeastRelevantFirst[0], Close);
        // The two largest are removed: 5/12 a = b/6 + 4/6 + 0/12, and 5/12 b = a/6 + 0/6 + 4/12.
        double a = (4 / 6.0 + 1 / 3.0 * (12 / 5.0) / 6) / (5 / 12.0 - 1 / 36.0 * (12 / 5.0));
        Assert.Equal(a, road.MostRelevantFirst[0], 1e-5);
        Assert.Equal((8 - a) / 2, road.Combined, 1e-5);
    }

    [Fact]
    public void Completeness_is_what_the_sum_lacks()
    {
        Assert.Equal(0, Metrics.MeasureCompleteness([1, 2, -0.5f], score: 3, baselineScore: 0.5), Close);
        Assert.Equal(1, Metrics.MeasureCompleteness([1, 2, 0.5f], score: 3, baselineScore: 0.5), Close);
    }

    [Fact]
    public void Boxes_and_what_they_have_in_common()
    {
        var box = new PhotoBox { Left = 0, Top = 0, Width = 4, Height = 2 };
        Assert.Equal(4 / 12.0, box.IntersectionOverUnion(new PhotoBox { Left = 2, Top = 0, Width = 4, Height = 2 }), Close);
        Assert.Equal(0, box.IntersectionOverUnion(new PhotoBox { Left = 4, Top = 0, Width = 4, Height = 2 }));
        Assert.Equal(0, default(PhotoBox).IntersectionOverUnion(default));
        Assert.True(box.Contains(0, 0) && box.Contains(3.9, 1.9) && !box.Contains(4, 1));
        bool[] mask = PhotoBox.CreateMask(
            [new PhotoBox { Left = 0.6, Top = -5, Width = 1, Height = 6.5 }, new PhotoBox { Left = 2, Top = 1, Width = 99, Height = 1 }], 4, 3);
        Assert.Equal([false, true, false, false, false, false, true, true, false, false, false, false], mask);
    }

    [Fact]
    public void What_does_not_fit_is_said()
    {
        Scorer scorer = Scorer.FromFunction(2, 2, 1, Sum);
        Assert.Contains(
            "has 4 numbers; found 3", Assert.Throws<ArgumentException>(() => Metrics.MeasureMasked(scorer, [1, 2, 3], [1, 1, 1, 1])).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "found 5", Assert.Throws<ArgumentException>(() => Metrics.MeasureDeletion(scorer, [1, 2, 3, 4], [1, 1, 1, 1, 1])).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "Heatmap.IsFinite", Assert.Throws<ArgumentException>(() => Metrics.MeasureRoad(scorer, [1, 2, 3, 4], [1, 1, float.NaN, 1])).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Metrics.MeasureRoad(scorer, [1, 2, 3, 4], [1, 1, 1, 1], new RoadOptions { Percentiles = [] }));
        Assert.Throws<ArgumentException>(() => Metrics.MeasureRoad(scorer, [1, 2, 3, 4], [1, 1, 1, 1], new RoadOptions { Percentiles = [101] }));
        Assert.Throws<ArgumentException>(() => Metrics.MeasureGini([]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Metrics.MeasureMuFidelity(scorer, [1, 2, 3, 4], [1, 1, 1, 1], share: 1));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => Metrics.MeasureMuFidelity(scorer, [1, 2, 3, 4], [1, 1, 1, 1], options: new PerturbationOptions { Samples = 0 }));
    }

    private static void Check(ScoreCurve curve, double[] fractions, double[] scores, double area)
    {
        Assert.Equal(fractions, curve.Fractions);
        Assert.Equal(scores.Length, curve.Scores.Count);
        for (int i = 0; i < scores.Length; i++)
            Assert.Equal(scores[i], curve.Scores[i], Close);
        Assert.Equal(area, curve.Area, Close);
    }
}
