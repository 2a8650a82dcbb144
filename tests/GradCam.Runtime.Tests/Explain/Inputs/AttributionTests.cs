using GradCam.Explain.Inputs.Numbers;

namespace GradCam.Runtime.Tests.Explain.Inputs;

/// <summary>Attributions as sessions give them: bits, memory, cancellation, inputs that are no photos.</summary>
public class AttributionTests
{
    public static TheoryData<string> Keys() => [.. InputMethod.All.Select(method => method.Key)];

    public static TheoryData<string> OnePass() =>
        [.. InputMethod.All.Where(method => method.Cost == "1 forward, 1 backward" && method != InputMethod.ForGrad).Select(method => method.Key)];

    [Theory]
    [MemberData(nameof(Keys))]
    public void Bits_are_the_same_for_any_threads_and_from_run_to_run(string key)
    {
        InputMethod method = InputCases.Short(InputMethod.Parse(key));
        foreach (string network in new[] { "Rectified", "Smooth" })
        {
            using NetworkSession one = InputNetworks.Session(network, threads: 1);
            using NetworkSession three = InputNetworks.Session(network, threads: 3);
            float[] x = InputNetworks.Input(network);
            var options = new ExplainOptions { Seed = 5 };
            float[] first = one.Attribute(x, TensorLayout.Chw, 1, method, options).Values.ToChwArray();
            Assert.Equal(first, three.Attribute(x, TensorLayout.Chw, 1, method, options).Values.ToChwArray());
            one.Attribute(InputNetworks.Input(network, 9), TensorLayout.Chw, 0, method);
            Assert.Equal(first, one.Attribute(x, TensorLayout.Chw, 1, method, options).Values.ToChwArray());
            bool isRandom =
                method is NoisyGradientsMethod or ExpectedGradientsMethod or RiseMethod or SobolMethod or HsicMethod or LimeMethod or KernelShapMethod;
            float[] other = one.Attribute(x, TensorLayout.Chw, 1, method, new ExplainOptions { Seed = 6 }).Values.ToChwArray();
            Assert.Equal(isRandom, !first.SequenceEqual(other));
        }
    }

