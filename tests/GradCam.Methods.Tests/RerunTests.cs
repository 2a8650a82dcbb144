using GradCam.Conformance;

namespace GradCam.Methods.Tests;

/// <summary>Methods that run the network again against an implementation in double precision, on random networks.</summary>
public sealed class RerunTests
{
    private const ulong Seed = 5;

    /// <summary>Each method, few of its samples, and what it is in double precision.</summary>
    private static readonly (CamMethod Method, Func<PlainReruns, double[]> Plain)[] Methods =
    [
        (CamMethod.AblationCam, plain => plain.Ablation()),
        (CamMethod.ReciproCam, plain => plain.Recipro(isGaussian: false)),
        (CamMethod.CreateReciproCam(isGaussian: true), plain => plain.Recipro(isGaussian: true)),
        (CamMethod.ScoreCam, plain => plain.ScoreCam()),
        (CamMethod.CreateScoreCam(3), plain => plain.ScoreCam(3)),
        (CamMethod.CreateSsCam(samples: 3, deviation: 0.5), plain => plain.SsCam(3, 0.5)),
        (CamMethod.CreateIsCam(steps: 4), plain => plain.IsCam(4)),
        (CamMethod.SmoothGradCamPlusPlus, plain => plain.SmoothPlusPlus(4, 0.3)),
        (CamMethod.CreateIntegratedGradCam(5), plain => plain.Integrated(5)),
        (CamMethod.CreateRsiGradCam(5), plain => plain.Rsi(5)),
        (CamMethod.CreateOptiCam(steps: 12), plain => plain.Opti(12, 0.01)),
        (CamMethod.GradCam.WithAugmentation(), plain => plain.Augmented()),
    ];

