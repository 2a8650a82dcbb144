using GradCam.Reference;

namespace GradCam.Runtime.Tests.Explain.Inputs;

/// <summary>What must hold of the methods whatever the network computes.</summary>
public class InvariantTests
{
    [Theory]
    [InlineData("Smooth")]
    [InlineData("Prelu")]
    [InlineData("Rectified")]
    [InlineData("Linear")]
    public void DeepLift_sums_to_the_difference_from_the_baseline(string network)
    {
        using NetworkSession session = InputNetworks.Session(network);
        foreach (Baseline baseline in new[] { Baseline.Zero, Baseline.Constant(0.3f), Baseline.MeanColor, Baseline.Blurred(1), Baseline.Noise })
        {
            Attribution attribution = Attribute(session, network, InputMethod.DeepLift with { Baseline = baseline });
            double largest = attribution.Values.Values.ToArray().Sum(value => Math.Abs(value));
            Assert.True(Math.Abs(attribution.CompletenessDelta!.Value) <= 1e-5 * largest, $"{attribution.CompletenessDelta} of {largest}");
        }
    }

    [Fact]
    public void Paths_sum_to_the_difference_from_the_baseline_when_steps_are_many()
    {
        using NetworkSession session = InputNetworks.Session("Smooth");
        foreach (PathRule rule in Enum.GetValues<PathRule>())
            AssertComplete(InputMethod.IntegratedGradients with { Rule = rule, Steps = 400 }, rule is PathRule.Left or PathRule.Right ? 1e-2 : 1e-4);
        AssertComplete(InputMethod.IntegratedGradients, 1e-5);
        AssertComplete(InputMethod.IntegratedGradients with { Baseline = Baseline.Blurred(2) }, 1e-5);
        AssertComplete(InputMethod.GuidedIntegratedGradients with { Steps = 400 }, 2e-2);
        AssertComplete(InputMethod.BlurIntegratedGradients with { Steps = 2000, MaxSigma = 4 }, 2e-2);
        AssertComplete(InputMethod.ExpectedGradients with { Samples = 4000, Baselines = [Baseline.Zero, Baseline.Constant(0.2f)] }, 2e-2);

        void AssertComplete(InputMethod method, double tolerance)
        {
            Attribution attribution = Attribute(session, "Smooth", method);
            double largest = attribution.Values.Values.ToArray().Sum(value => Math.Abs(value));
            Assert.True(Math.Abs(attribution.CompletenessDelta!.Value) <= tolerance * largest, $"{method}: {attribution.CompletenessDelta} of {largest}");
        }
    }

    /// <summary>Of a linear score every pixel contributes the sum over its channels of x * g, by every method that means to say so.</summary>
    [Fact]
    public void Of_a_linear_score_the_methods_agree()
    {
        using NetworkSession session = InputNetworks.Session("Linear");
        float[] expected = Attribute(session, "Linear", InputMethod.InputXGradient).Heatmap.Raw.ToArray();
        InputMethod[] methods =
        [
            InputMethod.IntegratedGradients with { Steps = 3 }, InputMethod.DeepLift, InputMethod.GuidedIntegratedGradients with { Steps = 5 },
            InputMethod.ExpectedGradients with { Samples = 3, Baselines = [Baseline.Zero] },
            InputMethod.Occlusion with { WindowHeight = 1, WindowWidth = 1, StrideDown = 1, StrideAcross = 1 },
            InputMethod.KernelShap with { Segments = Segmentation.Grid(4, 4), Samples = 100 },
            InputMethod.KernelShap with { Segments = Segmentation.Grid(4, 4), Samples = 100_000 },
            InputMethod.Lime with { Segments = Segmentation.Grid(4, 4), Samples = 100, Ridge = 0 },
        ];
        foreach (InputMethod method in methods)
        {
            float[] found = Attribute(session, "Linear", method).Heatmap.Raw.ToArray();
            Assert.All(found.Zip(expected), pair => Assert.True(Math.Abs(pair.First - pair.Second) <= 1e-4, $"{method}: {pair.First}, expected {pair.Second}"));
        }

        // Windows over several pixels: each has the mean of its windows' sums.
        float[] halves = Attribute(session, "Linear", InputMethod.Occlusion with { WindowHeight = 2, WindowWidth = 4, StrideDown = 2 }).Heatmap.Raw.ToArray();
        Assert.Equal(expected[..8].Sum(), halves[0], 1e-4);
        Assert.Equal(expected[8..].Sum(), halves[15], 1e-4);
    }

    [Fact]
    public void Noise_of_nothing_is_the_gradient()
    {
        using NetworkSession session = InputNetworks.Session("Rectified");
        float[] gradient = Attribute(session, "Rectified", InputMethod.Saliency).Values.ToChwArray();
        Assert.Equal(gradient, Attribute(session, "Rectified", InputMethod.SmoothGrad with { NoiseLevel = 0, Samples = 3 }).Values.ToChwArray());
        Assert.All(
            Attribute(session, "Rectified", InputMethod.VarGrad with { NoiseLevel = 0, Samples = 3 }).Values.ToChwArray(), value => Assert.Equal(0, value));
        float[] squares = Attribute(session, "Rectified", InputMethod.SmoothGradSquared with { NoiseLevel = 0, Samples = 3 }).Values.ToChwArray();
        Assert.All(squares.Zip(gradient), pair => Assert.Equal(pair.Second * pair.Second, pair.First, 1e-6));
    }

