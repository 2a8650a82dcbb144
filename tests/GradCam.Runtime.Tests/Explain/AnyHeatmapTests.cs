using GradCam.Evaluate;
using GradCam.Explain;
using GradCam.Images;
using GradCam.Numerics;

namespace GradCam.Runtime.Tests.Explain;

/// <summary>Any map over any photo, also of one pixel or a thousand times as wide as high: what must be so of resizing, energies and metrics.</summary>
public class AnyHeatmapTests
{
    private static readonly int Count = int.TryParse(Environment.GetEnvironmentVariable("GRADCAM_HEATMAP_CASES"), out int count) ? count : 400;

    private static readonly HeatmapScale[] Scales =
    [
        HeatmapScale.ZeroToOne, HeatmapScale.MinusOneToOne, HeatmapScale.Percentile(), HeatmapScale.Percentile(1e-9, isSigned: true),
        HeatmapScale.Percentile(100), new HeatmapScale { IsSigned = true }, new HeatmapScale { Normalisation = HeatmapNormalisation.Max },
        HeatmapScale.Raw, new HeatmapScale { Normalisation = HeatmapNormalisation.None },
    ];

    [Fact]
    public void Any_map_lies_over_any_photo()
    {
        for (int seed = 0; seed < Count; seed++)
        {
            var random = new Random(seed);
            Heatmap heatmap = Draw(random, out string what);
            try
            {
                CheckResizing(heatmap, random);
                CheckPlaces(heatmap, random);
                CheckMetrics(heatmap, random);
            }
            catch (Exception exception)
            {
                Assert.Fail($"seed {seed}, {what}: {exception}");
            }
        }
    }

    /// <summary>Of a photo of 1x1000 the network sees less than a pixel, between two centres: it is shown in one.</summary>
    [Theory]
    [InlineData(1, 1000)]
    [InlineData(1000, 1)]
    [InlineData(3, 1000)]
    [InlineData(10_000, 10)]
    public void What_is_less_than_a_pixel_is_shown_in_one(int width, int height)
    {
        PhotoRegion region = Seen(width, height, shorterSide: 256, input: 224);
        Heatmap heatmap = Make(3, 3, region, [.. Enumerable.Repeat(1f, 9)]);
        Assert.Contains(heatmap.ResizeToPhoto(HeatmapScale.Raw), value => value > 0.99f);
        Assert.Equal(1, heatmap.MeasureEnergy(0, 0, width, height).Share, 1e-9);
        Assert.NotNull(Metrics.FindBox(Make(3, 3, region, [1, 2, 3, 4, 5, 6, 7, 8, 9])));
        Assert.True(Metrics.PointsInside(heatmap, [new PhotoBox { Left = 0, Top = 0, Width = width, Height = height }], PeakRule.Pixel));
        // So it is on a sheet, where the photo is small.
        float[] small = new float[256];
        heatmap.ResizeToPhoto(small, width > height ? 256 : 1, width > height ? 1 : 256, HeatmapScale.Raw);
        Assert.Contains(small, value => value > 0.99f);
    }

    [Fact]
    public void A_percentile_that_is_nothing_is_the_largest()
    {
        float[] raw = [.. Enumerable.Repeat(0f, 98), float.Epsilon, 1];
        Assert.Contains(1, Make(10, 10, PhotoRegion.Whole(10, 10), raw).Resize(10, 10, HeatmapScale.Percentile(98.05)));
    }

    private static void CheckResizing(Heatmap heatmap, Random random)
    {
        (int width, int height) = (random.Next(1, 40), random.Next(1, 40));
        foreach (HeatmapResampling resampling in Enum.GetValues<HeatmapResampling>())
        {
            HeatmapScale scale = Scales[random.Next(Scales.Length)];
            float[] resized = heatmap.Resize(width, height, scale, resampling);
            Assert.Equal(width * height, resized.Length);
            CheckRange(resized, scale, heatmap.IsFinite);
            float[] whole = new float[width * height];
            heatmap.ResizeToPhoto(whole, width, height, scale, resampling);
            CheckRange(whole, scale, heatmap.IsFinite);
            // Strip by strip it is the same.
            int rows = random.Next(1, height + 1);
            float[] strip = new float[width * rows];
            for (int first = 0; first < height; first += rows)
            {
                int some = Math.Min(rows, height - first);
                heatmap.ResizeRowsToPhoto(strip, width, height, first, some, scale, resampling);
                Assert.Equal(whole[(first * width)..((first + some) * width)], strip[..(some * width)]);
            }
        }
    }

