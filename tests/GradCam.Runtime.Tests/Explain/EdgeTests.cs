using GradCam.Conformance.Networks;
using GradCam.Explain.Inputs.Numbers;
using GradCam.Weights;

namespace GradCam.Runtime.Tests.Explain;

/// <summary>Numbers at the edge of what is allowed, and where they meet a network's shape or an input's values.</summary>
public class EdgeTests
{
    [Fact]
    public void A_baseline_of_the_callers_is_one_of_the_input_that_is_looked_at()
    {
        using NetworkSession session = OddNetworks.Forward("two inputs");
        foreach (int input in new[] { 0, 1 })
        {
            Tensor shape = session.Info.Inputs[input].Tensor;
            float[] chw = [.. Enumerable.Range(0, shape.Length).Select(i => i / 10f)];
            float[] hwc = [.. Enumerable.Range(0, shape.Length).Select(i => chw[i % shape.Channels * shape.Pixels + i / shape.Channels])];
            float[] expected = Values(Baseline.FromTensor(hwc, TensorLayout.Hwc));
            Assert.Equal(expected, Values(Baseline.FromTensor(chw, TensorLayout.Chw)));
            Assert.NotEqual(expected, Values(Baseline.Zero));
            using NetworkSession another = OddNetworks.Forward("two inputs");
            string message = Assert.Throws<ArgumentException>(
                () => another.Attribute(1, InputMethod.DeepLift with { Baseline = Baseline.FromTensor(new float[3], TensorLayout.Hwc) }, input)).Message;
            Assert.Contains($"input '{session.Info.Inputs[input].Name}' is {shape.Channels}x{shape.Height}x{shape.Width}", message, StringComparison.Ordinal);

            float[] Values(Baseline baseline) =>
                session.Attribute(1, InputMethod.IntegratedGradients with { Steps = 3, Baseline = baseline }, input).Values.Values.ToArray();
        }
    }

    /// <summary>Of a sum or a multiple, the output is that of all that it is made of.</summary>
    [Fact]
    public void An_output_is_that_of_a_whole_target()
    {
        using NetworkSession session = OddNetworks.Forward("two outputs");
        Target there = Target.Logit(1) with { Output = "e" };
        double y = session.Evaluate(there);
        Assert.NotEqual(y, session.Evaluate(Target.Logit(1)));
        Assert.Equal(-y, session.Evaluate(-Target.Logit(1) with { Output = "e" }));
        Assert.Equal(2 * y, session.Evaluate((2 * Target.Logit(1)) with { Output = "e" }));
        Assert.Equal(y - session.Evaluate(Target.Logit(0) with { Output = "e" }), session.Evaluate((Target.Logit(1) - Target.Logit(0)) with { Output = "e" }));
        Assert.Equal("e", (-Target.Logit(1) with { Output = "e" }).Output);
        Assert.Null((there - Target.Logit(1)).Output);
        Assert.Equal(session.Explain(-there, "r").Raw.ToArray(), session.Explain((-Target.Logit(1)) with { Output = "e" }, "r").Raw.ToArray());
        Assert.Throws<ArgumentException>(() => session.Evaluate((-Target.Logit(1)) with { Output = "nowhere" }));
    }

    /// <summary>A relu may take the input's place in memory, and is not the input.</summary>
    [Fact]
    public void A_layer_in_the_inputs_place_is_not_the_input()
    {
        using NetworkSession session = OddNetworks.Forward("relu first");
        Assert.Throws<NotSupportedException>(() => session.Attribute(1, InputMethod.Saliency));
        using NetworkSession six = OddNetworks.Forward("relu6 first");
        Assert.Equal("input", six.Attribute(1, InputMethod.Saliency).Heatmap.LayerName);
    }

