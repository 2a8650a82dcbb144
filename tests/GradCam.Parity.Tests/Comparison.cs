namespace GradCam.Parity.Tests;

/// <summary>Compares a session with a golden file: every logit, map, mean and gradient.</summary>
internal sealed class Comparison
{
    /// <summary>The largest difference of each quantity, relative to its largest reference value.</summary>
    public Dictionary<string, double> Differences { get; } = [];

    public KeyValuePair<string, double> Worst => Differences.MaxBy(pair => double.IsNaN(pair.Value) ? double.PositiveInfinity : pair.Value);

    /// <summary>Compares what a forward pass on the file's input left in the session.</summary>
    public static Comparison Of(NetworkSession session, GoldenFile golden)
    {
        var comparison = new Comparison();
        comparison.Add("logits", session.Logits, golden.Logits);
        foreach ((string name, GoldenLayer layer) in golden.Layers)
            comparison.AddLayer(session, golden, name, layer);
        comparison.AddInputGradient(session, golden);
        return comparison;
    }

    private void AddLayer(NetworkSession session, GoldenFile golden, string name, GoldenLayer layer)
    {
        FeatureMaps activations = session.GetActivations(name);
        Assert.Equal(layer.Shape, new[] { activations.Channels, activations.Height, activations.Width });
        float[] means = new float[activations.Channels];
        activations.GetChannelMeans(means);
        Add($"{name} activation means", means, layer.ActMean);
        session.GetGradients(golden.ClassIndex, name).GetChannelMeans(means);
        Add($"{name} gradient means", means, layer.GradMean);
        Assert.Equal(["elementwise", "gradcam", "gradcam++", "hirescam", "layercam", "xgradcam"], layer.Maps.Keys.Order(StringComparer.Ordinal));
        foreach ((string method, double[] map) in layer.Maps)
            Add($"{name} {method}", session.Explain(golden.ClassIndex, name, CamMethod.Parse(method)).Raw, map, Floor(layer, method));
    }

    /// <summary>
    /// HiResCAM's terms g A may cancel: before a layer norm over channels their sum is zero but for its epsilon, as scaling A changes nothing.
    /// In single precision a sum of less than a ten thousandth of its positive terms has no digits left, and is compared with those terms.
    /// </summary>
    private static double Floor(GoldenLayer layer, string method) => method == "hirescam" ? 1e-4 * layer.Maps["layercam"].Max(Math.Abs) : 0;

    private void AddInputGradient(NetworkSession session, GoldenFile golden)
    {
        FeatureMaps gradients = session.GetGradients(golden.ClassIndex, "input");
        Assert.Equal(golden.InputShape[1..], new[] { gradients.Channels, gradients.Height, gradients.Width });
        double squares = 0;
        double[] largest = new double[gradients.Height * gradients.Width];
        for (int p = 0; p < largest.Length; p++)
        {
            foreach (float value in gradients.Values.Slice(p * gradients.Channels, gradients.Channels))
            {
                largest[p] = Math.Max(largest[p], Math.Abs(value));
                squares += (double)value * value;
            }
        }

        Add("input gradient", BinMaxima(largest, gradients.Height, gradients.Width, 8), golden.InputGradient.AbsMaxPerPixel8X8);
        Add("input gradient's norm", [(float)Math.Sqrt(squares)], [golden.InputGradient.L2]);
    }

    /// <summary>PyTorch's adaptive_max_pool2d: row i covers rows floor(i H / n) to ceil((i + 1) H / n).</summary>
    private static float[] BinMaxima(double[] map, int height, int width, int bins)
    {
        float[] maxima = new float[bins * bins];
        for (int i = 0; i < bins; i++)
        {
            for (int j = 0; j < bins; j++)
            {
                double largest = double.NegativeInfinity;
                for (int y = i * height / bins; y < ((i + 1) * height + bins - 1) / bins; y++)
                {
                    for (int x = j * width / bins; x < ((j + 1) * width + bins - 1) / bins; x++)
                        largest = Math.Max(largest, map[y * width + x]);
                }

                maxima[i * bins + j] = (float)largest;
            }
        }

        return maxima;
    }

    /// <summary>Adds a quantity.</summary>
    public void Add(string quantity, ReadOnlySpan<float> actual, ReadOnlySpan<double> expected, double floor = 0)
    {
        Assert.Equal(expected.Length, actual.Length);
        double difference = 0;
        double largest = floor;
        for (int i = 0; i < expected.Length; i++)
        {
            // NaN must not get lost in a maximum.
            double d = Math.Abs(actual[i] - expected[i]);
            difference = double.IsNaN(d) ? double.NaN : double.IsNaN(difference) ? difference : Math.Max(difference, d);
            largest = Math.Max(largest, Math.Abs(expected[i]));
        }

        Differences.Add(quantity, difference / largest);
    }
}
