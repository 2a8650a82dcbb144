using GradCam.Conformance.Networks;

namespace GradCam.Runtime.Tests.Explain.Inputs;

/// <summary>Attributions to one of several inputs, where the others stay.</summary>
public class SeveralInputsTests
{
    private const string Spec = """
        input left 2x6x5
        input right 1x4x4
        image none
        from right
        r: conv 3 3x3 pad 1
        ra: tanh
        pooled: avgpool global
        from left
        l: conv 3 3x3 pad 1
        la: silu
        both: mul pooled
        c: conv 4 3x3 pad 1
        last: relu
        avgpool global
        fc: linear 3
        """;

    private static readonly Lazy<NetworkClass> Made = new(() => new NetworkClass(CompiledNetworks.Compile([(Spec, ["last", "+la", "left", "right"])])[0]));

    private static readonly float[][] X = [.. new[] { 60, 16 }.Select(length => Enumerable.Range(0, length).Select(i => MathF.Sin(length + i)).ToArray())];

    [Fact]
    public void Each_input_has_its_gradient_where_the_other_is_what_it_is()
    {
        using NetworkSession session = Forward(1);
        for (int input = 0; input < 2; input++)
        {
            string name = session.Info.Inputs[input].Name;
            float[] expected = session.GetGradients(1, name).Values.ToArray();
            Attribution saliency = session.Attribute(1, InputMethod.Saliency, input);
            Assert.Equal(expected, saliency.Values.Values.ToArray());
            Assert.Equal(name, saliency.Heatmap.LayerName);
            Assert.Equal((expected.Length, 1), (saliency.Values.Values.Length, saliency.ClassIndex));
            Assert.Equal(expected.Select(value => -value), session.Attribute(-Target.Logit(1), InputMethod.Saliency, input).Values.Values.ToArray());
        }
    }

    [Fact]
    public void What_is_covered_is_of_one_input_alone()
    {
        using NetworkSession session = Forward(1);
        double whole = session.Logits[2];
        for (int input = 0; input < 2; input++)
        {
            OcclusionMethod method = InputMethod.Occlusion with { WindowHeight = 9, WindowWidth = 9, StrideDown = 9, StrideAcross = 9 };
            float[] values = session.Attribute(2, method, input).Values.Values.ToArray();
            using NetworkSession covered = Session(1);
            for (int i = 0; i < 2; i++)
                covered.SetInput(i == input ? new float[X[i].Length] : X[i], TensorLayout.Hwc, i);
            covered.Forward();
            Assert.All(values, value => Assert.Equal(whole - covered.Logits[2], value, 1e-5));
            // The session is as after its pass.
            Assert.Equal((float)whole, session.Logits[2]);
            Assert.True(session.Explain(2, "last").IsFinite);
        }
    }

    [Fact]
    public void Every_method_takes_either_input_with_the_same_bits_for_any_threads()
    {
        foreach (InputMethod method in InputMethod.All.Select(InputCases.Short).Append(InputMethod.IntegratedGradients))
        {
            for (int input = 0; input < 2; input++)
            {
                float[]? expected = null;
                foreach (int threads in new[] { 1, 2, 3 })
                {
                    using NetworkSession session = Forward(threads);
                    float[] logits = session.Logits.ToArray();
                    Attribution attribution = session.Attribute(0, method, input, new ExplainOptions { Seed = 3 });
                    Assert.True(attribution.IsFinite, method.Name);
                    expected ??= attribution.Values.Values.ToArray();
                    Assert.Equal(expected, attribution.Values.Values.ToArray());
                    Assert.Equal(logits, session.Logits.ToArray());
                    if (ReferenceEquals(method, InputMethod.IntegratedGradients))
                        Assert.Equal(0, attribution.CompletenessDelta!.Value, 1e-4);
                }
            }
        }
    }

    /// <summary>Runs of the first input with another one beside, which no run may use up.</summary>
    [Fact]
    public void Methods_at_a_layer_keep_the_other_inputs()
    {
        CamMethod[] methods = [CamMethod.ScoreCam, CamMethod.CreateIntegratedGradCam(5), CamMethod.AblationCam, CamMethod.GradCam.WithAugmentation()];
        foreach (CamMethod method in methods)
        {
            using NetworkSession one = Forward(1), many = Forward(6);
            Assert.Equal(one.Explain(1, "la", method).Raw.ToArray(), many.Explain(1, "la", method).Raw.ToArray());
        }
    }