    private static void CheckRange(float[] values, HeatmapScale scale, bool isFinite)
    {
        if (scale.Normalisation == HeatmapNormalisation.None)
            return;
        float least = scale.IsSigned && scale.Normalisation != HeatmapNormalisation.MinMax ? -1 : 0;
        Assert.All(values, value => Assert.InRange(value, least, 1));
        Assert.True(isFinite || Array.TrueForAll(values, value => value == 0));
    }

    private static void CheckPlaces(Heatmap heatmap, Random random)
    {
        PhotoRegion region = heatmap.Region;
        (double left, double top) = (Edge(region.PhotoWidth), Edge(region.PhotoHeight));
        (double width, double height) = (Edge(region.PhotoWidth), Edge(region.PhotoHeight));
        HeatmapEnergy energy = heatmap.MeasureEnergy(left, top, width, height);
        if (!heatmap.IsFinite)
        {
            Assert.True(double.IsNaN(energy.Share) && heatmap.FindPeak() is null);
            return;
        }

        Assert.InRange(energy.Inside, 0, energy.Total * (1 + 1e-9));
        // Where all is positive, some of it lies on a pixel, however small what was seen is.
        Assert.True(energy.Total > 0 || heatmap.Raw.ToArray().Min() <= 1e-30f, $"{energy.Total} of {heatmap.Max}");
        bool[] all = [.. Enumerable.Repeat(true, region.PhotoWidth * region.PhotoHeight)];
        HeatmapEnergy everywhere = heatmap.MeasureEnergy(all, region.PhotoWidth, region.PhotoHeight);
        Assert.Equal(everywhere.Total, everywhere.Inside, 1e-9 * Math.Abs(everywhere.Total));
        Assert.Equal(0, heatmap.MeasureEnergy(new bool[all.Length], region.PhotoWidth, region.PhotoHeight).Inside);
        HeatmapPeak peak = heatmap.FindPeak()!.Value;
        Assert.InRange(peak.PhotoX, region.Left, region.Left + region.Width);
        Assert.InRange(peak.PhotoY, region.Top, region.Top + region.Height);

        double Edge(int size) => random.Next(5) switch { 0 => -1e9, 1 => 1e9, 2 => 0, 3 => size, _ => random.NextDouble() * size * 2 - size / 2.0 };
    }

