using System.Diagnostics;
using System.Reflection;
using GradCam.Conformance.Networks;

namespace GradCam.Runtime.Tests.Explain;

/// <summary>Any method with any of its parameters, on networks of odd shapes: what must be so of all of them.</summary>
public class AnyMethodTests
{
    private static readonly int Count = int.TryParse(Environment.GetEnvironmentVariable("GRADCAM_METHOD_CASES"), out int count) ? count : 400;

    private static readonly int First = int.TryParse(Environment.GetEnvironmentVariable("GRADCAM_METHOD_FIRST"), out int first) ? first : 0;

    [Fact]
    public void Any_method_gives_a_map_or_says_why_not()
    {
        var failures = new List<string>();
        int explained = 0;
        for (int seed = First; seed < First + Count; seed++)
        {
            int number = seed % OddNetworks.All.Count;
            NetworkClass network = OddNetworks.All[number];
            MethodCase drawn = MethodCase.Create(seed, network.Info);
            try
            {
                if (Check(drawn, network) is string problem)
                    failures.Add($"{drawn}: {problem}");
                explained += IsExplained(drawn, network) ? 1 : 0;
            }
            catch (Exception exception)
            {
                failures.Add($"{drawn}: {exception}");
            }
        }

        Assert.True(failures.Count == 0, $"{failures.Count} failures of {Count}:\n{string.Join("\n\n", failures.Take(20))}");
        Assert.True(explained > Count / 2, $"{explained} maps of {Count} cases.");
    }

    private static bool IsExplained(MethodCase drawn, NetworkClass network)
    {
        using Model model = OddNetworks.Load(network, 1);
        using var session = new NetworkSession(model.CreateExecutor());
        return Run(drawn, session, 0).Raw is not null;
    }

    /// <summary>What is wrong; null if nothing.</summary>
    private static string? Check(MethodCase drawn, NetworkClass network)
    {
        bool isReproducible = drawn.Seed % 4 == 0;
        using Model one = OddNetworks.Load(network, 1, isReproducible), three = OddNetworks.Load(network, 3, isReproducible);
        using var single = new NetworkSession(one.CreateExecutor());
        using var batch = new NetworkSession(three.CreateExecutor(batch: 2));
        Result expected = Run(drawn, single, 0);
        if (expected.Problem is not null)
            return expected.Problem;
        foreach (Result again in new[] { Run(drawn, single, 0), Run(drawn, batch, 0), Run(drawn, batch, 1), Run(drawn, batch, 0, parsed: true) })
        {
            if (again.Problem is not null)
                return again.Problem;
            if (again.Refusal is null != expected.Refusal is null)
                return $"refused once ({expected.Refusal}) and once not ({again.Refusal})";
            if (!Same(again.Raw, expected.Raw) || !Same(again.Attributed, expected.Attributed))
                return "other bits the next time";
        }

        return null;
    }

    private static bool Same(float[]? one, float[]? other) => (one ?? []).SequenceEqual(other ?? []);