    [Fact]
    public void Of_a_batch_the_sample_that_is_looked_at_is_taken()
    {
        using NetworkSession session = Session(2, batch: 3);
        for (int sample = 0; sample < 3; sample++)
        {
            for (int i = 0; i < 2; i++)
                session.SetInput([.. X[i].Select(value => value * (sample + 1))], TensorLayout.Hwc, i, sample);
        }

        session.Forward();
        session.Sample = 2;
        float[] logits = session.Logits.ToArray();
        float[] gradient = session.GetGradients(1, "right").Values.ToArray();
        InputMethod method = InputMethod.SmoothGrad with { Samples = 7, NoiseLevel = 0 };
        float[] found = session.Attribute(1, method, 1).Values.Values.ToArray();
        Assert.All(found.Zip(gradient), pair => Assert.Equal(pair.Second, pair.First, 1e-6));
        Assert.Equal((0, logits[1]), (session.Sample, session.Logits[1]));
        session.Sample = 1;
        Assert.Throws<InvalidOperationException>(() => session.Logits.ToArray());
    }

    [Fact]
    public void Mistakes_are_said()
    {
        using NetworkSession session = Session(1);
        Assert.Throws<InvalidOperationException>(() => session.Attribute(1, InputMethod.Saliency));
        Assert.Contains(
            "2 inputs: left, right", Assert.Throws<InvalidOperationException>(() => session.Attribute(X[0], TensorLayout.Hwc, 1, InputMethod.Saliency)).Message,
            StringComparison.Ordinal);
        using NetworkSession ready = Forward(1);
        Assert.Contains(
            "left, right", Assert.Throws<ArgumentOutOfRangeException>(() => ready.Attribute(1, InputMethod.Saliency, 2)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => ready.Attribute("nobody", InputMethod.Saliency, 1));
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.Throws<OperationCanceledException>(() => ready.Attribute(1, InputMethod.Rise, 1, new ExplainOptions { CancellationToken = source.Token }));
        Assert.Throws<InvalidOperationException>(() => ready.Logits.ToArray());
    }

    [Fact]
    public void Of_one_input_it_is_the_photo_of_the_last_pass()
    {
        using NetworkSession session = InputNetworks.Session("Rectified");
        float[] x = InputNetworks.Input("Rectified");
        float[] expected = session.Attribute(x, TensorLayout.Chw, 1, InputMethod.InputXGradient).Values.ToChwArray();
        session.Forward(x, TensorLayout.Chw);
        Assert.Equal(expected, session.Attribute(1, InputMethod.InputXGradient).Values.ToChwArray());
    }

    [Fact]
    public void The_other_input_stays_the_part_of_its_photo_that_it_was()
    {
        const string Photos = """
            input left 1x6x6
            input right 1x6x6
            image gray resize 9 crop 6
            both: add left
            c: conv 4 3x3 pad 1
            avgpool global
            fc: linear 3
            """;
        var network = new NetworkClass(CompiledNetworks.Compile([(Photos, ["c"])])[0]);
        using var session = new NetworkSession(network.Prepare(new CpuOptions().Backend, RandomNetwork.Weights(network), new CpuOptions()).CreateExecutor());
        byte[] pixels = [.. Enumerable.Range(0, 30 * 18).Select(i => (byte)(7 * i))];
        session.SetInput(new ImageView(pixels, 30, 18, PixelFormat.Gray8), 0);
        session.SetInput(new ImageView(pixels, 30, 9, PixelFormat.Gray8), 1);
        session.Forward();
        Heatmap before = session.Explain(1, "c").Copy();
        Assert.Equal((30, 18, 8.0), (before.Region.PhotoWidth, before.Region.PhotoHeight, before.Region.Left));

        session.Attribute(1, InputMethod.Occlusion with { WindowHeight = 3, WindowWidth = 3 }, 1);

        Heatmap after = session.Explain(1, "c");
        Assert.Equal(before.Raw.ToArray(), after.Raw.ToArray());
        Assert.Equal(before.Region, after.Region);
    }

    private static NetworkSession Session(int threads, int batch = 1) => new(
        Made.Value.Prepare(new CpuOptions().Backend, RandomNetwork.Weights(Made.Value), threads).CreateExecutor(batch));

    private static NetworkSession Forward(int threads)
    {
        NetworkSession session = Session(threads);
        for (int i = 0; i < 2; i++)
            session.SetInput(X[i], TensorLayout.Hwc, i);
        session.Forward();
        return session;
    }
}