    [Fact]
    public void Counts_that_nobody_waits_for_are_refused()
    {
        Func<CamMethod>[] made =
        [
            () => CamMethod.CreateIntegratedGradCam(int.MaxValue), () => CamMethod.CreateRsiGradCam(int.MaxValue),
            () => CamMethod.CreateIsCam(steps: int.MaxValue), () => CamMethod.CreateSsCam(samples: int.MaxValue),
            () => CamMethod.CreateSmoothGradCamPlusPlus(10_000_001), () => CamMethod.CreateOptiCam(10_000_001),
        ];
        Assert.All(made, make => Assert.Contains("Expected 1 to 10000000", Assert.Throws<ArgumentOutOfRangeException>(make).Message, StringComparison.Ordinal));
        using NetworkSession session = OddNetworks.Forward("pooled");
        Refused(() => session.Explain(1, "r", CamMethod.CreateSsCam(samples: 10_000_000)));
        Refused(() => session.Explain(1, "r", CamMethod.CreateIsCam(steps: 10_000_000)));
        Refused(() => session.Attribute(1, InputMethod.Sobol with { Samples = 10_000_000 }));

        static void Refused(Action action) => Assert.Contains("times at most", Assert.Throws<NotSupportedException>(action).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Steps_that_leave_the_numbers_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => CamMethod.CreateOptiCam(rate: 1e308));
        Assert.Throws<ArgumentOutOfRangeException>(() => Baseline.Constant(float.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => Baseline.Constant(float.NegativeInfinity));
        string message = Assert.Throws<ArgumentException>(() => InputMethod.Parse("rise(baseline blurred 10000.0001)")).Message;
        Assert.Contains("found 'blurred 10000.0001'", message, StringComparison.Ordinal);
        using NetworkSession session = OddNetworks.Forward("pooled");
        Assert.True(session.Explain(1, "r", CamMethod.CreateOptiCam(30, 1e6)).IsFinite);
    }

    /// <summary>A score next to nothing, of which a channel takes away 1e40 times as much.</summary>
    [Fact]
    public void Ablation_does_not_divide_by_next_to_nothing()
    {
        using NetworkSession session = OddNetworks.Forward("pooled");
        double y = session.Evaluate(Target.Logit(1));
        float[] expected = session.Explain(new Shifted(y), "r", CamMethod.AblationCam).Raw.ToArray();
        Assert.Contains(expected, value => value != 0);
        Heatmap tiny = session.Explain(new Shifted(y) { Rest = 1e-42 }, "r", CamMethod.AblationCam);
        Assert.Equal(expected, tiny.Raw.ToArray());
    }

    /// <summary>Channels that are the same everywhere mask everything, whatever rounding makes of them where they are enlarged: all have one score.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_constant_channel_is_an_empty_mask(bool isReproducible)
    {
        NetworkClass network = OddNetworks.Of("pooled");
        float[] kernels = [.. Enumerable.Range(0, 54).Select(i => i < 18 ? MathF.Sin(i) : 0)];
        var weights = new WeightDictionary().Add("c.weight", [3, 2, 3, 3], kernels).Add("c.bias", [3], [0.1f, 0.7f, 0.3f])
            .Add("fc.weight", [3, 3], [1, 2, 3, 4, 5, 6, 7, 8, 9]).Add("fc.bias", [3], new float[3]);
        NetworkOptions options = isReproducible ? new ReproducibleCpuOptions() : new CpuOptions();
        using Model model = network.Prepare(options.Backend, weights, options);
        using var session = new NetworkSession(model.CreateExecutor());
        session.Forward([.. Enumerable.Range(0, 162).Select(i => MathF.Sin(i))], TensorLayout.Hwc);
        float[] first = new float[16];
        session.GetActivations("r").CopyChannelTo(0, first);
        (int least, int most) = (Array.IndexOf(first, first.Min()), Array.IndexOf(first, first.Max()));
        foreach (CamMethod method in new[] { CamMethod.ScoreCam, CamMethod.CreateIsCam(steps: 2) })
        {
            // map = w0 A0 + 0.7 w1 + 0.3 w2, and the weights sum to 1: where w1 and w2 are equal, the map without w0 A0 is w1 and (1 - w0) / 2.
            float[] map = session.Explain(1, "r", method).Raw.ToArray();
            double weight = ((double)map[most] - map[least]) / ((double)first[most] - first[least]);
            Assert.InRange(weight, 0, 0.99);
            Assert.Equal((1 - weight) / 2, map[least] - weight * first[least], 1e-5);
        }
    }

    /// <summary>Between two equal numbers there is no other: nothing changes where the baseline is the input.</summary>
    [Fact]
    public void Where_the_baseline_is_the_input_no_cell_has_a_part()
    {
        SobolMethod method = InputMethod.Sobol with { Samples = 8, Segments = Segmentation.Grid(5, 1), Baseline = Baseline.Blurred(0.1) };
        foreach (NetworkClass network in OddNetworks.All.Where(network => network.Info.Inputs.Count == 1))
        {
            using Model model = OddNetworks.Load(network);
            using var session = new NetworkSession(model.CreateExecutor());
            session.Forward(network.Input(1), TensorLayout.Hwc);
            Assert.All(session.Attribute(Target.ReST(0), method).Values.Values.ToArray(), value => Assert.Equal(0, value));
        }
    }

    [Fact]
    public void What_takes_long_between_two_passes_can_be_stopped()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        double[] numbers = new double[20];
        var squares = new LeastSquares(2);
        Assert.Throws<OperationCanceledException>(() => squares.Solve(1, source.Token));
        Assert.Throws<OperationCanceledException>(() => GaussLegendre.Compute(numbers, numbers, source.Token));
        Assert.Throws<OperationCanceledException>(() => HsicMethod.Dependences([1, 2], [true, false], 1, source.Token));
        // Twenty thousand samples have four hundred million pairs, of which a row at a time is held.
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<OperationCanceledException>(() => HsicMethod.Dependences(new double[20_000], new bool[20_000], 1, source.Token));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2_000_000);
    }

    private sealed record Shifted(double Y) : Target
    {
        private static readonly Target One = Logit(1);

        public double Rest { get; init; }

        public override double Evaluate(in TargetContext context, double weight) => One.Evaluate(context, weight) - Y + Rest;
    }
}
