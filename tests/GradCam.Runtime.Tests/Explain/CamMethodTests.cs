using System.Reflection;
using GradCam.Explain.Maps;
using GradCam.Numerics;

namespace GradCam.Runtime.Tests.Explain;

/// <summary>
/// Each method's formula against a plain double-precision implementation written from the papers' formulas, channels first; and what a method must have.
/// </summary>
public class CamMethodTests
{
    /// <summary>Net O of Captum's tests (2x2 maps of two channels) has these maps at its relu, before the relu of the map.</summary>
    private static readonly Dictionary<CamMethod, float[]> ByHand = new()
    {
        [CamMethod.ClassActivationMap] = [0, 16, 112, 130],
        [CamMethod.GradCam] = [0, 4, 28, 32.5f],
        [CamMethod.FinerCam] = [0, 4, 28, 32.5f],
        [CamMethod.HiResCam] = [0, 4, 25, 25],
        [CamMethod.GradCamPlusPlus] = [0, 0.207792f, 1.871259f, 2.730096f],
        [CamMethod.XGradCam] = [0, 4, 25, 25],
        [CamMethod.LayerCam] = [0, 4, 31, 40],
        [CamMethod.GradCamElementWise] = [0, 4, 31, 40],
        [CamMethod.EigenCam] = [-19.441900f, -15.654904f, 11.839155f, 23.257649f],
        [CamMethod.EigenGradCam] = [-19.441900f, -15.654904f, 11.839155f, 23.257649f],
        [CamMethod.SegEigenCam] = [-19.441900f, -15.654904f, 11.839155f, 23.257649f],
        [CamMethod.KpcaCam] = [-0.892523f, -0.773005f, 0.618166f, 1.047362f],
        [CamMethod.Fem] = [0, 0, 0, 0],
        [CamMethod.ActivationMap] = [0, 2, 18.5f, 27.5f],
        // SplitMix64 from 0 begins with e220a8397b1dcdaf and 6e789e6aa1b965f4: weights 0.766622 and -0.136944.
        [CamMethod.RandomCam] = [0, 3.066487f, 22.943607f, 28.610706f],
    };

    /// <summary>The kernel's tanh is about its end for activations of 40: a tenth of them.</summary>
    private static readonly Dictionary<CamMethod, float> ScalesByHand = new() { [CamMethod.KpcaCam] = 0.1f };

    public static TheoryData<string> AllKeys() => [.. CamMethod.All.Select(method => method.Key)];

    /// <summary>Methods of one pass's maps; those that run the network again have tests of their own.</summary>
    public static TheoryData<string> Keys() => [.. CamMethod.All.Where(method => !method.Reruns).Select(method => method.Key)];

    public static TheoryData<string, int, int, int> Cases()
    {
        var cases = new TheoryData<string, int, int, int>();
        foreach (CamMethod method in CamMethod.All.Where(method => !method.Reruns))
        {
            foreach ((int channels, int height, int width) in new[] { (1, 1, 1), (3, 2, 5), (8, 7, 7), (17, 1, 4), (64, 14, 13), (100, 3, 1) })
                cases.Add(method.Key, channels, height, width);
        }

        return cases;
    }

    [Fact]
    public void The_registry_has_every_method_of_the_assembly_once()
    {
        Type[] classes = [.. typeof(CamMethod).Assembly.GetTypes().Where(IsMethod)];
        Assert.Equal(classes.Select(type => type.Name).Order(), CamMethod.All.Select(method => method.GetType().Name).Order());
        Assert.Equal(CamMethod.All.Count, CamMethod.All.Select(method => method.Key).Distinct().Count());
        Assert.Same(CamMethod.GradCam, CamMethod.All[0]);
    }

