using GradCam.Conformance.Networks;

namespace GradCam.Runtime.Tests.Explain;

/// <summary>What a session did before, and what was stopped on the way, changes nothing of what it does next.</summary>
public class AnySessionTests
{
    private static readonly int Count = int.TryParse(Environment.GetEnvironmentVariable("GRADCAM_SESSION_CASES"), out int count) ? count : 300;

    [Fact]
    public void A_session_that_was_used_is_as_a_new_one()
    {
        var random = new Random(1);
        var used = OddNetworks.All.Select(network => (Model: OddNetworks.Load(network, 3), Session: (NetworkSession?)null)).ToArray();
        var failures = new List<string>();
        int compared = 0;
        for (int seed = 0; seed < Count; seed++)
        {
            int number = random.Next(used.Length);
            NetworkClass network = OddNetworks.All[number];
            NetworkSession session = used[number].Session ??= new NetworkSession(used[number].Model.CreateExecutor(batch: 3));
            MethodCase drawn = MethodCase.Create(100_000 + seed, network.Info);
            int sample = random.Next(3);
            SetInputs(session, drawn, sample);
            // Other methods of the same pass before, some of which are stopped, as soon as they tell of progress.
            for (int i = random.Next(3); i > 0; i--)
                Explain(MethodCase.Create(random.Next(), network.Info), session, sample, stops: random.Next(2) == 0);
            float[]? found = Again(drawn, session, sample);
            using Model model = OddNetworks.Load(network);
            using var single = new NetworkSession(model.CreateExecutor());
            SetInputs(single, drawn, 0);
            float[]? expected = Explain(drawn, single, 0, stops: false);
            if (!(expected ?? []).SequenceEqual(found ?? []))
                failures.Add($"{drawn} of network {number}, sample {sample}");
            compared += expected is null ? 0 : 1;
        }

        foreach ((Model model, NetworkSession? session) in used)
        {
            session?.Dispose();
            model.Dispose();
        }

        Assert.True(failures.Count == 0, $"{failures.Count} of {Count} have other bits:\n{string.Join("\n", failures.Take(20))}");
        Assert.True(compared > Count / 2, $"{compared} of {Count}");
    }

    [Fact]
    public void Several_samples_and_several_targets_are_as_one_after_the_other()
    {
        for (int seed = 0; seed < Count / 3; seed++)
        {
            int number = seed % OddNetworks.All.Count;
            NetworkClass network = OddNetworks.All[number];
            MethodCase drawn = MethodCase.Create(200_000 + seed, network.Info);
            if (drawn.Method is not CamMethod method)
                continue;
            using Model model = OddNetworks.Load(network, 2);
            using var session = new NetworkSession(model.CreateExecutor(batch: 3));
            for (int sample = 0; sample < 3; sample++)
            {
                for (int input = 0; input < drawn.Inputs.Length; input++)
                    session.SetInput([.. drawn.Inputs[input].Select(value => value * (1 + sample))], TensorLayout.Hwc, input, sample);
            }

            session.Forward();
            int classes = network.Info.Logits.Channels;
            int[] wanted = [drawn.Class, 0, classes - 1];
            try
            {
                float[][] together = [.. session.ExplainSamples(wanted, drawn.Layers[0], method, drawn.Counterfactual).Copy().Select(map => map.Raw.ToArray())];
                float[][] set = [.. session.Explain(wanted, drawn.Layers[0], method, drawn.Counterfactual).Copy().Select(map => map.Raw.ToArray())];
                for (int i = 0; i < 3; i++)
                {
                    session.Sample = i;
                    Assert.Equal(session.Explain(wanted[i], drawn.Layers[0], method, drawn.Counterfactual).Raw.ToArray(), together[i]);
                    session.Sample = 0;
                    Assert.Equal(session.Explain(wanted[i], drawn.Layers[0], method, drawn.Counterfactual).Raw.ToArray(), set[i]);
                }
            }
            catch (Exception exception) when (exception is NotSupportedException or ArgumentException)
            {
                // One that does not fit is refused for all.
                Assert.ThrowsAny<Exception>(() => session.Explain(wanted[0], drawn.Layers[0], method, drawn.Counterfactual));
            }
            catch (Exception exception)
            {
                Assert.Fail($"{drawn} of network {number}: {exception}");
            }
        }
    }

    private static void SetInputs(NetworkSession session, MethodCase drawn, int sample)
    {
        for (int i = 0; i <= sample; i++)
        {
            for (int input = 0; input < drawn.Inputs.Length; input++)
                session.SetInput(i == sample ? drawn.Inputs[input] : new float[drawn.Inputs[input].Length], TensorLayout.Hwc, input, i);
        }

        session.Forward();
        session.Sample = sample;
    }

    /// <summary>Where an attribution was stopped, or left the session at another sample, the inputs are set again.</summary>
    private static float[]? Again(MethodCase drawn, NetworkSession session, int sample)
    {
        try
        {
            session.Sample = sample;
            _ = session.Logits;
        }
        catch (InvalidOperationException)
        {
            SetInputs(session, drawn, sample);
        }

        return Explain(drawn, session, sample, stops: false);
    }

    /// <summary>The map; null where there is none.</summary>
    private static float[]? Explain(MethodCase drawn, NetworkSession session, int sample, bool stops)
    {
        using var source = new CancellationTokenSource();
        ExplainOptions options = drawn.Options with { CancellationToken = source.Token, Progress = stops ? new Stopping(source) : null };
        try
        {
            session.Sample = sample;
            LayerReference layer = drawn.Layers[0];
            return (drawn.Method, drawn.Target) switch
            {
                (InputMethod method, { } target) => session.Attribute(target, method, drawn.Input, options).Heatmap.Raw.ToArray(),
                (InputMethod method, null) => session.Attribute(drawn.Class, method, drawn.Input, options).Heatmap.Raw.ToArray(),
                (CamMethod method, { } target) => session.Explain(target, layer, method, options).Raw.ToArray(),
                (CamMethod method, null) => session.Explain(drawn.Class, layer, method, drawn.Counterfactual, options).Raw.ToArray(),
                _ => null,
            };
        }
        catch (Exception exception) when (exception is NotSupportedException or ArgumentException or InvalidOperationException or OperationCanceledException)
        {
            return null;
        }
    }

    private sealed class Stopping(CancellationTokenSource source) : IProgress<double>
    {
        public void Report(double value) => source.Cancel();
    }
}