    /// <summary>Random numbers and what they become are the same on every machine: these were computed elsewhere.</summary>
    [Fact]
    public void Random_numbers_are_those_that_they_were()
    {
        var random = new CounterRandom(42);
        float[] normal = new float[3];
        random.FillNormal(7, normal);
        Assert.Equal((0xC5A57E8172F0A9D2UL, 0x2FFC57E774308A10UL), (random.Bits(0, 0), random.Bits(3, 9)));
        Assert.Equal([0x3f9006a7u, 0xbf9d143cu, 0x3fe71c79u], normal.Select(BitConverter.SingleToUInt32Bits));
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Finite_inputs_give_finite_values(string key)
    {
        InputMethod method = InputCases.Short(InputMethod.Parse(key));
        foreach (string network in new[] { "Rectified", "Smooth", "Prelu" })
        {
            using NetworkSession session = InputNetworks.Session(network);
            float[] x = InputNetworks.Input(network);
            float[][] inputs = [[.. x.Select(_ => 0f)], [.. x.Select(_ => 0.7f)], [.. x.Select(v => v * 1e5f)], [.. x.Select(v => v * 1e-20f)]];
            foreach (float[] input in inputs)
            {
                Attribution attribution = session.Attribute(input, TensorLayout.Chw, 1, method);
                Assert.True(attribution.IsFinite && attribution.Heatmap.IsFinite, $"{method} of {network}, input {input[0]}");
                Assert.DoesNotContain(attribution.Heatmap.Values.ToArray(), float.IsNaN);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void NaN_in_the_input_is_not_swallowed(string key)
    {
        InputMethod method = InputCases.Short(InputMethod.Parse(key));
        using NetworkSession session = InputNetworks.Session("Smooth");
        float[] input = InputNetworks.Input("Smooth");
        input[4] = float.NaN;
        Attribution attribution = session.Attribute(input, TensorLayout.Chw, 1, method);
        Assert.False(attribution.IsFinite);
        Assert.DoesNotContain(attribution.Heatmap.Values.ToArray(), float.IsNaN);
    }

    [Theory]
    [MemberData(nameof(OnePass))]
    public void Methods_of_one_pass_allocate_nothing_after_the_first_call(string key)
    {
        InputMethod method = InputMethod.Parse(key);
        using NetworkSession session = InputNetworks.Session("Rectified");
        float[] x = InputNetworks.Input("Rectified");
        float sum = 0;
        for (int warm = 0; warm < 3; warm++)
            sum += session.Attribute(x, TensorLayout.Chw, warm, method).Values[0, 0, 0];
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int call = 0; call < 20; call++)
            sum += session.Attribute(x, TensorLayout.Chw, call % 3, method).Heatmap.Raw[0];
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.False(float.IsNaN(sum));
    }

    /// <summary>Cancelled inside of a pass, at most this one is finished.</summary>
    [Theory]
    [MemberData(nameof(Keys))]
    public void A_cancelled_run_ends_before_the_next_pass(string key)
    {
        InputMethod method = InputCases.Short(InputMethod.Parse(key));
        if (method == InputMethod.GuidedBackprop || method == InputMethod.DeconvNet || method is DeepLiftMethod)
            return;
        float[] input = [.. Enumerable.Range(0, 60).Select(i => MathF.Sin(i))];
        long passes = method.CountPasses(new FakeExecutor([]).Info.Input).Total;
        for (int last = 1; last < Math.Max(2, passes - 1); last += Math.Max(1, (int)passes / 5))
        {
            using var source = new CancellationTokenSource();
            var executor = new FakeExecutor([]);
            int forwards = 0;
            executor.DuringForward = () =>
            {
                if (++forwards + executor.Backwards >= last)
                    source.Cancel();
            };
            using var session = new NetworkSession(executor);
            Assert.Throws<OperationCanceledException>(
                () => session.Attribute(input, TensorLayout.Hwc, 1, method, new ExplainOptions { CancellationToken = source.Token }));
            Assert.True(forwards + executor.Backwards <= last + 1, $"{forwards} forwards and {executor.Backwards} backwards, cancelled in {last}");
            Assert.Throws<InvalidOperationException>(() => session.Logits.ToArray());
        }
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Afterwards_the_session_is_at_the_input(string key)
    {
        InputMethod method = InputCases.Short(InputMethod.Parse(key));
        using NetworkSession session = InputNetworks.Session("Rectified");
        float[] x = InputNetworks.Input("Rectified");
        float[] logits = session.Forward(x, TensorLayout.Chw).ToArray();
        float[] map = session.Explain(2).Raw.ToArray();
        session.Forward(new float[x.Length], TensorLayout.Chw);
        Attribution attribution = session.Attribute(x, TensorLayout.Chw, 2, method);
        Assert.Equal(logits, session.Logits.ToArray());
        Assert.Equal(map, session.Explain(2).Raw.ToArray());
        Assert.Equal(method is RiseMethod ? session.Probabilities[2] : logits[2], attribution.Score, 1e-6);
    }

    [Fact]
    public void A_photo_is_prepared_as_for_a_forward_pass()
    {
        using NetworkSession session = InputNetworks.Session("Rectified");
        byte[] pixels = [.. Enumerable.Range(0, 20 * 10 * 3).Select(i => (byte)(i * 37))];
        var photo = new ImageView(pixels, 20, 10, PixelFormat.Rgb24);
        Attribution attribution = session.Attribute(photo, 1, InputMethod.InputXGradient);
        float[] map = attribution.Heatmap.Raw.ToArray();
        Assert.Equal((20, 10), (attribution.Heatmap.Region.PhotoWidth, attribution.Heatmap.Region.PhotoHeight));
        session.Forward(photo);
        float[] input = session.GetActivations("input").ToChwArray();
        float[] gradient = session.GetGradients(1, "input").ToChwArray();
        for (int p = 0; p < map.Length; p++)
            Assert.Equal(Enumerable.Range(0, 3).Sum(c => input[c * 64 + p] * gradient[c * 64 + p]), map[p], 1e-5f);
    }

    [Fact]
    public void Layouts_are_the_same_input()
    {
        using NetworkSession session = InputNetworks.Session("Rectified");
        float[] x = InputNetworks.Input("Rectified");
        float[] packed = [.. Enumerable.Range(0, x.Length).Select(i => x[i % 3 * 64 + i / 3])];
        float[] planar = session.Attribute(x, TensorLayout.Chw, 1, InputMethod.IntegratedGradients).Values.ToChwArray();
        Assert.Equal(planar, session.Attribute(packed, TensorLayout.Hwc, 1, InputMethod.IntegratedGradients).Values.ToChwArray());
    }

    [Fact]
    public void An_attribution_is_valid_until_the_next_call_and_a_copy_longer()
    {
        NetworkSession session = InputNetworks.Session("Rectified");
        float[] x = InputNetworks.Input("Rectified");
        Attribution attribution = session.Attribute(x, TensorLayout.Chw, 1, InputMethod.IntegratedGradients);
        Heatmap map = attribution.Heatmap;
        Attribution copy = attribution.Copy();
        float[] values = attribution.Values.ToChwArray();
        session.Explain(1);
        Assert.Equal(values, attribution.Values.ToChwArray());
        session.Forward(x, TensorLayout.Chw);
        Assert.Contains("Copy()", Assert.Throws<InvalidOperationException>(() => attribution.Score).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => map.Max);
        attribution = session.Attribute(x, TensorLayout.Chw, 1, InputMethod.Saliency);
        session.Dispose();
        Assert.Throws<InvalidOperationException>(() => attribution.Score);
        Assert.Throws<InvalidOperationException>(() => default(Attribution).Score);
        Assert.Equal(values, copy.Values.ToChwArray());
        Assert.Equal((InputMethod.IntegratedGradients, 52, 50), (copy.Method, copy.Forwards, copy.Backwards));
        Assert.NotNull(copy.CompletenessDelta);
        Assert.Equal(64, copy.Heatmap.Raw.Length);
    }

    [Fact]
    public void Without_the_inputs_gradient_it_says_what_to_add_and_scores_are_enough_for_the_others()
    {
        using NetworkSession session = InputNetworks.Session("WithoutInput");
        float[] x = InputNetworks.Input("WithoutInput");
        foreach (InputMethod method in InputMethod.All)
        {
            if (method.Needs == InputNeeds.InputGradient)
            {
                string message = Assert.Throws<NotSupportedException>(() => session.Attribute(x, TensorLayout.Chw, 1, method)).Message;
                Assert.Contains($"{method.Name} needs the input's gradient", message, StringComparison.Ordinal);
                Assert.Contains("[GradCam(\"input\")]", message, StringComparison.Ordinal);
            }
            else
            {
                Assert.True(session.Attribute(x, TensorLayout.Chw, 1, InputCases.Short(method)).IsFinite);
            }
        }
    }

    [Fact]
    public void Mistakes_are_said()
    {
        using NetworkSession session = InputNetworks.Session("Rectified");
        float[] x = InputNetworks.Input("Rectified");
        Assert.Contains(
            "0 to 3", Assert.Throws<ArgumentOutOfRangeException>(() => session.Attribute(x, TensorLayout.Chw, 4, InputMethod.Saliency)).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "192 floats", Assert.Throws<ArgumentException>(() => session.Attribute(new float[3], TensorLayout.Chw, 1, InputMethod.Saliency)).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentNullException>(() => session.Attribute(x, TensorLayout.Chw, 1, null!));
        Baseline wrong = Baseline.FromTensor(new float[5], TensorLayout.Chw);
        Assert.Contains(
            "the tensor has 5",
            Assert.Throws<ArgumentException>(() => session.Attribute(x, TensorLayout.Chw, 1, InputMethod.DeepLift with { Baseline = wrong })).Message,
            StringComparison.Ordinal);
        using var fake = new NetworkSession(new FakeExecutor([]));
        Assert.Throws<NotSupportedException>(() => fake.Attribute(new float[60], TensorLayout.Hwc, 1, InputMethod.GuidedBackprop));
    }
}
