using GradCam.Explain.Methods;

namespace GradCam.Runtime.Tests.Explain;

/// <summary>Each method's formula against a plain double-precision implementation written from the papers' formulas, channels first.</summary>
public class CamMethodTests
{
    public static TheoryData<CamMethod, int, int, int> Cases()
    {
        var cases = new TheoryData<CamMethod, int, int, int>();
        foreach (CamMethod method in Enum.GetValues<CamMethod>())
        {
            foreach ((int channels, int height, int width) in new[] { (1, 1, 1), (3, 2, 5), (8, 7, 7), (17, 1, 4), (64, 14, 13), (100, 3, 1) })
                cases.Add(method, channels, height, width);
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Formula_matches_double_precision(CamMethod method, int channels, int height, int width)
    {
        foreach (bool positive in new[] { true, false })
        {
            (float[] activations, float[] gradients) = Maps(channels * 31 + height * 7 + width, channels, height * width, positive);
            float[] map = new float[height * width];
            Cam.Compute(method, activations, gradients, new CamScratch(), map);

            double[] expected = Plain(method, activations, gradients, channels, height * width);
            double largest = expected.Max(Math.Abs);
            for (int p = 0; p < map.Length; p++)
                Assert.True(Math.Abs(map[p] - expected[p]) <= 1e-5 * largest + 1e-12, $"pixel {p}: {map[p]} instead of {expected[p]} (positive: {positive})");
        }
    }

    [Theory]
    [InlineData(CamMethod.GradCam)]
    [InlineData(CamMethod.HiResCam)]
    [InlineData(CamMethod.GradCamPlusPlus)]
    [InlineData(CamMethod.XGradCam)]
    [InlineData(CamMethod.LayerCam)]
    [InlineData(CamMethod.GradCamElementWise)]
    public void NaN_in_a_gradient_is_not_swallowed(CamMethod method)
    {
        // The last channels go through the scalar tail, the first ones through vectors.
        foreach (int channel in new[] { 0, 18 })
        {
            (float[] activations, float[] gradients) = Maps(5, 19, 6, positive: true);
            gradients[19 * 2 + channel] = float.NaN;
            float[] map = new float[6];
            Cam.Compute(method, activations, gradients, new CamScratch(), map);
            Assert.Contains(map, float.IsNaN);
        }
    }

    [Fact]
    public void Unknown_method_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Cam.Compute((CamMethod)77, [1], [1], new CamScratch(), new float[1]));

    /// <summary>Activations (after a relu where positive) and gradients of which some are exactly 0, [pixel, channel].</summary>
    private static (float[] Activations, float[] Gradients) Maps(int seed, int channels, int pixels, bool positive)
    {
        var random = new Random(seed);
        float[] activations = new float[channels * pixels];
        float[] gradients = new float[channels * pixels];
        for (int i = 0; i < activations.Length; i++)
        {
            float a = random.NextSingle() * 4 - 1.5f;
            activations[i] = positive ? Math.Max(a, 0) : a;
            gradients[i] = random.Next(5) == 0 ? 0 : (random.NextSingle() - 0.45f) / 10;
        }

        return (activations, gradients);
    }

    private static double[] Plain(CamMethod method, float[] activations, float[] gradients, int channels, int pixels)
    {
        double[] map = new double[pixels];
        for (int c = 0; c < channels; c++)
        {
            double[] a = Enumerable.Range(0, pixels).Select(p => (double)activations[p * channels + c]).ToArray();
            double[] g = Enumerable.Range(0, pixels).Select(p => (double)gradients[p * channels + c]).ToArray();
            for (int p = 0; p < pixels; p++)
            {
                map[p] += method switch
                {
                    CamMethod.GradCam => g.Average() * a[p],
                    CamMethod.HiResCam => g[p] * a[p],
                    CamMethod.GradCamPlusPlus => g.Sum(v => Alpha(v, a.Sum()) * Math.Max(v, 0)) * a[p],
                    CamMethod.XGradCam => g.Zip(a, (v, w) => v * w).Sum() / (a.Sum() + 1e-7) * a[p],
                    CamMethod.LayerCam => Math.Max(g[p], 0) * a[p],
                    CamMethod.GradCamElementWise => Math.Max(g[p] * a[p], 0),
                    _ => throw new ArgumentOutOfRangeException(nameof(method)),
                };
            }
        }

        return map;
    }

    private static double Alpha(double g, double sum) => g == 0 ? 0 : Math.Pow(g, 2) / (2 * Math.Pow(g, 2) + Math.Pow(g, 3) * sum + 1e-6);
}
