using GradCam.Conformance.Networks;

namespace GradCam.Runtime.Tests.Explain.Inputs;

/// <summary>Attributions of other numbers than a class's logit, of outputs that are maps, and in batches.</summary>
public class TargetAttributionTests
{
    private static readonly float[] X = InputNetworks.Input("Smooth");

    [Fact]
    public void A_targets_gradient_is_that_of_its_number()
    {
        using NetworkSession session = InputNetworks.Session("Smooth");
        Target[] targets = [Target.Probability(1), Target.LogProbability(0), Target.Difference(0, 2), -Target.Logit(1), 3 * Target.Logit(2), Target.ReST(1)];
        foreach (Target target in targets)
        {
            Attribution attribution = session.Attribute(X, TensorLayout.Chw, target, InputMethod.Saliency).Copy();
            Assert.Equal((target, -1, ""), (attribution.Target, attribution.ClassIndex, attribution.ClassName));
            session.Forward(X, TensorLayout.Chw);
            Assert.Equal(session.Evaluate(target), attribution.Score, 1e-12);
            float[] gradient = attribution.Values.ToChwArray();
            float largest = gradient.Max(MathF.Abs);
            for (int i = 0; i < X.Length; i += 5)
            {
                double difference = (Evaluate(i, 1e-2f) - Evaluate(i, -1e-2f)) / 2e-2;
                Assert.True(Math.Abs(difference - gradient[i]) < 0.01 * largest, $"{target}: [{i}] is {gradient[i]}, by differences {difference}");
            }

            double Evaluate(int element, float step)
            {
                float[] input = [.. X];
                input[element] += step;
                session.Forward(input, TensorLayout.Chw);
                return session.Evaluate(target);
            }
        }
    }

    [Fact]
    public void A_class_is_the_target_of_its_logit_for_every_method()
    {
        using NetworkSession session = InputNetworks.Session("Rectified");
        float[] x = InputNetworks.Input("Rectified");
        foreach (InputMethod method in InputMethod.All.Select(InputCases.Short))
        {
            float[] ofClass = session.Attribute(x, TensorLayout.Chw, 1, method).Values.ToChwArray();
            Target target = method is RiseMethod ? Target.Probability(1) : Target.Logit(1);
            float[] ofTarget = session.Attribute(x, TensorLayout.Chw, target, method).Values.ToChwArray();
            float largest = ofClass.Max(MathF.Abs);
            Assert.All(ofClass.Zip(ofTarget), pair => Assert.True(Math.Abs(pair.First - pair.Second) <= 1e-5 * largest, $"{method}: {pair}"));
            Assert.NotEqual(ofClass, session.Attribute(x, TensorLayout.Chw, Target.Difference(1, 2), method).Values.ToChwArray());
        }
    }

    [Fact]
    public void Targets_of_methods_with_a_sum_are_complete()
    {
        using NetworkSession session = InputNetworks.Session("Smooth");
        foreach (Target target in new[] { Target.Probability(1), Target.Difference(0, 2) })
        {
            Assert.Equal(0, session.Attribute(X, TensorLayout.Chw, target, InputMethod.IntegratedGradients).CompletenessDelta!.Value, 1e-5);
            Assert.Equal(0, session.Attribute(X, TensorLayout.Chw, target, InputMethod.KernelShap with { Samples = 50 }).CompletenessDelta!.Value, 1e-9);
        }

        // DeepLIFT takes a target's own nonlinearity by its derivative, and sums up what is linear in the logits.
        Assert.Equal(0, session.Attribute(X, TensorLayout.Chw, Target.Difference(0, 2), InputMethod.DeepLift).CompletenessDelta!.Value, 1e-5);
    }

    /// <summary>Of a network that ends in a map, a class's score is the sum of its channel.</summary>
    [Fact]
    public void Outputs_that_are_maps_are_attributed()
    {
        const string Spec = "input 2x6x6\nimage none\nc1: conv 4 3x3 pad 1\nrelu\nc2: conv 3 1x1";
        var network = new NetworkClass(CompiledNetworks.Compile([(Spec, ["input"])])[0]);
        using var session = new NetworkSession(network.Prepare(new CpuOptions().Backend, RandomNetwork.Weights(network)).CreateExecutor());
        var random = new Random(1);
        float[] x = [.. Enumerable.Range(0, 72).Select(_ => (float)RandomWeights.Normal(random))];
        session.Forward(x, TensorLayout.Chw);
        double sum = session.Evaluate(Target.Logit(2));
        foreach (InputMethod method in InputMethod.All.Select(InputCases.Short))
        {
            Attribution attribution = session.Attribute(x, TensorLayout.Chw, 2, method);
            Assert.True(attribution.IsFinite, method.Name);
            if (method is not RiseMethod)
                Assert.Equal(sum, attribution.Score, 1e-5);
        }

        // What one pixel of the map sees is the 3x3 pixels around it.
        float[] values = session.Attribute(x, TensorLayout.Chw, Target.Logit(2).At(2, 3), InputMethod.Saliency).Heatmap.Raw.ToArray();
        for (int p = 0; p < 36; p++)
        {
            if (Math.Abs(p / 6 - 2) > 1 || Math.Abs(p % 6 - 3) > 1)
                Assert.Equal(0, values[p]);
        }

        Assert.Contains(values, value => value > 0);
    }

    [Fact]
    public void Batches_give_the_bits_of_single_runs()
    {
        float[] x = InputNetworks.Input("Rectified");
        NetworkClass network = InputNetworks.Of("Rectified");
        using Model one = network.Prepare(new CpuOptions().Backend, InputNetworks.Weights("Rectified"), new CpuOptions { Threads = 1 });
        using Model four = network.Prepare(new CpuOptions().Backend, InputNetworks.Weights("Rectified"), new CpuOptions { Threads = 4 });
        using var single = new NetworkSession(one.CreateExecutor());
        using var beside = new NetworkSession(four.CreateExecutor());
        using var own = new NetworkSession(four.CreateExecutor(batch: 6));
        foreach (InputMethod method in InputMethod.All.Select(InputCases.Short))
        {
            foreach (Target target in new Target[] { Target.Logit(1), Target.Difference(1, 2) })
            {
                float[] expected = single.Attribute(x, TensorLayout.Chw, target, method).Values.ToChwArray();
                Assert.Equal(expected, beside.Attribute(x, TensorLayout.Chw, target, method).Values.ToChwArray());
                own.Forward([.. x, .. x, .. x], TensorLayout.Chw);
                own.Sample = 2;
                Assert.Equal(expected, own.Attribute(x, TensorLayout.Chw, target, method).Values.ToChwArray());
                Assert.Equal(single.Logits.ToArray(), own.Logits.ToArray());
            }
        }
    }

    [Fact]
    public void A_target_that_does_not_fit_is_refused()
    {
        using NetworkSession session = InputNetworks.Session("Smooth");
        Assert.Throws<ArgumentException>(() => session.Attribute(X, TensorLayout.Chw, Target.Logit("nobody"), InputMethod.Saliency));
        Assert.Throws<ArgumentNullException>(() => session.Attribute(X, TensorLayout.Chw, (Target)null!, InputMethod.Saliency));
    }
}
