using GradCam.Conformance.Networks;
using GradCam.Weights;

namespace GradCam.Runtime.Tests.Explain;

/// <summary>What must hold of methods and targets whatever a network computes: on random networks, at random layers.</summary>
public class MapInvariantTests
{
    /// <summary>Methods whose map is the gradient's, weighted or not, and no more than linear in it.</summary>
    private static readonly CamMethod[] OfFirstDegree =
        [CamMethod.GradCam, CamMethod.HiResCam, CamMethod.LayerCam, CamMethod.GradCamElementWise, CamMethod.XGradCam];

    /// <summary>
    /// Methods that look at how large a score is: a softmax of scores, a loss, or Grad-CAM++'s quotient of powers of the gradient.
    /// </summary>
    private static readonly CamMethod[] OfTheScoresSize =
        [CamMethod.GradCamPlusPlus, CamMethod.SmoothGradCamPlusPlus, CamMethod.ScoreCam, CamMethod.IsCam, CamMethod.SsCam, CamMethod.OptiCam];

    private static readonly Lazy<IReadOnlyList<(string Spec, NetworkClass Network)>> Random = new(() =>
    {
        RandomSpec[] specs = [.. Enumerable.Range(400, 14).Select(RandomSpec.Create)];
        return Compile([.. specs.Select(spec => (spec.Text, (IReadOnlyList<string>)[.. Some(spec.Layers).Select(layer => "+" + layer), "input"]))]);
    });

    [Fact]
    public void A_target_of_twice_the_score_has_the_same_map()
    {
        int compared = 0;
        foreach ((string spec, NetworkClass network) in Random.Value)
        {
            using NetworkSession session = Forward(network);
            foreach (LayerInfo layer in Layers(network))
            {
                Target once = Target.Logit(1);
                Target twice = 2 * once;
                foreach (CamMethod method in OfFirstDegree)
                {
                    float[] doubled = [.. session.Explain(once, layer.Name, method).Raw.ToArray().Select(value => 2 * value)];
                    Close(doubled, session.Explain(twice, layer.Name, method).Raw, 1e-5, $"{method} at {layer.Name}\n{spec}");
                }

                foreach (CamMethod method in CamMethod.All.Except(OfTheScoresSize))
                {
                    if (Explain(session, once, layer.Name, method) is not { } expected || expected.Raw.All(value => Math.Abs(value) < 1e-4))
                        continue;
                    Close(expected.Values, Explain(session, twice, layer.Name, method)!.Value.Values, 1e-3, $"{method} at {layer.Name}\n{spec}");
                    compared++;
                }
            }
        }

        Assert.True(compared > 200, $"{compared} maps.");
    }

    [Fact]
    public void Gradients_and_what_is_linear_in_them_are_linear_in_the_targets()
    {
        foreach ((string spec, NetworkClass network) in Random.Value)
        {
            using NetworkSession session = Forward(network);
            foreach (LayerInfo layer in Layers(network))
            {
                Target weighted = Target.Weighted((0, 0.5), (1, -2));
                string what = $"{layer.Name}\n{spec}";
                float[] first = session.GetGradients(Target.Logit(0), layer.Name).Values.ToArray();
                float[] second = session.GetGradients(Target.Logit(1), layer.Name).Values.ToArray();
                double largest = first.Concat(second).Max(Math.Abs);
                Close([.. first.Zip(second, (a, b) => 0.5f * a - 2 * b)], session.GetGradients(weighted, layer.Name).Values, 1e-4, what, largest);
                foreach (CamMethod method in new[] { CamMethod.GradCam, CamMethod.HiResCam, CamMethod.XGradCam })
                {
                    first = session.Explain(Target.Logit(0), layer.Name, method).Raw.ToArray();
                    second = session.Explain(Target.Logit(1), layer.Name, method).Raw.ToArray();
                    float[] expected = [.. first.Zip(second, (a, b) => 0.5f * a - 2 * b)];
                    double scale = first.Concat(second).Max(Math.Abs);
                    Close(expected, session.Explain(weighted, layer.Name, method).Raw, 1e-4, $"{method} at {what}", scale);
                    Close(
                        expected, session.Explain((0.5 * Target.Logit(0)) - (2 * Target.Logit(1)), layer.Name, method).Raw, 1e-4, $"{method} at {what}", scale);
                    // What speaks against a class is what speaks for it, negated: to the bit.
                    float[] against = session.Explain(0, layer.Name, method, counterfactual: true).Raw.ToArray();
                    Assert.Equal(session.Explain(0, layer.Name, method).Raw.ToArray().Select(value => -value), against);
                }
            }
        }
    }

