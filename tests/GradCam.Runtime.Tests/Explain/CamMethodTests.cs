using System.Reflection;
using GradCam.Explain.Maps;

namespace GradCam.Runtime.Tests.Explain;

/// <summary>Each method's formula against a plain double-precision implementation written from the papers' formulas, channels first; and what a method must have.</summary>
public class CamMethodTests
{
    /// <summary>A method's term of the map: of one channel's activations and gradients, at a pixel. A method without one fails a test.</summary>
    private static readonly Dictionary<CamMethod, Func<double[], double[], int, double>> Formulas = new()
    {
        [CamMethod.GradCam] = (a, g, p) => g.Average() * a[p],
        [CamMethod.HiResCam] = (a, g, p) => g[p] * a[p],
        [CamMethod.GradCamPlusPlus] = (a, g, p) => g.Sum(v => Alpha(v, a.Sum()) * Math.Max(v, 0)) * a[p],
        [CamMethod.XGradCam] = (a, g, p) => g.Zip(a, (v, w) => v * w).Sum() / (a.Sum() + 1e-7) * a[p],
        [CamMethod.LayerCam] = (a, g, p) => Math.Max(g[p], 0) * a[p],
        [CamMethod.GradCamElementWise] = (a, g, p) => Math.Max(g[p] * a[p], 0),
    };

    /// <summary>Net O of Captum's tests (2x2 maps of two channels) has these maps at its relu, before the relu of the map.</summary>
    private static readonly Dictionary<CamMethod, float[]> ByHand = new()
    {
        [CamMethod.GradCam] = [0, 4, 28, 32.5f],
        [CamMethod.HiResCam] = [0, 4, 25, 25],
        [CamMethod.GradCamPlusPlus] = [0, 0.207792f, 1.871259f, 2.730096f],
        [CamMethod.XGradCam] = [0, 4, 25, 25],
        [CamMethod.LayerCam] = [0, 4, 31, 40],
        [CamMethod.GradCamElementWise] = [0, 4, 31, 40],
    };

    public static TheoryData<string> Keys() => [.. CamMethod.All.Select(method => method.Key)];

    public static TheoryData<string, int, int, int> Cases()
    {
        var cases = new TheoryData<string, int, int, int>();
        foreach (CamMethod method in CamMethod.All)
        {
            foreach ((int channels, int height, int width) in new[] { (1, 1, 1), (3, 2, 5), (8, 7, 7), (17, 1, 4), (64, 14, 13), (100, 3, 1) })
                cases.Add(method.Key, channels, height, width);
        }

        return cases;
    }