    private static void CheckMetrics(Heatmap heatmap, Random random)
    {
        PhotoRegion region = heatmap.Region;
        bool[] mask = [.. Enumerable.Range(0, region.PhotoWidth * region.PhotoHeight).Select(_ => random.Next(3) == 0)];
        PhotoBox box = new() { Left = random.Next(-5, 20), Top = random.Next(-5, 20), Width = random.Next(1, 30), Height = 1e-3 };
        foreach (PeakRule rule in Enum.GetValues<PeakRule>())
        {
            _ = Metrics.PointsInside(heatmap, mask, rule);
            Assert.False(Metrics.PointsInside(heatmap, ReadOnlySpan<PhotoBox>.Empty, rule));
            Assert.Equal(heatmap.IsFinite, Metrics.PointsInside(heatmap, [new PhotoBox { Left = -1, Top = -1, Width = 1e9, Height = 1e9 }], rule));
        }

        foreach (bool isMinMax in new[] { false, true })
            Assert.True(Metrics.MeasureEnergy(heatmap, mask, isMinMax) is double.NaN or (>= 0 and <= 1 + 1e-6));
        Assert.True(Metrics.MeasureRelevanceRank(heatmap, mask) is double.NaN or (>= 0 and <= 1));
        foreach (double threshold in new[] { 1e-9, 0.2, 1 })
        {
            Assert.InRange(Metrics.MeasureBoxIou(heatmap, [box], threshold), 0, 1);
            if (Metrics.FindBox(heatmap, threshold) is not { } found)
                continue;
            Assert.True(found.Left >= 0 && found.Left + found.Width <= region.PhotoWidth);
            Assert.True(found.Top >= 0 && found.Top + found.Height <= region.PhotoHeight);
        }

        (int height, int width, int channels) = (random.Next(1, 6), random.Next(1, 6), random.Next(1, 4));
        float[] input = [.. Enumerable.Range(0, height * width * channels).Select(_ => (float)random.NextDouble())];
        float[] map = heatmap.Resize(width, height);
        Scorer scorer = Scorer.FromFunction(height, width, channels, values => values.ToArray().Average(value => (double)value));
        foreach (int steps in new[] { 1, 3, 1000, int.MaxValue })
        {
            ScoreCurve deletion = Metrics.MeasureDeletion(scorer, input, map, steps), insertion = Metrics.MeasureInsertion(scorer, input, map, steps);
            Assert.Equal(input.Average(value => (double)value), deletion.Area + insertion.Area, 1e-6);
            Assert.Equal((0, 1), (deletion.Fractions[0], deletion.Fractions[^1]));
        }

        RoadScores road = Metrics.MeasureRoad(scorer, input, map, new RoadOptions { Percentiles = [0, 1e-9, 50, 100], NoiseDeviation = random.Next(2) });
        Assert.True(double.IsFinite(road.Combined));
        Assert.InRange(Metrics.MeasureMuFidelity(scorer, input, map, random.Next(1, 9), 0.5, new PerturbationOptions { Samples = random.Next(1, 9) }), -1, 1);
        Assert.True(Metrics.MeasureInfidelity(scorer, input, map, isScaled: true, new PerturbationOptions { Samples = 3, Radius = 0 }) >= 0);
        Assert.InRange(Metrics.MeasureCoherency(scorer, input, map, (_, other) => other.Fill(0.5f)), 0, 1);
        double complexity = Metrics.MeasureComplexity(map), drop = Metrics.MeasureMasked(scorer, input, map).Drop;
        Assert.InRange(complexity, 0, 1);
        Assert.InRange(Metrics.CombineAdcc(0, complexity, drop), 0, 1);
        Assert.InRange(Metrics.CombineArcc(1, complexity, road.Combined), 0, 1);
        Assert.True(Metrics.MeasureEntropy(map) is double.NaN or >= -1e-9);
        Assert.True(Metrics.MeasureGini(map) is double.NaN or (>= -1e-6 and <= 1));
        MapSimilarity same = Metrics.Compare(map, map, width, height);
        Assert.Equal(1, same.Ssim, 1e-9);
        Assert.True(same.Spearman is 0 or > 0.999999);
    }

    private static Heatmap Draw(Random random, out string what)
    {
        (int width, int height) = (Pick(random, 1, 1, 2, 3, 7), Pick(random, 1, 1, 2, 3, 7));
        string kind = Pick(random, "any", "any", "any", "zero", "constant", "negative", "NaN", "infinite", "huge", "tiny");
        float[] raw = [.. Enumerable.Range(0, width * height).Select(i => (float)(random.NextDouble() * 2 - 0.8)).Select((value, i) => kind switch
        {
            "zero" => 0,
            "constant" => 0.3f,
            "negative" => -Math.Abs(value),
            "NaN" => i == 0 ? float.NaN : value,
            "infinite" => i == 0 ? float.PositiveInfinity : value,
            "huge" => value > 0 ? float.MaxValue : float.MinValue,
            "tiny" => value * 1e-44f,
            _ => value,
        })];
        (int photoWidth, int photoHeight) = (Pick(random, 1, 1, 2, 3, 8, 17, 200), Pick(random, 1, 1, 2, 3, 8, 17, 200));
        PhotoRegion region = Seen(photoWidth, photoHeight, Pick(random, 0, 4, 256), Pick(random, 1, 4, 224));
        what = $"{kind} {height}x{width} over {region}";
        return Make(width, height, region, raw);
    }

    private static T Pick<T>(Random random, params ReadOnlySpan<T> values) => values[random.Next(values.Length)];

    /// <summary>What a network sees of a photo.</summary>
    private static PhotoRegion Seen(int width, int height, int shorterSide, int input)
    {
        var preprocessor = new ImagePreprocessor(new ImagePreprocessing { ResizeShorterSide = shorterSide }, 1, input, input);
        return preprocessor.Apply(new ImageView(new byte[width * height], width, height, PixelFormat.Gray8), new float[input * input]);
    }

    private static Heatmap Make(int width, int height, PhotoRegion region, float[] raw)
    {
        var buffer = new HeatmapBuffer(MachineArithmetic.Instance) { Region = region };
        buffer.Resize(width, height);
        raw.CopyTo(buffer.Raw);
        buffer.Normalise();
        return new Heatmap(buffer);
    }
}
