using GradCam.Conformance.Networks;
using GradCam.Reference;

namespace GradCam.Runtime.Tests.Explain.Inputs;

/// <summary>What the biases contribute: in double precision by hand, and whole sums on random networks.</summary>
public class FullGradTests
{
    /// <summary>
    /// Net O: at its convolution the gradients are (0 1 1 1) and (0 0 -1 -1), the biases -50 and -75: (0 1 1 1) + (0 0 1 1) of 2x2, enlarged, and x g over 11.
    /// </summary>
    [Fact]
    public void The_map_is_the_one_computed_by_hand()
    {
        using NetworkSession session = InputNetworks.Session("NetO");
        Attribution attribution = session.Attribute([.. Enumerable.Range(0, 16).Select(i => (float)i)], TensorLayout.Chw, 0, InputMethod.FullGrad);
        float[] product = [0, 1, 2, 3, 0, 5, 6, 7, 0, 9, 10, 11, 0, 0, 0, 0];
        // 0 1 / 2 2, with half-pixel centres: rows at 0, 1/4, 3/4 and 1 of the way.
        float[] biases = [0, 0.25f, 0.75f, 1, 0.5f, 0.6875f, 1.0625f, 1.25f, 1.5f, 1.5625f, 1.6875f, 1.75f, 2, 2, 2, 2];
        Assert.Equal(product, attribution.Values.ToChwArray());
        Assert.All(attribution.Heatmap.Raw.ToArray().Select((value, i) => value - (product[i] / 11 + biases[i])), value => Assert.Equal(0, value, 1e-6));
        // 54 of x g, and -150 + 150 of the biases.
        Assert.Equal(0, attribution.CompletenessDelta!.Value, 1e-5);
        Assert.Equal((1, 1), (attribution.Forwards, attribution.Backwards));
    }

    [Theory]
    [InlineData("Rectified")]
    [InlineData("Smooth")]
    [InlineData("Prelu")]
    [InlineData("Linear")]
    public void The_map_and_the_sum_are_those_of_double_precision(string name)
    {
        for (int seed = 1; seed <= 3; seed++)
        {
            float[] x = InputNetworks.Input(name, seed);
            Tensor shape = InputNetworks.Of(name).Info.Input;
            IReadOnlyList<TapeMap> maps = TapeNetwork.Trace(name, Array.ConvertAll(x, value => (double)value), 1);
            double[] expected = new double[shape.Pixels];
            double sum = 0;
            foreach (TapeMap map in maps)
            {
                bool isInput = ReferenceEquals(map, maps[^1]);
                int pixels = map.Size.Height * map.Size.Width;
                for (int c = 0; c < map.Gradient.Length / pixels && (isInput || map.Bias.Length > 0); c++)
                {
                    double[] product = [.. Enumerable.Range(c * pixels, pixels).Select(i => map.Gradient[i] * (isInput ? map.Values[i] : map.Bias[c]))];
                    sum += product.Sum();
                    double[] plane = [.. product.Select(Math.Abs)];
                    (double least, double most) = (plane.Min(), plane.Max());
                    if (most > least)
                        Enlarge([.. plane.Select(value => (value - least) / (most - least))], map.Size, shape, expected);
                }
            }

            NetworkSession[] sessions =
            [
                InputNetworks.Session(name), InputNetworks.Session(name, new ReproducibleCpuOptions().Backend),
                InputNetworks.Session(name, ReferenceBackendProvider.Instance),
            ];
            foreach (NetworkSession session in sessions)
            {
                using (session)
                {
                    Attribution attribution = session.Attribute(x, TensorLayout.Chw, 1, InputMethod.FullGrad);
                    float[] found = attribution.Heatmap.Raw.ToArray();
                    double largest = expected.Max();
                    Assert.All(found.Zip(expected), pair => Assert.True(Math.Abs(pair.First - pair.Second) <= 1e-4 * largest, $"{pair} of {largest}"));
                    Assert.Equal(sum - attribution.Score, attribution.CompletenessDelta!.Value, 1e-4);
                    // The same of the target that says so.
                    Attribution target = session.Attribute(x, TensorLayout.Chw, Target.Logit(1), InputMethod.FullGrad);
                    Assert.All(target.Heatmap.Raw.ToArray().Zip(found), pair => Assert.Equal(pair.Second, pair.First, 1e-4));
                }
            }
        }
    }

    [Fact]
    public void Of_random_piecewise_linear_networks_the_sum_is_the_score()
    {
        foreach ((string spec, NetworkClass network) in PiecewiseLinear.Networks)
        {
            foreach (BackendProvider backend in new[] { new CpuOptions().Backend, ReferenceBackendProvider.Instance })
            {
                using var session = new NetworkSession(network.Prepare(backend, RandomNetwork.Weights(network)).CreateExecutor());
                float[] x = network.Input(spec.Length);
                foreach (Target target in new[] { Target.Logit(0), Target.Weighted((0, 1), (1, -2)) })
                {
                    Attribution attribution = session.Attribute(x, TensorLayout.Hwc, target, InputMethod.FullGrad);
                    double scale = attribution.Values.Values.ToArray().Sum(value => Math.Abs((double)value)) + Math.Abs(attribution.Score) + 1;
                    Assert.True(Math.Abs(attribution.CompletenessDelta!.Value) <= 1e-4 * scale, $"{attribution.CompletenessDelta} of {scale}\n{spec}");
                }

                Attribution first = session.Attribute(x, TensorLayout.Hwc, 1, InputMethod.FullGrad);
                Assert.True(Math.Abs(first.CompletenessDelta!.Value) <= 1e-4 * (Math.Abs(first.Score) + first.Values.Values.ToArray().Sum(Math.Abs) + 1), spec);
            }
        }
    }

    private static void Enlarge(double[] plane, (int Height, int Width) size, Tensor shape, double[] sum)
    {
        for (int y = 0; y < shape.Height; y++)
        {
            for (int x = 0; x < shape.Width; x++)
            {
                double row = Math.Clamp((y + 0.5) * size.Height / shape.Height - 0.5, 0, size.Height - 1);
                double column = Math.Clamp((x + 0.5) * size.Width / shape.Width - 0.5, 0, size.Width - 1);
                (int top, int left) = ((int)row, (int)column);
                double At(int r, int c) => plane[Math.Min(r, size.Height - 1) * size.Width + Math.Min(c, size.Width - 1)];
                double upper = At(top, left) + (column - left) * (At(top, left + 1) - At(top, left));
                double lower = At(top + 1, left) + (column - left) * (At(top + 1, left + 1) - At(top + 1, left));
                sum[y * shape.Width + x] += upper + (row - top) * (lower - upper);
            }
        }
    }
}
