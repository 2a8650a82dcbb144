namespace GradCam.Methods.Tests;

/// <summary>What every method owes, at a layer and at the input.</summary>
public sealed class AllMethodsTests
{
    /// <summary>Methods of many runs, with few.</summary>
    private static readonly Dictionary<string, string> Short = new()
    {
        ["rise"] = "rise(samples 20, cells 3)",
        ["lime"] = "lime(samples 30, segments 2x3)",
        ["kernelshap"] = "kernelshap(samples 30, segments 2x3)",
        ["sobol"] = "sobol(samples 4, segments 2x3)",
        ["hsic"] = "hsic(samples 20, segments 2x3)",
        ["sscam"] = "sscam(samples 2)",
        ["iscam"] = "iscam(steps 2)",
        ["opticam"] = "opticam(steps 4)",
        ["guidedintegratedgradients"] = "guidedintegratedgradients(steps 6)",
        ["blurintegratedgradients"] = "blurintegratedgradients(steps 6, max-sigma 3)",
        ["smoothgrad"] = "smoothgrad(samples 5)",
    };

    public static TheoryData<string> Keys() => [.. ExplanationMethods.All.Select(method => method.Key)];

    [Theory]
    [MemberData(nameof(Keys))]
    public void Bits_are_the_same_for_any_threads_and_from_run_to_run(string key)
    {
        float[]? expected = null;
        foreach (int threads in new[] { 1, 2, 3 })
        {
            using ChainNet network = ChainExplanation.Load(threads);
            using NetworkSession session = network.CreateSession();
            for (int run = 0; run < 2; run++)
            {
                float[] map = Explain(session, key, i => MathF.Sin(i)).Raw;
                expected ??= map;
                Assert.Equal(expected, map);
            }
        }

        Assert.Contains(expected!, value => value != 0);
    }

    /// <summary>Constant, zero and saturated inputs have finite maps; whatever comes in, no value of the map from 0 to 1 is NaN.</summary>
    [Theory]
    [MemberData(nameof(Keys))]
    public void No_map_has_NaN(string key)
    {
        using ChainNet network = ChainExplanation.Load(1);
        using NetworkSession session = network.CreateSession();
        foreach (float value in new[] { 0, 1, -1, 1e-30f, 1e4f, -1e4f })
        {
            Assert.All(Explain(session, key, _ => value).Raw, number => Assert.True(float.IsFinite(number), $"{key} of {value}"));
            Assert.All(
                Explain(session, key, i => i % 2 == 0 ? value : -value).Raw,
                number => Assert.True(float.IsFinite(number), $"{key} of {value} and its opposite"));
        }

        foreach (float value in new[] { float.NaN, float.PositiveInfinity, float.MaxValue })
            Assert.All(Explain(session, key, i => i == 70 ? value : MathF.Sin(i)).Values, number => Assert.InRange(number, 0, 1));
        // It goes on as before.
        Assert.All(Explain(session, key, i => MathF.Sin(i)).Raw, number => Assert.True(float.IsFinite(number)));
    }

    private static (float[] Raw, float[] Values) Explain(NetworkSession session, string key, Func<int, float> input) =>
        ChainExplanation.Explain(session, ExplanationMethods.Parse(Short.GetValueOrDefault(key, key)), input);
}