    [Fact]
    public void Element_wise_is_at_least_HiRes_and_is_LayerCAM_where_nothing_is_negative()
    {
        int same = 0;
        foreach ((string spec, NetworkClass network) in Random.Value)
        {
            using NetworkSession session = Forward(network);
            foreach (LayerInfo layer in Layers(network))
            {
                float[] hires = session.Explain(0, layer.Name, CamMethod.HiResCam).Raw.ToArray();
                float[] elementWise = session.Explain(0, layer.Name, CamMethod.GradCamElementWise).Raw.ToArray();
                float rounding = 1e-5f * elementWise.Max() + 1e-6f;
                Assert.All(hires.Zip(elementWise), pair => Assert.True(pair.Second >= Math.Max(pair.First, 0) - rounding, $"{pair} at {layer.Name}\n{spec}"));
                bool hasNegative = false;
                foreach (float value in session.GetActivations(layer.Name).Values)
                    hasNegative |= value < 0;
                if (hasNegative)
                    continue;
                Close(elementWise, session.Explain(0, layer.Name, CamMethod.LayerCam).Raw, 1e-5, $"{layer.Name}\n{spec}");
                same++;
            }
        }

        Assert.True(same > 3, $"{same} layers without negative values.");
    }

    [Fact]
    public void Before_a_pooled_linear_head_many_methods_are_one()
    {
        int found = 0;
        foreach ((string spec, NetworkClass network) in Random.Value)
        {
            using NetworkSession session = Forward(network);
            foreach (LayerInfo layer in Layers(network))
            {
                if (Explain(session, Target.Logit(1), layer.Name, CamMethod.ClassActivationMap) is not { Raw: var cam })
                    continue;
                found++;
                float[] gradCam = session.Explain(Target.Logit(1), layer.Name).Raw.ToArray();
                string what = $"{layer.Name}\n{spec}";
                // The same gradient at every pixel: their mean is each of them, and their sum the classifier's weight.
                Close(gradCam, session.Explain(Target.Logit(1), layer.Name, CamMethod.HiResCam).Raw, 1e-5, what);
                Close(gradCam, session.Explain(Target.Logit(1), layer.Name, CamMethod.ShapleyCam).Raw, 1e-5, what);
                Close([.. gradCam.Select(value => value * layer.Activation.Pixels)], cam, 1e-5, what);
            }
        }

        Assert.True(found > 3, $"{found} layers before such a head.");
    }

    /// <summary>Without biases a piecewise linear network is linear along each ray from 0: the gradient times where it is taken is the score.</summary>
    [Fact]
    public void Without_biases_the_input_times_its_gradient_sums_to_the_score()
    {
        // A shift is a bias of another name.
        foreach ((string spec, NetworkClass network) in PiecewiseLinear.Networks.Where(network => !network.Spec.Contains("shift", StringComparison.Ordinal)))
        {
            using NetworkSession session = Session(network, (name, _, values) =>
            {
                if (name.EndsWith(".bias", StringComparison.Ordinal) || name.EndsWith(".running_mean", StringComparison.Ordinal))
                    values.Clear();
            });
            session.Forward(Input(network), TensorLayout.Hwc);
            double score = session.Logits[1];
            double Sum(Heatmap map) => map.Raw.ToArray().Sum(value => (double)value);
            double scale = session.GetInput(0).ToArray().Zip(session.GetGradients(1, "input").Values.ToArray(), (x, g) => Math.Abs(x * g)).Sum() + 1e-2;
            double sum = Sum(session.Explain(1, "input", CamMethod.HiResCam));
            Assert.True(Math.Abs(sum - score) <= 1e-4 * scale, $"{sum}, expected {score}, of {scale}\n{spec}");
            Attribution attribution = session.Attribute(Input(network), TensorLayout.Hwc, 1, InputMethod.InputXGradient);
            Assert.True(Math.Abs(Sum(attribution.Heatmap) - score) <= 1e-4 * scale, $"{Sum(attribution.Heatmap)}, expected {score}, of {scale}\n{spec}");
            attribution = session.Attribute(Input(network), TensorLayout.Hwc, 1, InputMethod.IntegratedGradients with { Steps = 3 });
            Assert.True(Math.Abs(attribution.CompletenessDelta!.Value) <= 1e-4 * scale, spec);
        }
    }