    private static Result Run(MethodCase drawn, NetworkSession session, int sample, bool parsed = false)
    {
        IExplanationMethod method = drawn.Method;
        string text = ExplanationMethods.Format(method);
        // What is not in its words alone.
        if (parsed && !text.Contains("tensor", StringComparison.Ordinal) && !text.Contains("labels", StringComparison.Ordinal))
        {
            method = ExplanationMethods.Parse(text);
            if (ExplanationMethods.Format(method) != text)
                return new Result { Problem = $"read again it is {ExplanationMethods.Format(method)}" };
        }

        for (int i = 0; i <= sample; i++)
        {
            for (int input = 0; input < drawn.Inputs.Length; input++)
                session.SetInput(drawn.Inputs[input], TensorLayout.Hwc, input, i);
        }

        session.Forward();
        session.Sample = sample;
        float[] logits = session.Logits.ToArray();
        double told = 0;
        string? problem = null;
        var progress = new Telling(share =>
        {
            problem ??= (share >= told || drawn.Fusion is not null) && share <= 1 ? null : $"{share} of it is done after {told}";
            told = share;
        });
        ExplainOptions options = drawn.Options with { Progress = progress };
        try
        {
            Heatmap heatmap;
            float[]? values = null;
            if (method is InputMethod input)
            {
                Attribution attribution = drawn.Target is { } target
                    ? session.Attribute(target, input, drawn.Input, options)
                    : session.Attribute(drawn.Class, input, drawn.Input, options);
                heatmap = attribution.Heatmap;
                values = attribution.Values.Values.ToArray();
                problem ??= CheckAttribution(attribution, session.Info.Inputs[drawn.Input].Tensor, drawn.IsTame && Finite(logits));
            }
            else
            {
                var cam = (CamMethod)method;
                LayerReference[] layers = [.. drawn.Layers.Select(layer => new LayerReference(layer))];
                heatmap = (drawn.Fusion, drawn.Target) switch
                {
                    ({ } fusion, { } target) => session.ExplainLayers(target, layers, fusion, cam, options),
                    ({ } fusion, null) => session.ExplainLayers(drawn.Class, layers, fusion, cam, drawn.Counterfactual, options),
                    (null, { } target) => session.Explain(target, layers[0], cam, options),
                    _ => session.Explain(drawn.Class, layers[0], cam, drawn.Counterfactual, options),
                };
                Tensor largest = drawn.Layers.Select(layer => session.Info.Layers[layer].Activation).MaxBy(layer => layer.Pixels);
                if ((heatmap.Height, heatmap.Width) != (largest.Height, largest.Width))
                    problem ??= $"{heatmap.Height}x{heatmap.Width} of a layer of {largest.Height}x{largest.Width}";
            }

            problem ??= CheckMap(heatmap, drawn.IsTame && Finite(logits)) ?? CheckManifest(ExplanationManifest.Create(session, heatmap, options));
            if (!Same(session.Logits.ToArray(), logits))
                problem ??= "the session has other logits afterwards";
            if (drawn.Fusion is null && told is not (0 or 1))
                problem ??= $"{told} is the last that was told";
            return new Result { Raw = heatmap.Raw.ToArray(), Attributed = values, Problem = problem };
        }
        catch (Exception exception) when (exception is NotSupportedException or ArgumentException or InvalidOperationException)
        {
            // Thrown by a check, and not by what a check should have kept from going on.
            MethodBase? thrower = new StackTrace(exception).GetFrame(0)?.GetMethod();
            bool isSaid = thrower?.DeclaringType?.Assembly == typeof(NetworkSession).Assembly && exception.Message.Length > 20;
            return new Result { Refusal = exception.Message, Problem = isSaid ? problem : exception.ToString() };
        }
    }

    private static bool Finite(float[] values) => Array.TrueForAll(values, float.IsFinite);

    private static string? CheckMap(Heatmap heatmap, bool isTame)
    {
        float[] raw = heatmap.Raw.ToArray();
        if (heatmap.IsFinite != Finite(raw))
            return "IsFinite is wrong";
        if (isTame && !heatmap.IsFinite)
            return $"not finite: {string.Join(" ", raw.Take(10))}";
        float[] values = heatmap.Values.ToArray();
        if (!Array.TrueForAll(values, value => value is >= 0 and <= 1))
            return "a value is not from 0 to 1";
        bool isFlat = !heatmap.IsFinite || raw.Max(value => Math.Max(value, 0)) <= raw.Min(value => Math.Max(value, 0));
        bool isWhole = isFlat ? Array.TrueForAll(values, value => value == 0) : values.Min() == 0 && values.Max() > 0.999f;
        return isWhole ? null : "the map goes not from 0 to 1, or is not flat";
    }

    private static string? CheckManifest(ExplanationManifest manifest)
    {
        ExplanationManifest read = ExplanationManifest.Parse(manifest.ToJson());
        IReadOnlyList<ManifestDifference> differences = manifest.FindDifferences(read);
        if (differences.Count > 0)
            return $"read again the manifest's {differences[0].Name} is {differences[0].Found}, not {differences[0].Expected}";
        return manifest.MeasureMapDeviation(read) == 0 ? null : "read again the manifest has another map";
    }

    private static string? CheckAttribution(Attribution attribution, Tensor input, bool isTame)
    {
        FeatureMaps values = attribution.Values;
        if ((values.Height, values.Width) != (input.Height, input.Width) || (values.Channels != input.Channels && values.Channels != 1))
            return $"{values.Channels}x{values.Height}x{values.Width} values of an input of {input.Channels}x{input.Height}x{input.Width}";
        if (isTame && !attribution.IsFinite)
            return $"values are not finite: {string.Join(" ", values.Values[..Math.Min(10, values.Values.Length)].ToArray())}";
        double sum = values.Values.ToArray().Sum(Math.Abs);
        double scale = Math.Abs(attribution.Score) + sum + 1;
        return isTame && attribution.Method is KernelShapMethod && !(Math.Abs(attribution.CompletenessDelta!.Value) <= 1e-6 * scale)
            ? $"KernelSHAP's values lack {attribution.CompletenessDelta}"
            : null;
    }

    private sealed class Telling(Action<double> tell) : IProgress<double>
    {
        public void Report(double value) => tell(value);
    }

    /// <summary>A map, or why there is none; and what is wrong with it.</summary>
    private sealed class Result
    {
        public float[]? Raw { get; init; }

        public float[]? Attributed { get; init; }

        public string? Refusal { get; init; }

        public string? Problem { get; init; }
    }
}