    public static TheoryData<string, int> Cases()
    {
        var cases = new TheoryData<string, int>();
        foreach (string network in new[] { "chain", "last", "bypass" })
        {
            for (int method = 0; method < Methods.Length; method++)
                cases.Add(network, method);
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_method_is_what_its_paper_says(string name, int index)
    {
        (CamMethod method, Func<PlainReruns, double[]> plain) = Methods[index];
        foreach (int seed in new[] { 1, 2 })
        {
            (PlainNetwork network, ILoadedNetwork loaded, string layer) = Load(name, seed, threads: 2);
            using (loaded)
            {
                float[] input = Input(seed);
                var x = PlainTensor.Of(2, 8, 6, input);
                using NetworkSession session = loaded.CreateSession();
                session.Forward(input, TensorLayout.Chw);
                double[] map = plain(new PlainReruns(network, x, z => z[seed], Seed));
                AssertClose(map, session.Explain(seed, layer, method, options: new ExplainOptions { Seed = Seed }).Raw, method);
                if (method == CamMethod.AblationCam || method == CamMethod.ScoreCam || method == CamMethod.SmoothGradCamPlusPlus)
                {
                    double[] expected = plain(new PlainReruns(network, x, z => PlainReruns.Softmax(z)[seed], Seed));
                    AssertClose(expected, session.Explain(Target.Probability(seed), layer, method, new ExplainOptions { Seed = Seed }).Raw, method);
                }
            }
        }
    }

    [Theory]
    [InlineData("chain")]
    [InlineData("last")]
    [InlineData("bypass")]
    public void Shapley_values_to_second_order(string name)
    {
        foreach (int seed in new[] { 1, 2, 3 })
        {
            (PlainNetwork network, ILoadedNetwork loaded, string layer) = Load(name, seed, threads: 1);
            using (loaded)
            {
                float[] input = Input(seed);
                var x = PlainTensor.Of(2, 8, 6, input);
                using NetworkSession session = loaded.CreateSession();
                session.Forward(input, TensorLayout.Chw);
                double Log(double[] z) => z[seed] - z.Max() - Math.Log(z.Sum(v => Math.Exp(v - z.Max())));
                (Target Target, Func<double[], double> Y)[] targets =
                [
                    (Target.ReST(seed), z => z[seed] + Log(z)),
                    (Target.Probability(seed), z => PlainReruns.Softmax(z)[seed]),
                    (Target.LogProbability(seed) - 0.5 * Target.Logit(0), z => Log(z) - 0.5 * z[0]),
                ];
                foreach ((Target target, Func<double[], double> y) in targets)
                    AssertClose(new PlainReruns(network, x, y).Shapley(), session.Explain(target, layer, CamMethod.ShapleyCam).Raw, CamMethod.ShapleyCam, 2e-4);
                float[] residual = session.Explain(Target.ReST(seed), layer, CamMethod.ShapleyCam).Raw.ToArray();
                Assert.Equal(residual, session.Explain(seed, layer, CamMethod.ShapleyCam).Raw.ToArray());
                // A logit does not bend.
                double[] gradCam = new PlainReruns(network, x, z => z[seed]).GradCam();
                AssertClose(gradCam, session.Explain(Target.Logit(seed), layer, CamMethod.ShapleyCam).Raw, CamMethod.ShapleyCam);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Bits_depend_on_nothing_but_input_and_seed(string name, int index)
    {
        CamMethod method = Methods[index].Method;
        float[]? expected = null;
        float[]? other = null;
        foreach (int threads in new[] { 1, 2, 3 })
        {
            (_, ILoadedNetwork loaded, string layer) = Load(name, 4, threads);
            using ILoadedNetwork network = loaded;
            using NetworkSession session = network.CreateSession();
            session.Forward(Input(9), TensorLayout.Chw);
            session.Explain(3, layer, method);
            session.Forward(Input(8), TensorLayout.Chw);
            float[] logits = session.Logits.ToArray();
            float[] gradients = session.GetGradients(1, layer).Values.ToArray();
            float[] activations = session.GetActivations(layer).Values.ToArray();
            var options = new ExplainOptions { Seed = Seed };
            float[] first = session.Explain(2, layer, method, options: options).Raw.ToArray();
            expected ??= first;
            Assert.Equal(expected, first);
            // Another class between, a class again, several at once.
            other ??= session.Explain(0, layer, method, options: options).Raw.ToArray();
            Assert.Equal(expected, session.Explain(2, layer, method, options: options).Raw.ToArray());
            HeatmapSet set = session.Explain([0, 2], layer, method, options: options);
            Assert.Equal(other, set[0].Raw.ToArray());
            Assert.Equal(expected, set[1].Raw.ToArray());
            // The session's results are as they were.
            Assert.Equal(logits, session.Logits.ToArray());
            Assert.Equal(activations, session.GetActivations(layer).Values.ToArray());
            session.GetGradients(4, layer);
            Assert.Equal(gradients, session.GetGradients(1, layer).Values.ToArray());
            session.Forward(Input(8), TensorLayout.Chw);
            Assert.Equal(expected, session.Explain(2, layer, method, options: options).Raw.ToArray());
        }
    }

    /// <summary>Whatever ran last on the session, it is the results' input that is run again.</summary>
    [Fact]
    public void The_input_is_that_of_the_session_s_results()
    {
        (_, ILoadedNetwork network, string layer) = Load("chain", 1, threads: 1);
        using (network)
        {
            using NetworkSession session = network.CreateSession();
            session.Forward(Input(1), TensorLayout.Chw);
            float[] expected = session.Explain(1, layer, CamMethod.ScoreCam).Raw.ToArray();
            session.Attribute(Input(2), TensorLayout.Chw, 1, InputMethod.Saliency);
            float[] other = session.Explain(1, layer, CamMethod.ScoreCam).Raw.ToArray();
            session.Forward(Input(2), TensorLayout.Chw);
            Assert.Equal(session.Explain(1, layer, CamMethod.ScoreCam).Raw.ToArray(), other);
            InputMethod occlusion = InputMethod.Occlusion with { WindowHeight = 4, WindowWidth = 3, StrideDown = 4, StrideAcross = 3 };
            session.Attribute(Input(1), TensorLayout.Chw, 1, occlusion);
            Assert.Equal(expected, session.Explain(1, layer, CamMethod.ScoreCam).Raw.ToArray());
            float[] hwc = new float[96];
            for (int i = 0; i < 96; i++)
                hwc[i % 48 * 2 + i / 48] = Input(1)[i];
            session.Forward(hwc, TensorLayout.Hwc);
            Assert.Equal(expected, session.Explain(1, layer, CamMethod.ScoreCam).Raw.ToArray());
        }
    }

    [Fact]
    public void Another_seed_has_other_noise()
    {
        (_, ILoadedNetwork network, string layer) = Load("chain", 1, threads: 1);
        using (network)
        {
            using NetworkSession session = network.CreateSession();
            session.Forward(Input(1), TensorLayout.Chw);
            foreach (CamMethod method in new[] { CamMethod.SmoothGradCamPlusPlus, CamMethod.CreateSsCam(samples: 2) })
            {
                float[] first = session.Explain(1, layer, method, options: new ExplainOptions { Seed = 1 }).Raw.ToArray();
                Assert.NotEqual(first, session.Explain(1, layer, method, options: new ExplainOptions { Seed = 2 }).Raw.ToArray());
                Assert.Equal(first, session.Explain(1, layer, method, options: new ExplainOptions { Seed = 1 }).Raw.ToArray());
            }
        }
    }

    /// <summary>A method's runs serve all classes: progress is heard for the first one alone.</summary>
    [Fact]
    public void Runs_are_shared_by_classes()
    {
        (_, ILoadedNetwork network, string layer) = Load("last", 1, threads: 1);
        using (network)
        {
            using NetworkSession session = network.CreateSession();
            session.Forward(Input(1), TensorLayout.Chw);
            foreach ((CamMethod method, int runs) in new[] { (CamMethod.ReciproCam, 12), (CamMethod.AblationCam, 8), (CamMethod.ScoreCam, 8) })
            {
                var heard = new Heard();
                session.Explain([0, 1, 2, 3, 4], layer, method, options: new ExplainOptions { Progress = heard });
                Assert.Equal(runs, heard.Values.Count);
                Assert.Equal([.. Enumerable.Range(1, runs).Select(i => i / (double)runs)], heard.Values);
            }

            session.Forward(Input(2), TensorLayout.Chw);
            var again = new Heard();
            session.Explain(0, layer, CamMethod.ReciproCam, options: new ExplainOptions { Progress = again });
            Assert.Equal(12, again.Values.Count);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_method_is_stopped_between_runs(string name, int index)
    {
        CamMethod method = Methods[index].Method;
        foreach (int threads in new[] { 1, 2 })
        {
            (_, ILoadedNetwork network, string layer) = Load(name, 1, threads);
            using ILoadedNetwork owned = network;
            using NetworkSession session = network.CreateSession();
            session.Forward(Input(1), TensorLayout.Chw);
            using var source = new CancellationTokenSource();
            // Heard after each round of runs, of which there is one a thread.
            var heard = new Heard { After = source.Cancel };
            Assert.Throws<OperationCanceledException>(
                () => session.Explain(1, layer, method, options: new ExplainOptions { Progress = heard, CancellationToken = source.Token }));
            Assert.Single(heard.Values);
            float[] expected;
            using (NetworkSession fresh = network.CreateSession())
            {
                fresh.Forward(Input(1), TensorLayout.Chw);
                expected = fresh.Explain(1, layer, method).Raw.ToArray();
            }

            Assert.Equal(expected, session.Explain(1, layer, method).Raw.ToArray());
        }
    }

    /// <summary>No NaN of finite inputs; a NaN is not swallowed.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void Inputs_without_a_picture_and_broken_ones(string name, int index)
    {
        CamMethod method = Methods[index].Method;
        (_, ILoadedNetwork network, string layer) = Load(name, 1, threads: 1);
        using (network)
        {
            using NetworkSession session = network.CreateSession();
            foreach (float value in new[] { 0, 1, -1, 1e4f, -1e4f, 1e-30f })
            {
                session.Forward([.. Enumerable.Repeat(value, 96)], TensorLayout.Chw);
                Heatmap heatmap = session.Explain(1, layer, method);
                Assert.True(heatmap.IsFinite, $"{method} of {value}");
                Assert.All(heatmap.Values.ToArray(), v => Assert.InRange(v, 0, 1));
            }

            float[] broken = Input(1);
            broken[70] = float.NaN;
            session.Forward(broken, TensorLayout.Chw);
            Heatmap map = session.Explain(1, layer, method);
            Assert.All(map.Values.ToArray(), v => Assert.InRange(v, 0, 1));
        }
    }

    [Fact]
    public void What_a_network_was_not_compiled_for_is_refused_with_the_cure()
    {
        using var net = SmoothNet.Load(PlainNetwork.Chain(1, isLast: false).Weights);
        using NetworkSession session = net.CreateSession();
        session.Forward(Input(1), TensorLayout.Chw);
        Refused("[GradCam(\"relu1\", Suffix = true)]", CamMethod.AblationCam);
        Refused("[GradCam(\"relu1\", Suffix = true)]", CamMethod.ReciproCam);
        Refused("[GradCam(\"input\")]", CamMethod.OptiCam);
        Refused("second derivative", CamMethod.ShapleyCam);
        Refused("Grad-CAM is the same map", CamMethod.ClassActivationMap);
        Assert.Throws<NotSupportedException>(() => CamMethod.ScoreCam.WithAugmentation());
        // It goes on.
        Assert.True(session.Explain(1, "relu1", CamMethod.ScoreCam).IsFinite);

        void Refused(string text, CamMethod method)
        {
            string message = Assert.Throws<NotSupportedException>(() => session.Explain(1, "relu1", method)).Message;
            Assert.Contains(text, message, StringComparison.Ordinal);
            Assert.Contains(method.Name, message, StringComparison.Ordinal);
            Assert.Contains("SmoothNet", message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void CAM_is_Grad_CAM_times_the_positions_behind_a_pooled_linear_head()
    {
        (_, ILoadedNetwork network, _) = Load("chain", 1, threads: 1);
        using (network)
        {
            using NetworkSession session = network.CreateSession();
            session.Forward(Input(1), TensorLayout.Chw);
            float[] gradCam = session.Explain(1, "relu2").Raw.ToArray();
            float[] cam = session.Explain(1, "relu2", CamMethod.ClassActivationMap).Raw.ToArray();
            Assert.All(cam.Zip(gradCam), pair => Assert.Equal(pair.Second * 12, pair.First, 1e-4f));
            Assert.All(session.Explain(1, "relu2", CamMethod.HiResCam).Raw.ToArray().Zip(gradCam), pair => Assert.Equal(pair.Second, pair.First, 1e-5f));
            Assert.Throws<NotSupportedException>(() => session.Explain(1, "relu1", CamMethod.ClassActivationMap));
        }
    }

    /// <summary>Targets are evaluated at every run of a long method.</summary>
    [Fact]
    public void Targets_allocate_nothing()
    {
        (_, ILoadedNetwork network, string layer) = Load("chain", 1, threads: 1);
        using (network)
        {
            using NetworkSession session = network.CreateSession();
            session.Forward(Input(1), TensorLayout.Chw);
            Target[] targets =
            [
                Target.Weighted((0, 1), (2, -0.5)), Target.Difference(1, 3), Target.Contrast(0, [1, 2]), Target.Finer(1), Target.Probability(2), Target.ReST(0),
                -Target.Logit(1), 2 * Target.Logit(0) + Target.LogProbability(1),
            ];
            foreach (Target target in targets)
            {
                Assert.Equal(0, Allocations.Of(() => session.Evaluate(target)));
                Assert.Equal(0, Allocations.Of(() => session.Explain(target, layer)));
            }
        }
    }

    /// <summary>Methods that need no other runs than the slices that the layer was compiled for.</summary>
    [Theory]
    [InlineData("chain")]
    [InlineData("last")]
    [InlineData("bypass")]
    public void Gradient_methods_allocate_nothing(string name)
    {
        CamMethod[] methods =
        [
            .. CamMethod.All.Where(method =>
                (method.Needs & (MethodNeeds.ForwardPasses | MethodNeeds.Suffix)) == 0
                && (name == "last" || (method.Needs & MethodNeeds.PooledLinearHead) == 0)),
        ];
        CamMethod smooth = CamMethod.GradCam.WithEigenSmoothing();
        (_, ILoadedNetwork network, string layer) = Load(name, 1, threads: 1);
        using (network)
        {
            using NetworkSession session = network.CreateSession();
            float[] input = Input(1);
            LayerReference[] layers = name == "bypass" ? [layer] : ["relu1", "relu2"];
            long least = long.MaxValue;
            for (int i = 0; i < 10 && least > 0; i++)
            {
                long before = GC.GetAllocatedBytesForCurrentThread();
                session.Forward(input, TensorLayout.Chw);
                foreach (CamMethod method in methods)
                    session.Explain(1, layer, method);
                session.Explain(2, layer, smooth);
                session.ExplainLayers(2, layers, LayerFusion.Product, CamMethod.GradCamPlusPlus);
                least = i < 2 ? long.MaxValue : Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
            }

            Assert.Equal(0, least);
        }
    }

    [Theory]
    [InlineData(LayerFusion.Mean)]
    [InlineData(LayerFusion.Max)]
    [InlineData(LayerFusion.ScaledMax)]
    [InlineData(LayerFusion.Product)]
    public void Layers_become_one_map(LayerFusion fusion)
    {
        (_, ILoadedNetwork network, _) = Load("chain", 1, threads: 1);
        using (network)
        {
            using NetworkSession session = network.CreateSession();
            session.Forward(Input(1), TensorLayout.Chw);
            float[] first = session.Explain(1, "relu1", CamMethod.GradCamPlusPlus).Values.ToArray();
            float[] second = session.Explain(1, "relu2", CamMethod.GradCamPlusPlus).Resize(6, 8);
            Heatmap fused = session.ExplainLayers(1, ["relu2", "relu1"], fusion, CamMethod.GradCamPlusPlus);
            double[] expected =
            [
                .. first.Zip(second, (a, b) => fusion switch
                {
                    LayerFusion.Mean => (a + b) / 2.0,
                    LayerFusion.Max => Math.Max(a, b),
                    LayerFusion.ScaledMax => Math.Max(Math.Tanh(2 * a), Math.Tanh(2 * b)),
                    _ => (double)a * b,
                }),
            ];
            AssertClose(expected, fused.Raw, CamMethod.GradCamPlusPlus);
            Assert.Equal((8, 6, "relu2 + relu1", 1, CamMethod.GradCamPlusPlus), (fused.Height, fused.Width, fused.LayerName, fused.ClassIndex, fused.Method));
            float[] of = fused.Raw.ToArray();
            Assert.Equal(of, session.ExplainLayers(Target.Logit(1), ["relu2", "relu1"], fusion, CamMethod.GradCamPlusPlus).Raw.ToArray());
            Heatmap stale = session.ExplainLayers(1, ["relu1"], fusion);
            session.Explain(1);
            Assert.Throws<InvalidOperationException>(() => stale.Width);
            Assert.Throws<ArgumentException>(() => session.ExplainLayers(1, [], fusion));
            Assert.Throws<ArgumentException>(() => session.ExplainLayers(1, ["relu1", "nose"], fusion));
            Assert.Throws<ArgumentOutOfRangeException>(() => session.ExplainLayers(1, ["relu1"], (LayerFusion)4));
            Assert.Throws<NotSupportedException>(() => session.ExplainLayers(1, ["relu2", "relu1"], fusion, CamMethod.ClassActivationMap));
        }
    }

    [Fact]
    public void Parameters_are_checked()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => CamMethod.CreateScoreCam(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => CamMethod.CreateSsCam(samples: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => CamMethod.CreateSsCam(deviation: -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => CamMethod.CreateIsCam(steps: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => CamMethod.CreateSmoothGradCamPlusPlus(samples: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => CamMethod.CreateSmoothGradCamPlusPlus(deviation: double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => CamMethod.CreateIntegratedGradCam(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => CamMethod.CreateRsiGradCam(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => CamMethod.CreateOptiCam(steps: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => CamMethod.CreateOptiCam(rate: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => CamMethod.CreateFinerCam(factor: double.PositiveInfinity));
        Assert.Throws<ArgumentOutOfRangeException>(() => CamMethod.CreateFinerCam(references: 0));
    }

    private static (PlainNetwork Plain, ILoadedNetwork Network, string Layer) Load(string name, int seed, int threads)
    {
        var options = new CpuOptions { Threads = threads };
        PlainNetwork network = name == "bypass" ? PlainNetwork.Bypass(seed) : PlainNetwork.Chain(seed, isLast: name == "last");
        return name switch
        {
            "bypass" => (network, BypassNet.Load(network.Weights, options), "body.relu"),
            "last" => (network, ChainNet.Load(network.Weights, options), "relu2"),
            _ => (network, ChainNet.Load(network.Weights, options), "relu1"),
        };
    }

    private static float[] Input(int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, 96).Select(_ => random.NextSingle() * 2 - 1)];
    }

    private static void AssertClose(double[] expected, ReadOnlySpan<float> actual, CamMethod method, double tolerance = 1e-4)
    {
        Assert.Equal(expected.Length, actual.Length);
        double largest = expected.Max(Math.Abs);
        Assert.True(largest > 0, $"{method} has an empty map.");
        for (int p = 0; p < expected.Length; p++)
            Assert.True(Math.Abs(expected[p] - actual[p]) <= tolerance * largest, $"{method} at {p}: {actual[p]} instead of {expected[p]}, of {largest}");
    }

    private sealed class Heard : IProgress<double>
    {
        public List<double> Values { get; } = [];

        public Action? After { get; init; }

        public void Report(double value)
        {
            Values.Add(value);
            After?.Invoke();
        }
    }
}
