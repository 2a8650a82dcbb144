using GradCam.Reference;

namespace GradCam.Runtime.Tests.Explain.Inputs;

/// <summary>Every method against its naive implementation in double precision, on the CPU and on the reference backend.</summary>
public class NaiveMethodTests
{
    private const ulong Seed = 77;

    public static TheoryData<string, string> Cases()
    {
        var cases = new TheoryData<string, string>();
        foreach (InputMethod method in InputMethod.All)
        {
            foreach (string network in new[] { "Rectified", "Smooth", "Prelu" })
                cases.Add(method.Key, network);
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Values_match_double_precision(string key, string network)
    {
        InputMethod method = InputCases.Short(InputMethod.Parse(key));
        if (method is KernelShapMethod shap)
            method = shap with { Samples = 62 };
        for (int seed = 1; seed <= 2; seed++)
        {
            float[] x = InputNetworks.Input(network, seed);
            double[] expected = NaiveMethods.Run(network, x, 2, Seed, method);
            using NetworkSession cpu = InputNetworks.Session(network);
            using NetworkSession reference = InputNetworks.Session(network, ReferenceBackendProvider.Instance);
            Compare(expected, cpu, "on the CPU");
            Compare(expected, reference, "on the reference backend");

            void Compare(double[] values, NetworkSession session, string where)
            {
                Attribution attribution = session.Attribute(x, TensorLayout.Chw, 2, method, new ExplainOptions { Seed = Seed });
                float[] found = attribution.Values.ToChwArray();
                Assert.Equal(values.Length, found.Length);
                double largest = values.Max(Math.Abs);
                Assert.True(largest > 0, "Something is explained.");
                for (int i = 0; i < found.Length; i++)
                {
                    Assert.True(
                        Math.Abs(found[i] - values[i]) <= 1e-4 * largest,
                        $"{method} {where}, input {seed}: [{i}] is {found[i]}, expected {values[i]}, of {largest}");
                }
            }
        }
    }

    /// <summary>Inputs are of 8x8 pixels: windows and strides are smaller, as large and larger, also a stride that leaves out what is before it.</summary>
    [Theory]
    [InlineData(15, 8)]
    [InlineData(15, 15)]
    [InlineData(3, 8)]
    [InlineData(3, 7)]
    [InlineData(3, 5)]
    [InlineData(1, 100)]
    [InlineData(8, 9)]
    [InlineData(7, 1)]
    [InlineData(5, 2)]
    public void Occlusion_with_any_window_and_stride(int window, int stride)
    {
        OcclusionMethod down = InputMethod.Occlusion with { WindowHeight = window, StrideDown = stride, WindowWidth = 2, StrideAcross = 3 };
        OcclusionMethod across = InputMethod.Occlusion with { WindowHeight = 2, StrideDown = 3, WindowWidth = window, StrideAcross = stride };
        float[] x = InputNetworks.Input("Rectified");
        using NetworkSession session = InputNetworks.Session("Rectified");
        foreach (OcclusionMethod method in new[] { down, across })
        {
            double[] expected = NaiveMethods.Run("Rectified", x, 2, Seed, method);
            Attribution attribution = session.Attribute(x, TensorLayout.Chw, 2, method);
            float[] found = attribution.Values.ToChwArray();
            Assert.All(expected.Zip(found), pair => Assert.Equal(pair.First, pair.Second, 1e-4 * expected.Max(Math.Abs)));
            Assert.Equal(method.CountPasses(InputNetworks.Of("Rectified").Info.Input).Total, attribution.Forwards);
        }
    }

    /// <summary>The tape is what the others stand on: its gradients against differences of its scores, and its scores against the session's.</summary>
    [Theory]
    [InlineData("Rectified")]
    [InlineData("Smooth")]
    [InlineData("Prelu")]
    [InlineData("Linear")]
    public void The_networks_by_hand_are_the_compiled_ones(string network)
    {
        float[] x = InputNetworks.Input(network);
        double[] input = Array.ConvertAll(x, value => (double)value);
        using NetworkSession session = InputNetworks.Session(network, ReferenceBackendProvider.Instance);
        float[] logits = session.Forward(x, TensorLayout.Chw).ToArray();
        for (int c = 0; c < logits.Length; c++)
        {
            (double score, double[] gradient) = TapeNetwork.Run(network, input, c);
            Assert.Equal(score, logits[c], 1e-5);
            for (int i = 0; i < input.Length; i += 7)
            {
                double[] more = [.. input];
                double[] less = [.. input];
                more[i] += 1e-6;
                less[i] -= 1e-6;
                double difference = (TapeNetwork.Run(network, more, c).Score - TapeNetwork.Run(network, less, c).Score) / 2e-6;
                Assert.Equal(difference, gradient[i], 1e-5);
            }
        }
    }

    [Theory]
    [InlineData("saliency", false)]
    [InlineData("smoothgrad", false)]
    [InlineData("guidedbackprop", false)]
    [InlineData("integratedgradients", true)]
    [InlineData("deeplift", true)]
    [InlineData("forgrad", true)]
    [InlineData("occlusion", true)]
    public void The_map_is_the_sum_or_the_largest_magnitude_of_a_pixel(string key, bool isSum)
    {
        using NetworkSession session = InputNetworks.Session("Rectified");
        Attribution attribution = session.Attribute(InputNetworks.Input("Rectified"), TensorLayout.Chw, 0, InputCases.Short(InputMethod.Parse(key)));
        FeatureMaps values = attribution.Values;
        Heatmap map = attribution.Heatmap;
        Assert.Equal((values.Height, values.Width), (map.Height, map.Width));
        for (int p = 0; p < map.Raw.Length; p++)
        {
            float[] pixel = values.Values.Slice(p * values.Channels, values.Channels).ToArray();
            Assert.Equal(isSum ? pixel.Sum() : pixel.Max(MathF.Abs), map.Raw[p], 1e-6f);
        }

        Assert.Equal(("input", 0), (map.LayerName, map.ClassIndex));
        Assert.Same(attribution.Method, map.Method);
    }

    [Fact]
    public void Of_a_grid_the_map_has_the_grids_size()
    {
        using NetworkSession session = InputNetworks.Session("Rectified");
        Attribution attribution = session.Attribute(
            InputNetworks.Input("Rectified"), TensorLayout.Chw, 0, InputCases.Short(InputMethod.Lime));
        Assert.Equal((2, 3), (attribution.Heatmap.Height, attribution.Heatmap.Width));
        for (int y = 0; y < 8; y++)
            for (int x = 0; x < 8; x++)
                Assert.Equal(attribution.Heatmap.Raw[y / 4 * 3 + x * 3 / 8], attribution.Values[0, y, x]);
    }

    [Fact]
    public void Superpixels_of_the_callers_are_cells_of_any_shape()
    {
        int[] labels = [.. Enumerable.Range(0, 64).Select(p => p / 8 * 2 / 8 * 3 + p % 8 * 3 / 8)];
        using NetworkSession session = InputNetworks.Session("Rectified");
        float[] x = InputNetworks.Input("Rectified");
        InputMethod[] methods = [InputMethod.Sobol with { Samples = 4 }, InputMethod.Lime with { Samples = 30 }, InputMethod.KernelShap];
        foreach (InputMethod method in methods)
        {
            float[] onGrid = session.Attribute(x, TensorLayout.Chw, 0, With(method, Segmentation.Grid(2, 3))).Values.ToChwArray();
            Attribution attribution = session.Attribute(x, TensorLayout.Chw, 0, With(method, Segmentation.FromLabels(labels)));
            Assert.Equal(onGrid, attribution.Values.ToChwArray());
            Assert.Equal(8, attribution.Heatmap.Height);
        }

        string message = Assert.Throws<InvalidOperationException>(
            () => session.Attribute(x, TensorLayout.Chw, 0, InputMethod.Lime with { Segments = Segmentation.FromLabels([0, 1]) })).Message;
        Assert.Contains("8x8 = 64 pixels; the segmentation has 2", message, StringComparison.Ordinal);

        static InputMethod With(InputMethod method, Segmentation segments) => method switch
        {
            SobolMethod sobol => sobol with { Segments = segments },
            LimeMethod lime => lime with { Segments = segments },
            KernelShapMethod shap => shap with { Segments = segments },
            _ => throw new ArgumentException(method.Name),
        };
    }
}