    [Fact]
    public void Integrated_gradients_are_complete_on_random_networks()
    {
        foreach ((string spec, NetworkClass network) in Random.Value)
        {
            using NetworkSession session = Forward(network);
            InputMethod method = InputMethod.IntegratedGradients with { Steps = 200, Rule = PathRule.Midpoint, Baseline = Baseline.Constant(0.1f) };
            Attribution attribution = session.Attribute(Input(network), TensorLayout.Hwc, 1, method);
            double scale = attribution.Values.Values.ToArray().Sum(value => Math.Abs((double)value)) + 1e-3;
            Assert.True(Math.Abs(attribution.CompletenessDelta!.Value) <= 0.02 * scale, $"{attribution.CompletenessDelta} of {scale}\n{spec}");
        }
    }

    /// <summary>A network whose kernels are mirrored sees a mirrored photo as the network sees the photo, and explains it mirrored.</summary>
    [Fact]
    public void A_mirrored_input_of_a_mirrored_network_has_mirrored_maps()
    {
        const string rectified = """
            input 2x9x9
            image none
            c1: conv 6 3x3 pad 1
            b1: batchnorm
            a: relu
            c2: conv 6 3x3 stride 2 pad 1
            leakyrelu
            d: conv 6 3x3 pad 1 groups 6
            sum: relu
            maxpool 3x3 stride 2 pad 1
            c3: conv 5 1x1
            last: relu
            avgpool global
            fc: linear 4
            """;
        string smooth = rectified.Replace("a: relu", "a: silu", StringComparison.Ordinal).Replace("sum: relu", "sum: tanh", StringComparison.Ordinal);
        string[] layers = ["+a", "+sum", "+last", "input"];
        foreach ((string spec, NetworkClass network) in Compile([(rectified, layers), (smooth, layers)]))
        {
            int length = network.Info.Input.Length;
            using NetworkSession session = Forward(network);
            using NetworkSession mirrored = Session(network, (_, shape, values) =>
            {
                for (int row = 0; shape.Length == 4 && row < values.Length; row += shape[3])
                    values.Slice(row, shape[3]).Reverse();
            });
            float[] x = Input(network);
            float[] y = Mirror(x, 9, 2);
            mirrored.Forward(y, TensorLayout.Hwc);
            Close(session.Logits.ToArray(), mirrored.Logits, 1e-4, spec);
            var options = new ExplainOptions { Seed = 1 };
            int compared = 0;
            foreach (LayerInfo layer in Layers(network))
            {
                // Noise is drawn pixel by pixel, and is not mirrored.
                IEnumerable<CamMethod> unordered =
                    CamMethod.All.Except([CamMethod.SmoothGradCamPlusPlus, CamMethod.SsCam, CamMethod.OptiCam]).Append(CamMethod.CreateOptiCam(steps: 5));
                foreach (CamMethod method in unordered)
                {
                    if (Explain(session, Target.Logit(1), layer.Name, method, options) is not { Raw: var expected })
                        continue;
                    float[] found = Explain(mirrored, Target.Logit(1), layer.Name, method, options)!.Value.Raw;
                    Close(Mirror(expected, layer.Activation.Width, 1), found, 2e-3, $"{method} at {layer.Name}\n{spec}");
                    compared++;
                }
            }

            Assert.True(compared > 50, $"{compared} maps.");
            // DeconvNet's gradients go through a pool of zeros, of which the first one is the largest: it is another one of the mirrored zeros.
            InputMethod[] methods =
            [
                .. InputMethod.All.Where(method => method.CountPasses(network.Info.Input).Total <= 4 && method != InputMethod.DeconvNet),
                InputMethod.IntegratedGradients, InputMethod.BlurIntegratedGradients with { Steps = 10, MaxSigma = 3 },
                InputMethod.Occlusion with { WindowHeight = 3, WindowWidth = 3, StrideDown = 3, StrideAcross = 3 },
                InputMethod.KernelShap with { Segments = Segmentation.Grid(3, 3) },
            ];
            foreach (InputMethod method in methods)
            {
                float[] expected = session.Attribute(x, TensorLayout.Hwc, 1, method).Values.Values.ToArray();
                float[] found = mirrored.Attribute(y, TensorLayout.Hwc, 1, method).Values.Values.ToArray();
                Close(Mirror(expected, 9, expected.Length / 81), found, 2e-3, $"{method}\n{spec}");
            }

            Assert.Equal(162, length);
        }
    }