    [Theory]
    [MemberData(nameof(AllKeys))]
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
    [MemberData(nameof(AllKeys))]
    public void A_method_has_a_row_in_the_page(string key)
    {
        CamMethod method = CamMethod.Parse(key);
        using var reader = new StreamReader(typeof(CamMethodTests).Assembly.GetManifestResourceStream("Explain.README.md")!);
        string row =
            $"| `{method.Key}` | {method.Name} | {method.Formula.Replace("; ", "<br>", StringComparison.Ordinal)} | {Text(method.Needs)} | {method.Paper} |";
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

            AssertEqual(Plain(method)(Channels(activations, channels), Channels(gradients, channels)), map);
        }
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Maps_of_a_small_network_are_those_computed_by_hand(string key)
    {
        CamMethod method = CamMethod.Parse(key);
        float scale = ScalesByHand.GetValueOrDefault(method, 1);
        float[] activations = [.. NetO.Select(a => a * scale)];
        Assert.True(ByHand.TryGetValue(method, out float[]? expected), $"{method} has no map computed by hand.");
        Assert.All(Compute(method, activations, NetOGradients, 4).Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 1e-5f));
    }

    [Fact]
    public void FEM_has_other_thresholds_and_another_sum()
    {
        AssertEqual([0, 1, 9.25, 13.75], Compute(CamMethod.CreateFem(1), NetO, NetOGradients, 4));
        AssertEqual([0, 0, 0, 24], Compute(CamMethod.CreateFem(1, isBinary: true), NetO, NetOGradients, 4));
        // A constant channel is at its threshold everywhere, and above it nowhere.
        AssertEqual([3, 3], Compute(CamMethod.CreateFem(2, isBinary: true), [3, 3], [0, 0], 2));
        AssertEqual([0, 0], Compute(CamMethod.CreateFem(2), [3, 3], [0, 0], 2));
        (float[] activations, float[] gradients) = Maps(3, 19, 30, positive: false);
        foreach (bool isBinary in new[] { false, true })
        {
            double[] expected = PlainMethods.Fem(0.7, isBinary)(Channels(activations, 19), Channels(gradients, 19));
            AssertEqual(expected, Compute(CamMethod.CreateFem(0.7, isBinary), activations, gradients, 30));
        }

        Assert.Equal("FEM (deviations 1, binary)", CamMethod.CreateFem(1, isBinary: true).ToString());
        Assert.Contains("0.5 deviation", CamMethod.CreateFem(0.5).Formula, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => CamMethod.CreateFem(double.NaN));
        Assert.DoesNotContain(CamMethod.All, method => method.Parameters.Length > 0);
    }

    [Fact]
    public void Random_weights_are_of_a_seed()
    {
        (float[] activations, float[] gradients) = Maps(3, 40, 6, positive: true);
        double[] expected = PlainMethods.Random(unchecked((ulong)-7))(Channels(activations, 40), Channels(gradients, 40));
        AssertEqual(expected, Compute(CamMethod.CreateRandomCam(-7), activations, gradients, 6));
        Assert.NotEqual(Compute(CamMethod.RandomCam, activations, gradients, 6), Compute(CamMethod.CreateRandomCam(1), activations, gradients, 6));
        Assert.Equal(Compute(CamMethod.RandomCam, activations, gradients, 6), Compute(CamMethod.CreateRandomCam(0), activations, gradients, 6));
    }

    /// <summary>Of what is summed over channels, the first principal component; where a method has no sum, itself.</summary>
    [Theory]
    [MemberData(nameof(Keys))]
    public void Eigen_smoothing_puts_the_first_principal_component_of_the_summands_in_the_sums_place(string key)
    {
        CamMethod method = CamMethod.Parse(key);
        CamMethod smooth = method.WithEigenSmoothing();
        Assert.Same(smooth, smooth.WithEigenSmoothing());
        Assert.Equal((method.Key, method.Needs, $"{method.Name} (eigen-smooth)"), (smooth.Key, smooth.Needs, smooth.ToString()));
        const int channels = 21;
        const int pixels = 12;
        (float[] activations, float[] gradients) = Maps(8, channels, pixels, positive: true);
        // A channel's summand is the map of the channel alone.
        double[][] a = Channels(activations, channels);
        double[][] g = Channels(gradients, channels);
        float[] actual = Compute(smooth, activations, gradients, pixels);
        bool isEigen = key.Contains("eigen", StringComparison.Ordinal) || method == CamMethod.KpcaCam;
        bool isOfAllChannels = method == CamMethod.ActivationMap || method == CamMethod.RandomCam;
        if (isEigen)
            AssertEqual(Plain(method)(a, g), actual);
        else if (!isOfAllChannels)
            AssertEqual(PlainMethods.PrincipalComponent([.. Enumerable.Range(0, channels).Select(c => Plain(method)([a[c]], [g[c]]))]), actual);
        else if (method == CamMethod.ActivationMap)
            AssertEqual([.. PlainMethods.PrincipalComponent(a).Select(v => v / channels)], actual);
        Assert.Contains(actual, v => v != 0);
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void NaN_is_not_swallowed(string key)
    {
        CamMethod method = CamMethod.Parse(key);
        // The last channels go through the scalar tail, the first ones through vectors.
        foreach (int channel in new[] { 0, 18 })
        {
            foreach (CamMethod form in new[] { method, method.WithEigenSmoothing() })
            {
                (float[] activations, float[] gradients) = Maps(5, 19, 6, positive: true);
                activations[19 * 2 + channel] = float.NaN;
                Assert.Contains(Compute(form, activations, gradients, 6), float.IsNaN);
                if ((method.Needs & (MethodNeeds.Gradients | MethodNeeds.GradientSums)) == 0)
                    continue;
                (activations, gradients) = Maps(5, 19, 6, positive: true);
                gradients[19 * 2 + channel] = float.NaN;
                Assert.Contains(Compute(form, activations, gradients, 6), float.IsNaN);
            }
        }
    }

    /// <summary>Zeros, constants, numbers that vanish and large ones: a finite map.</summary>
    [Theory]
    [MemberData(nameof(Keys))]
    public void A_map_of_finite_numbers_is_finite(string key)
    {
        CamMethod method = CamMethod.Parse(key);
        foreach (CamMethod form in new[] { method, method.WithEigenSmoothing() })
        {
            foreach (float a in new[] { 0, 1, -1, 1e-38f, 1e15f, -1e15f })
            {
                foreach (float g in new[] { 0, 1, -1, 1e-38f, 1e15f, -1e15f })
                {
                    float[] same = Enumerable.Repeat(a, 5 * 6).ToArray();
                    float[] other = [.. same.Select((v, i) => i % 7 == 0 ? v : i % 2 == 0 ? 0 : -v)];
                    float[] gradients = Enumerable.Repeat(g, 5 * 6).ToArray();
                    // Grad-CAM++ has a pole where g sum(A) is -2: it may come near, but not to it.
                    Assert.All(Compute(form, same, gradients, 6), v => Assert.True(float.IsFinite(v), $"{form}: {v} of A {a} and g {g}"));
                    Assert.All(Compute(form, other, gradients, 6), v => Assert.True(float.IsFinite(v), $"{form}: {v} of +-A {a} and g {g}"));
                }
            }
        }

        // What rounding leaves of equal positions is no picture.
        float[] equal = Enumerable.Repeat(0.1f, 3 * 50).ToArray();
        if (key.Contains("eigen", StringComparison.Ordinal) || method == CamMethod.KpcaCam)
            Assert.All(Compute(method, equal, equal, 50), v => Assert.Equal(0, v));
    }

    /// <summary>Maps of a layer as large as networks have, where eigenvalues lie close together: the largest is found all the same.</summary>
    [Theory]
    [InlineData(300, 120)]
    [InlineData(90, 400)]
    [InlineData(2, 2000)]
    public void Principal_components_of_large_layers(int pixels, int channels)
    {
        var random = new Random(pixels);
        float[] activations = [.. Enumerable.Range(0, pixels * channels).Select(_ => Math.Max(random.NextSingle() - 0.4f, 0))];
        float[] map = Compute(CamMethod.EigenCam, activations, activations, pixels);
        double[][] a = Channels(activations, channels);
        // What is projected has the largest variance: that of the smaller Gram matrix, which Jacobi's rotations give.
        double[][] centred = [.. a.Select(channel => channel.Select(v => v - channel.Average()).ToArray())];
        double[][] rows = pixels < channels ? [.. Enumerable.Range(0, pixels).Select(p => centred.Select(channel => channel[p]).ToArray())] : centred;
        double[,] gram = new double[rows.Length, rows.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            for (int j = 0; j <= i; j++)
                gram[i, j] = gram[j, i] = rows[i].Zip(rows[j], (v, w) => v * w).Sum();
        }

        Assert.Equal(1, map.Sum(v => (double)v * v) / Jacobi.Largest(gram).Value, 1e-6);
        Assert.True(map.Max() >= -map.Min());
        // The same bits again, of the same memory or other.
        Assert.Equal(map, Compute(CamMethod.EigenCam, activations, activations, pixels));
    }

    [Fact]
    public void A_kernel_of_too_many_positions_is_refused()
    {
        string message = Assert.Throws<NotSupportedException>(() => Compute(CamMethod.KpcaCam, new float[65 * 64], [], 65 * 64)).Message;
        Assert.Contains("4096", message, StringComparison.Ordinal);
        Assert.Contains("4160", message, StringComparison.Ordinal);
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

    /// <summary>Those that have another method within are none of their own.</summary>
    private static bool IsMethod(Type type) => type.IsSubclassOf(typeof(CamMethod)) && !type.IsAbstract && type.BaseType?.Name != "ModifiedMethod";

    private static float[] NetO => [0, 0, 4, 0, 31, 6, 40, 15];

    private static float[] NetOGradients => [1, 1, 1, -1, 1, -1, 1, -1];

    /// <summary>"activations, gradient sums": the words of the page.</summary>
    private static string Text(MethodNeeds needs) => string.Join(", ", needs.ToString().Split(", ").Select(need => need switch
    {
        nameof(MethodNeeds.GradientSums) => "gradient sums",
        nameof(MethodNeeds.PooledLinearHead) => "a pooled linear head",
        nameof(MethodNeeds.PiecewiseLinearTail) => "a piecewise linear tail",
        nameof(MethodNeeds.ForwardPasses) => "forward passes",
        nameof(MethodNeeds.InputGradients) => "gradients at the input",
        _ => need.ToLowerInvariant(),
    }));

    private static float[] Compute(CamMethod method, float[] activations, float[] gradients, int pixels)
    {
        float[] map = new float[pixels];
        var maps = new PackedMaps(MachineArithmetic.Instance);
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

    private static PlainMethods.Method Plain(CamMethod method)
    {
        Assert.True(PlainMethods.All.TryGetValue(method, out PlainMethods.Method? plain), $"{method} has no plain implementation.");
        return plain;
    }

    /// <summary>Channels first.</summary>
    private static double[][] Channels(float[] maps, int channels) =>
        [.. Enumerable.Range(0, channels).Select(c => Enumerable.Range(0, maps.Length / channels).Select(p => (double)maps[p * channels + c]).ToArray())];

    private static void AssertEqual(double[] expected, float[] map)
    {
        double largest = expected.Max(Math.Abs);
        for (int p = 0; p < map.Length; p++)
            Assert.True(Math.Abs(map[p] - expected[p]) <= 1e-5 * largest + 1e-12, $"pixel {p}: {map[p]} instead of {expected[p]}");
    }
}
