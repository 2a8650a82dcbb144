using GradCam.Weights;

namespace GradCam.Methods.Tests;

/// <summary>Maps computed by hand.</summary>
public sealed class HandTests : IDisposable
{
    private static readonly float[] Input = [.. Enumerable.Range(0, 16).Select(i => (float)i)];

    private readonly NetO _netO = NetO.Load(
        new WeightDictionary()
            .Add("conv1.weight", [2, 1, 3, 3], [.. Enumerable.Repeat(1f, 18)]).Add("conv1.bias", [2], [-50, -75])
            .Add("fc.weight", [1, 8], [1, 1, 1, 1, 1, -1, -1, -1]),
        new CpuOptions { Threads = 1 });

    public void Dispose() => _netO.Dispose();

    [Fact]
    public void Net_O_ablated()
    {
        using NetworkSession session = Explained();
        AssertEqual([0, 4, 28.666667, 34.166667], session.Explain(0, "relu1", CamMethod.AblationCam).Raw);
    }

    [Fact]
    public void Net_O_position_by_position()
    {
        using NetworkSession session = Explained();
        AssertEqual([0, 4, 25, 25], session.Explain(0, "relu1", CamMethod.ReciproCam).Raw);
        AssertEqual([5.1875, 5.6875, 9.625, 9.875], session.Explain(0, "relu1", CamMethod.CreateReciproCam(isGaussian: true)).Raw);
        // The layer is as it was.
        Assert.Equal(54, session.Logits[0]);
        AssertEqual([0, 4, 28, 32.5], session.Explain(0, "relu1").Raw);
    }

    [Fact]
    public void Net_O_masked_by_its_channels()
    {
        using NetworkSession session = Explained();
        // Scores 20.2 and 6.1.
        double second = 1 / (1 + Math.Exp(20.2 - 6.1));
        double[] expected = [0, 4 * (1 - second), 31 * (1 - second) + 6 * second, 40 * (1 - second) + 15 * second];
        AssertEqual(expected, session.Explain(0, "relu1", CamMethod.ScoreCam).Raw);
        // The first channel varies most.
        AssertEqual([0, 4, 31, 40], session.Explain(0, "relu1", CamMethod.CreateScoreCam(1)).Raw);
    }

    [Fact]
    public void Net_O_before_its_relu()
    {
        using NetworkSession session = Explained();
        AssertEqual([11.25, 13.5, 20.25, 22.5], session.Explain(0, "conv1").Raw);
        session.Forward([.. Input.Select(x => x + 1)], TensorLayout.Chw);
        AssertEqual([14.5, 19, 32.5, 37], session.Explain(0, "conv1").Raw);
    }

    /// <summary>Captum's numbers.</summary>
    [Fact]
    public void Net_O_by_guided_backpropagation_where_Grad_CAM_looks()
    {
        using NetworkSession session = _netO.CreateSession();
        Attribution guided = session.Attribute(Input, TensorLayout.Chw, 0, InputMethod.GuidedBackprop);
        Heatmap heatmap = session.Explain(0, "relu1");
        double[] expected = [0, 0, 4, 4, 0, 0, 12, 8, 28, 84, 97.5, 65, 28, 56, 65, 32.5];
        Attribution within = guided.Within(heatmap);
        AssertEqual(expected, within.Values.ToChwArray());
        AssertEqual(expected, within.Heatmap.Raw);
        Assert.Equal((54, InputMethod.GuidedBackprop), (within.Score, within.Method));
        // A copy, and the positive part alone.
        Attribution nothing = guided.Within(session.Explain(0, "relu1", counterfactual: true));
        Assert.All(nothing.Values.ToChwArray(), value => Assert.Equal(0, value));
        AssertEqual(expected, within.Values.ToChwArray());
        Assert.Throws<InvalidOperationException>(() => guided.Within(heatmap));
    }

    [Fact]
    public void Shapley_values_of_two_means()
    {
        using var net = MeansNet.Load(new WeightDictionary().Add("fc.weight", [2, 2], [1, 0, 0, 1]).Add("fc.bias", [2], [0, 0]));
        using NetworkSession session = net.CreateSession();
        session.Forward([1, 3, 2, 0], TensorLayout.Chw);
        AssertEqual([0.316376, 2.050871], session.Explain(0, "relu1", CamMethod.ShapleyCam).Raw);
        AssertEqual([0.316376, 2.050871], session.Explain(Target.ReST(0), "relu1", CamMethod.ShapleyCam).Raw);
        // Grad-CAM of the same target has the weights 0.634471 and -0.134471.
        AssertEqual([0.365529, 1.903413], session.Explain(Target.ReST(0), "relu1").Raw);
        AssertEqual([-0.316376, -2.050871], session.Explain(0, "relu1", CamMethod.ShapleyCam, counterfactual: true).Raw);
    }

    [Fact]
    public void A_class_set_against_those_that_balance_it_has_no_map()
    {
        using var net = ThreeNet.Load(new WeightDictionary().Add("fc.weight", [3, 1], [1, 3, -1]));
        using NetworkSession session = net.CreateSession();
        session.Forward([1, 1, 1, 1], TensorLayout.Chw);
        AssertEqual([0, 0, 0, 0], session.Explain(0, "relu1", CamMethod.CreateFinerCam(factor: 1, references: 2)).Raw);
        // The nearest class alone: of the equally near ones 1 and 2 the first, then 1 - 0.5 * 3.
        AssertEqual([-0.125, -0.125, -0.125, -0.125], session.Explain(0, "relu1", CamMethod.CreateFinerCam(factor: 0.5, references: 1)).Raw);
        Assert.Equal(-0.5, session.Evaluate(Target.Finer(0, factor: 0.5, references: 1)), 1e-6);
        Assert.Equal(session.Explain(0, "relu1").Raw.ToArray(), session.Explain(0, "relu1", CamMethod.CreateFinerCam(factor: 0)).Raw.ToArray());
    }

    private NetworkSession Explained()
    {
        NetworkSession session = _netO.CreateSession();
        session.Forward(Input, TensorLayout.Chw);
        return session;
    }

    private static void AssertEqual(double[] expected, ReadOnlySpan<float> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], actual[i], 1e-5 * Math.Max(1, Math.Abs(expected[i])));
    }
}