    private static float[] Mirror(float[] map, int width, int channels) =>
        [.. map.Select((_, i) => map[(i / (width * channels) * width + width - 1 - i / channels % width) * channels + i % channels])];

    /// <summary>A map, and what it is from 0 to 1; null where the method is not for this layer.</summary>
    private static (float[] Raw, float[] Values)? Explain(NetworkSession session, Target target, string layer, CamMethod method, ExplainOptions? options = null)
    {
        try
        {
            Heatmap heatmap = session.Explain(target, layer, method, options);
            return (heatmap.Raw.ToArray(), heatmap.Values.ToArray());
        }
        catch (NotSupportedException)
        {
            return null;
        }
    }

    private static void Close(float[] expected, ReadOnlySpan<float> found, double tolerance, string what, double scale = 0)
    {
        Assert.Equal(expected.Length, found.Length);
        scale = Math.Max(Math.Max(scale, expected.Max(Math.Abs)), 1e-3);
        for (int i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs((double)expected[i] - found[i]) <= tolerance * scale, $"[{i}] is {found[i]}, expected {expected[i]}: {what}");
    }

    private static IEnumerable<LayerInfo> Layers(NetworkClass network) => network.Info.Layers.Where(layer => layer.Activation != network.Info.Input);

    private static IEnumerable<string> Some(IReadOnlyList<string> layers)
    {
        string[] inner = [.. layers.Where(layer => layer != "input")];
        return inner.Where((_, i) => i == inner.Length - 1 || i % Math.Max(1, inner.Length / 3) == 0);
    }

    private static List<(string Spec, NetworkClass Network)> Compile(IReadOnlyList<(string Spec, IReadOnlyList<string> Layers)> networks) =>
        [.. networks.Zip(CompiledNetworks.Compile(networks), (network, type) => (network.Spec, new NetworkClass(type)))];

    private static float[] Input(NetworkClass network) => network.Input(seed: 3);

    private static NetworkSession Forward(NetworkClass network)
    {
        NetworkSession session = Session(network, (_, _, _) => { });
        session.Forward(Input(network), TensorLayout.Hwc);
        return session;
    }

    private static NetworkSession Session(NetworkClass network, WeightChange change) =>
        new(network.Prepare(new CpuOptions().Backend, new ChangedWeights(RandomNetwork.Weights(network), change)).CreateExecutor());

    /// <summary>Changes a tensor's values in place.</summary>
    private delegate void WeightChange(string name, ReadOnlySpan<int> shape, Span<float> values);

    /// <summary>Weights of which some are changed.</summary>
    private sealed class ChangedWeights(WeightSource inner, WeightChange change) : WeightSource
    {
        public override string Name => inner.Name;

        public override IReadOnlyList<string> Names => inner.Names;

        public override bool TryGetShape(string name, out ReadOnlySpan<int> shape) => inner.TryGetShape(name, out shape);

        public override void Read(string name, Span<float> destination)
        {
            inner.Read(name, destination);
            TryGetShape(name, out ReadOnlySpan<int> shape);
            change(name, shape, destination);
        }
    }
}
