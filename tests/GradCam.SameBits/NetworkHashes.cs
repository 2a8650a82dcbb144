namespace GradCam.SameBits;

/// <summary>What a network computes, to the bit: a line for each result.</summary>
/// <param name="name">The network's name.</param>
/// <param name="session">A session of it.</param>
internal sealed class NetworkHashes(string name, NetworkSession session)
{
    private static readonly HeatmapResampling[] Resamplings = Enum.GetValues<HeatmapResampling>();

    private static readonly HeatmapScale[] Scales =
        [HeatmapScale.ZeroToOne, HeatmapScale.MinusOneToOne, HeatmapScale.Raw, HeatmapScale.Percentile(90), HeatmapScale.Percentile(isSigned: true)];

    /// <summary>The lines so far: name and hash.</summary>
    public List<(string Name, string Hash)> Lines { get; } = [];

    private NetworkInfo Info => session.Info;

    /// <summary>Of an input without a pattern.</summary>
    /// <param name="seed">Which.</param>
    public void Forward(uint seed)
    {
        session.Forward(Input(seed), TensorLayout.Chw);
        Outputs("tensor");
    }

    /// <summary>Of a photo without a pattern.</summary>
    public void Forward(int width, int height, PixelFormat format)
    {
        byte[] pixels = new byte[width * height * (format switch { PixelFormat.Gray8 => 1, PixelFormat.Rgb24 or PixelFormat.Bgr24 => 3, _ => 4 })];
        for (int i = 0; i < pixels.Length; i++)
            pixels[i] = (byte)((i * 31) + (i / 977 * 7));
        session.Forward(new ImageView(pixels, width, height, format));
        Add($"{format} {width}x{height} input", session.GetInput(0));
        Outputs($"{format} {width}x{height}");
    }

    /// <summary>Heatmaps of the last pass by all methods, or by those that run the network no more, and gradients of targets.</summary>
    public void Explain(bool reruns)
    {
        int last = Info.Logits.Channels - 1;
        foreach (LayerInfo layer in Info.Layers)
        {
            foreach (CamMethod method in CamMethod.All.Where(method => reruns || (method.Needs & MethodNeeds.ForwardPasses) == 0))
                Add($"{layer.Name} {method.Key}", () => session.Explain(last, layer.Name, method));
            Add($"{layer.Name} gradients", session.GetGradients(last, layer.Name).Values);
            Add($"{layer.Name} gradients of a probability", session.GetGradients(Target.Probability(0), layer.Name).Values);
            Add($"{layer.Name} gradients of a log-probability", session.GetGradients(Target.LogProbability(0), layer.Name).Values);
            Add($"{layer.Name} eigen-smooth", () => session.Explain(0, layer.Name, CamMethod.LayerCam.WithEigenSmoothing()));
            Add($"{layer.Name} augmented", () => session.Explain(0, layer.Name, CamMethod.GradCam.WithAugmentation()));
        }

        LayerReference[] layers = [.. Info.Layers.Select(layer => (LayerReference)layer.Name)];
        foreach (LayerFusion fusion in Enum.GetValues<LayerFusion>())
            Add($"fused {fusion}", () => session.ExplainLayers(0, layers, fusion, CamMethod.LayerCam));
        var value = new Fingerprint();
        value.Add(session.Evaluate(Target.LogProbability(last)));
        Lines.Add(($"{name} log-probability", value.ToString()));
    }

    /// <summary>Attributions of an input without a pattern by all methods.</summary>
    public void Attribute(uint seed)
    {
        float[] input = Input(seed);
        foreach (InputMethod method in InputMethod.All)
        {
            try
            {
                Add(method.Key, session.Attribute(input, TensorLayout.Hwc, 0, method).Values.Values);
            }
            catch (NotSupportedException)
            {
                Lines.Add(($"{name} {method.Key}", "does not fit"));
            }
        }
    }

    /// <summary>Of an input with NaN, infinity and zeros of both signs.</summary>
    public void Degenerate()
    {
        float[] input = new float[Info.Input.Length];
        for (int i = 0; i < input.Length; i++)
            input[i] = (i % 5) switch { 0 => -0f, 1 => 0f, _ => 1e-38f * i };
        session.Forward(input, TensorLayout.Hwc);
        Outputs("tiny");
        Add("tiny gradients", session.GetGradients(0).Values);
        input[input.Length / 2] = float.NaN;
        input[0] = float.PositiveInfinity;
        session.Forward(input, TensorLayout.Hwc);
        Outputs("NaN");
        Add("NaN gradients", session.GetGradients(0).Values);
        Add("NaN map", () => session.Explain(0));
    }

    private float[] Input(uint seed)
    {
        float[] input = new float[Info.Input.Length];
        foreach (ref float value in input.AsSpan())
            value = 2 * PlainWeights.Next(ref seed);
        return input;
    }

    private void Outputs(string of)
    {
        Add($"{of} logits", session.Logits);
        Add($"{of} probabilities", session.Probabilities);
        foreach (LayerInfo layer in Info.Layers)
            Add($"{of} {layer.Name}", session.GetActivations(layer.Name).Values);
        if (!Info.Outputs[0].IsMap)
            Lines.Add(($"{name} {of} classes", string.Join(' ', session.GetTop(Info.Logits.Channels).Select(prediction => prediction.ClassIndex))));
    }

    /// <summary>A heatmap: as it is, and in several sizes and numbers.</summary>
    private void Add(string what, Func<Heatmap> make)
    {
        Heatmap heatmap;
        try
        {
            heatmap = make();
        }
        catch (Exception exception) when (exception is NotSupportedException or ArgumentException or InvalidOperationException)
        {
            Lines.Add(($"{name} {what}", "does not fit"));
            return;
        }

        var print = new Fingerprint();
        print.Add(heatmap.Raw);
        print.Add(heatmap.Values);
        foreach (HeatmapResampling resampling in Resamplings)
            print.Add(heatmap.Resize(29, 33, Scales[(int)resampling % Scales.Length], resampling));
        foreach (HeatmapScale scale in Scales)
            print.Add(heatmap.Resize(40, 17, scale));
        Lines.Add(($"{name} {what}", print.ToString()));
    }

    private void Add(string what, ReadOnlySpan<float> values)
    {
        var print = new Fingerprint();
        print.Add(values);
        Lines.Add(($"{name} {what}", print.ToString()));
    }
}
