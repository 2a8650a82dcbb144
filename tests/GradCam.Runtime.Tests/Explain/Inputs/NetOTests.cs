namespace GradCam.Runtime.Tests.Explain.Inputs;

/// <summary>Net O of Captum's tests, whose attributions were computed by hand: 0 to 15 row by row, score 54.</summary>
public sealed class NetOTests : IDisposable
{
    private static readonly float[] X = [.. Enumerable.Range(0, 16).Select(i => (float)i)];
    private static readonly float[] XPlus1 = [.. Enumerable.Range(1, 16).Select(i => (float)i)];

    private readonly NetworkSession _session = InputNetworks.Session("NetO");

    public static TheoryData<string, float[]> ByHand() => new()
    {
        { "saliency", [0, 1, 1, 1, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 0] },
        { "inputxgradient", [0, 1, 2, 3, 0, 5, 6, 7, 0, 9, 10, 11, 0, 0, 0, 0] },
        { "guidedbackprop", [0, 1, 1, 1, 1, 3, 3, 2, 1, 3, 3, 2, 1, 2, 2, 1] },
        { "deconvnet", [2, 3, 3, 1, 3, 5, 5, 2, 3, 5, 5, 2, 1, 2, 2, 1] },
    };

    [Theory]
    [MemberData(nameof(ByHand))]
    public void Values_are_those_computed_by_hand(string key, float[] expected)
    {
        Attribution attribution = Attribute(X, InputMethod.Parse(key));
        Assert.Equal(54, attribution.Score);
        Assert.Equal(expected, attribution.Values.ToChwArray());
        Assert.Equal(expected, attribution.Heatmap.Raw.ToArray());
        Assert.Equal((1, 1), (attribution.Forwards, attribution.Backwards));
    }

    [Theory]
    [InlineData(PathRule.Left, 54.36)]
    [InlineData(PathRule.Right, 55.44)]
    [InlineData(PathRule.Midpoint, 53.82)]
    [InlineData(PathRule.Trapezoid, 52.530612)]
    [InlineData(PathRule.GaussLegendre, 53.328959)]
    public void Integrated_gradients_of_fifty_steps_have_the_rules_sums(PathRule rule, double sum)
    {
        Attribution attribution = Attribute(X, InputMethod.IntegratedGradients with { Rule = rule });
        Assert.Equal(sum - 54, attribution.CompletenessDelta!.Value, 1e-5);
        Assert.Equal(sum, attribution.Values.ToChwArray().Sum(value => (double)value), 1e-4);
    }

    [Fact]
    public void Integrated_gradients_come_near_the_integral()
    {
        double[] expected =
        [
            0, 0.074074, 0.148148, 0.222222, 1.234568, 3.302469, 3.962963, 2.462963,
            2.469136, 5.944444, 6.604938, 3.870370, 3.703704, 7.623457, 8.209877, 4.166667,
        ];
        Attribution attribution = Attribute(X, InputMethod.IntegratedGradients with { Rule = PathRule.Midpoint, Steps = 8100 });
        Assert.All(attribution.Values.ToChwArray().Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 2e-3));
    }

    [Fact]
    public void DeepLift_is_complete()
    {
        Attribution attribution = Attribute(X, InputMethod.DeepLift);
        Assert.Equal(0, attribution.CompletenessDelta!.Value, 1e-4);
        Assert.Equal((3, 1), (attribution.Forwards, attribution.Backwards));
    }

    /// <summary>Captum's tests give the network two inputs, which it adds: the one that stays is the baseline of the other.</summary>
    [Fact]
    public void Occlusion_of_everything_takes_the_rest_away()
    {
        OcclusionMethod all = InputMethod.Occlusion with { WindowHeight = 4, WindowWidth = 4 };
        Assert.All(Attribute(XPlus1, all with { Baseline = Baseline.Constant(1) }).Values.ToChwArray(), value => Assert.Equal(67, value));
        Assert.All(Attribute(XPlus1, all with { Baseline = Baseline.FromTensor(X, TensorLayout.Chw) }).Values.ToChwArray(), value => Assert.Equal(13, value));
    }

    [Fact]
    public void Occlusion_averages_the_windows_over_a_pixel_and_cuts_the_last_ones()
    {
        OcclusionMethod ofX = InputMethod.Occlusion with
        {
            WindowHeight = 2,
            WindowWidth = 3,
            StrideDown = 2,
            StrideAcross = 1,
            Baseline = Baseline.Constant(1),
        };
        Assert.Equal([17, 17, 17, 17, 17, 17, 17, 17, 64, 65.5f, 65.5f, 67, 64, 65.5f, 65.5f, 67], Attribute(XPlus1, ofX).Values.ToChwArray());
        OcclusionMethod ofOnes = InputMethod.Occlusion with
        {
            WindowHeight = 1,
            WindowWidth = 2,
            StrideDown = 1,
            StrideAcross = 2,
            Baseline = Baseline.FromTensor(X, TensorLayout.Chw),
        };
        Assert.Equal([3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 0, 0, 0, 0], Attribute(XPlus1, ofOnes).Values.ToChwArray());
    }

    public void Dispose() => _session.Dispose();

    private Attribution Attribute(float[] input, InputMethod method) => _session.Attribute(input, TensorLayout.Chw, 0, method);
}