    [Fact]
    public void The_registry_has_every_method_of_the_assembly_once()
    {
        Type[] classes = [.. typeof(CamMethod).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(CamMethod)) && !type.IsAbstract)];
        Assert.Equal(classes.Select(type => type.Name).Order(), CamMethod.All.Select(method => method.GetType().Name).Order());
        Assert.Equal(CamMethod.All.Count, CamMethod.All.Select(method => method.Key).Distinct().Count());
        Assert.Same(CamMethod.GradCam, CamMethod.All[0]);
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void A_method_has_a_member_name_formula_paper_and_needs(string key)
    {
        CamMethod method = CamMethod.Parse(key);
        PropertyInfo member = Assert.Single(
            typeof(CamMethod).GetProperties(BindingFlags.Public | BindingFlags.Static), property => property.GetValue(null) == method);
        Assert.Equal(member.Name + "Method", method.GetType().Name);
        Assert.Same(method, CamMethod.Parse(member.Name));
        Assert.Same(method, CamMethod.Parse(method.Name));
        Assert.Equal(method.Name, method.ToString());
        Assert.Matches("^[a-z0-9+]+$", method.Key);
        Assert.Contains("map = ", method.Formula, StringComparison.Ordinal);
        Assert.Contains(method.Year.ToString(System.Globalization.CultureInfo.InvariantCulture), method.Paper, StringComparison.Ordinal);
        Assert.NotEqual(MethodNeeds.None, method.Needs);
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void A_method_has_a_row_in_the_page(string key)
    {
        CamMethod method = CamMethod.Parse(key);
        using var reader = new StreamReader(typeof(CamMethodTests).Assembly.GetManifestResourceStream("Explain.README.md")!);
        string row = $"| `{method.Key}` | {method.Name} | {method.Formula.Replace("; ", "<br>", StringComparison.Ordinal)} | {Text(method.Needs)} | {method.Paper} |";
        Assert.Contains(row, reader.ReadToEnd().Split('\n'));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Formula_matches_double_precision(string key, int channels, int height, int width)
    {
        CamMethod method = CamMethod.Parse(key);
        foreach (bool positive in new[] { true, false })
        {
            (float[] activations, float[] gradients) = Maps(channels * 31 + height * 7 + width, channels, height * width, positive);
            float[] map = Compute(method, activations, gradients, height * width);

            double[] expected = Plain(method, activations, gradients, channels, height * width);
            double largest = expected.Max(Math.Abs);
            for (int p = 0; p < map.Length; p++)
                Assert.True(Math.Abs(map[p] - expected[p]) <= 1e-5 * largest + 1e-12, $"pixel {p}: {map[p]} instead of {expected[p]} (positive: {positive})");
        }
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Maps_of_a_small_network_are_those_computed_by_hand(string key)
    {
        CamMethod method = CamMethod.Parse(key);
        float[] activations = [0, 0, 4, 0, 31, 6, 40, 15];
        float[] gradients = [1, 1, 1, -1, 1, -1, 1, -1];
        Assert.True(ByHand.TryGetValue(method, out float[]? expected), $"{method} has no map computed by hand.");
        Assert.All(Compute(method, activations, gradients, 4).Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 1e-5f));
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void NaN_in_a_gradient_is_not_swallowed(string key)
    {
        // The last channels go through the scalar tail, the first ones through vectors.
        foreach (int channel in new[] { 0, 18 })
        {
            (float[] activations, float[] gradients) = Maps(5, 19, 6, positive: true);
            gradients[19 * 2 + channel] = float.NaN;
            Assert.Contains(Compute(CamMethod.Parse(key), activations, gradients, 6), float.IsNaN);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("gradcam+++")]
    [InlineData("nose")]
    public void An_unknown_name_is_refused_with_the_known_ones(string name)
    {
        Assert.Contains("gradcam, ", Assert.Throws<ArgumentException>(() => CamMethod.Parse(name)).Message, StringComparison.Ordinal);
        Assert.False(CamMethod.TryParse(name, out _));
        Assert.False(CamMethod.TryParse(null, out _));
    }

    private static string Text(MethodNeeds needs) => needs.ToString() switch
    {
        "Activations, GradientSums" => "activations, gradient sums",
        "Activations, Gradients" => "activations, gradients",
        string other => throw new InvalidOperationException($"How does the page say {other}?"),
    };

    private static float[] Compute(CamMethod method, float[] activations, float[] gradients, int pixels)
    {
        float[] map = new float[pixels];
        var maps = new PackedMaps();
        maps.Begin(activations, gradients, default, map);
        method.Compute(maps);
        return map;
    }

    /// <summary>Activations (after a relu where positive) and gradients of which some are exactly 0, [pixel, channel].</summary>
    private static (float[] Activations, float[] Gradients) Maps(int seed, int channels, int pixels, bool positive)
    {
        var random = new Random(seed);
        float[] activations = new float[channels * pixels];
        float[] gradients = new float[channels * pixels];
        for (int i = 0; i < activations.Length; i++)
        {
            float a = random.NextSingle() * 4 - 1.5f;
            activations[i] = positive ? Math.Max(a, 0) : a;
            gradients[i] = random.Next(5) == 0 ? 0 : (random.NextSingle() - 0.45f) / 10;
        }

        return (activations, gradients);
    }

    private static double[] Plain(CamMethod method, float[] activations, float[] gradients, int channels, int pixels)
    {
        Assert.True(Formulas.TryGetValue(method, out Func<double[], double[], int, double>? formula), $"{method} has no formula test.");
        double[] map = new double[pixels];
        for (int c = 0; c < channels; c++)
        {
            double[] a = Enumerable.Range(0, pixels).Select(p => (double)activations[p * channels + c]).ToArray();
            double[] g = Enumerable.Range(0, pixels).Select(p => (double)gradients[p * channels + c]).ToArray();
            for (int p = 0; p < pixels; p++)
                map[p] += formula(a, g, p);
        }

        return map;
    }

    private static double Alpha(double g, double sum) => g == 0 ? 0 : Math.Pow(g, 2) / (2 * Math.Pow(g, 2) + Math.Pow(g, 3) * sum + 1e-6);
}