    [Fact]
    public void Rise_that_sees_everything_is_the_probability()
    {
        using NetworkSession session = InputNetworks.Session("Rectified");
        Attribution attribution = Attribute(session, "Rectified", InputMethod.Rise with { Share = 1, Samples = 16 });
        float probability = session.Probabilities[1];
        Assert.Equal(probability, attribution.Score, 1e-6);
        Assert.All(attribution.Values.ToChwArray(), value => Assert.Equal(probability, value));
    }

    [Fact]
    public void ForGrad_of_all_frequencies_is_the_gradients_mean()
    {
        using NetworkSession session = InputNetworks.Session("Rectified");
        FeatureMaps gradient = Attribute(session, "Rectified", InputMethod.Saliency).Copy().Values;
        float[] found = Attribute(session, "Rectified", InputMethod.ForGrad with { Radius = 1000 }).Values.ToChwArray();
        for (int p = 0; p < found.Length; p++)
            Assert.Equal(MathF.Abs((gradient[0, p / 8, p % 8] + gradient[1, p / 8, p % 8] + gradient[2, p / 8, p % 8]) / 3), found[p], 1e-5);
        float[] mean = Attribute(session, "Rectified", InputMethod.ForGrad with { Radius = 0 }).Values.ToChwArray();
        Assert.All(mean, value => Assert.Equal(found.Average(), value, 1e-5));
    }

    /// <summary>f = a + 2b over two designs of two points: the squared differences sum to 1.25 and 1, the variance is 4.5.</summary>
    [Fact]
    public void Jansens_estimate_is_the_one_computed_by_hand()
    {
        double[] indices = SobolMethod.TotalIndices([0, 3], [0.5, 1, 2, 3], 2);
        Assert.Equal(0.069444, indices[0], 1e-6);
        Assert.Equal(0.055556, indices[1], 1e-6);
        Assert.Equal([0, 0], SobolMethod.TotalIndices([5, 5], [5, 5, 5, 5], 2));
    }

    [Fact]
    public void A_cell_on_which_the_score_depends_has_the_largest_dependence()
    {
        // y is the first cell, the second is its own.
        bool[] seen = [true, true, false, false, true, false, true, false];
        double[] dependences = HsicMethod.Dependences([1, 1, 2, 2], seen, 2);
        Assert.True(dependences[0] > 0.1, $"{dependences[0]}");
        Assert.Equal(0, dependences[1], 1e-12);
    }

    [Theory]
    [InlineData(20)]
    [InlineData(200)]
    public void Shapley_values_sum_to_the_difference_from_the_baseline_however_few_are_the_samples(int samples)
    {
        using NetworkSession session = InputNetworks.Session("Rectified");
        Attribution attribution = Attribute(session, "Rectified", InputMethod.KernelShap with { Samples = samples, Segments = Segmentation.Grid(4, 4) });
        Assert.Equal(0, attribution.CompletenessDelta!.Value, 1e-9);
        Assert.True(attribution.IsFinite);
    }

    [Fact]
    public void Kernel_shap_of_samples_comes_near_the_exact_values()
    {
        using NetworkSession session = InputNetworks.Session("Rectified");
        KernelShapMethod method = InputMethod.KernelShap with { Segments = Segmentation.Grid(3, 3) };
        float[] exact = Attribute(session, "Rectified", method).Values.ToChwArray();
        float[] sampled = Attribute(session, "Rectified", method with { Samples = 500 }).Values.ToChwArray();
        float largest = exact.Max(MathF.Abs);
        Assert.All(exact.Zip(sampled), pair => Assert.True(Math.Abs(pair.First - pair.Second) < 0.1f * largest, $"{pair.First}, {pair.Second} of {largest}"));
        Assert.NotEqual(exact, sampled);
    }

    [Fact]
    public void Baselines_of_photos_are_what_preprocessing_makes_of_them()
    {
        using NetworkSession session = InputNetworks.Session("Linear");
        using NetworkSession photos = InputNetworks.Session("Rectified", ReferenceBackendProvider.Instance);
        float[] x = InputNetworks.Input("Rectified");
        // Black is (0 - mean) / std of each channel.
        float[] black = [.. Enumerable.Range(0, x.Length).Select(i => new[] { -0.5f / 0.2f, -0.4f / 0.25f, -0.3f / 0.3f }[i / 64])];
        float[] white = [.. Enumerable.Range(0, x.Length).Select(i => new[] { 0.5f / 0.2f, 0.6f / 0.25f, 0.7f / 0.3f }[i / 64])];
        float[] mean = [.. Enumerable.Range(0, x.Length).Select(i => x[(i / 64 * 64)..((i / 64 + 1) * 64)].Average())];
        foreach ((Baseline baseline, float[] tensor) in new[] { (Baseline.Black, black), (Baseline.White, white), (Baseline.MeanColor, mean) })
        {
            float[] found = Attribute(photos, "Rectified", InputMethod.DeepLift with { Baseline = baseline }).Values.ToChwArray();
            float[] expected = Attribute(
                photos, "Rectified", InputMethod.DeepLift with { Baseline = Baseline.FromTensor(tensor, TensorLayout.Chw) }).Values.ToChwArray();
            Assert.All(found.Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 1e-4));
        }

        string message = Assert.Throws<InvalidOperationException>(
            () => Attribute(session, "Linear", InputMethod.DeepLift with { Baseline = Baseline.Black })).Message;
        Assert.Contains("what a black photo is", message, StringComparison.Ordinal);
    }

    private static Attribution Attribute(NetworkSession session, string network, InputMethod method) =>
        session.Attribute(InputNetworks.Input(network), TensorLayout.Chw, 1, method);
}
