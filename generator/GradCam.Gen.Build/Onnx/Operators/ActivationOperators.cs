namespace GradCam.Gen.Build.Onnx;

/// <summary>Pointwise nonlinearities and softmax.</summary>
internal static class ActivationOperators
{
    private const float SeluAlpha = 1.67326319217681884765625f;
    private const float SeluGamma = 1.05070102214813232421875f;

    public static void Recognised(Lowering lowering, OnnxNode node) => Set(lowering, node, node.Text("statement", ""));

    public static void Relu(Lowering lowering, OnnxNode node) => Set(lowering, node, "relu");

    public static void Sigmoid(Lowering lowering, OnnxNode node) => Set(lowering, node, "sigmoid");

    public static void Tanh(Lowering lowering, OnnxNode node) => Set(lowering, node, "tanh");

    public static void HardSwish(Lowering lowering, OnnxNode node) => Set(lowering, node, "hardswish");

    public static void Softplus(Lowering lowering, OnnxNode node) => Set(lowering, node, "softplus");

    public static void Mish(Lowering lowering, OnnxNode node) => Set(lowering, node, "mish");

    public static void LeakyRelu(Lowering lowering, OnnxNode node) => Set(lowering, node, LeakyRelu(node.Float("alpha", 0.01f)));

    public static void Elu(Lowering lowering, OnnxNode node) => Set(lowering, node, Elu(node.Float("alpha", 1)));

    public static void HardSigmoid(Lowering lowering, OnnxNode node) => Set(lowering, node, HardSigmoid(node.Float("alpha", 0.2f), node.Float("beta", 0.5f)));

    public static void Gelu(Lowering lowering, OnnxNode node) => Set(lowering, node, node.Text("approximate", "none") switch
    {
        "none" or "" => "gelu",
        "tanh" => "gelu tanh",
        string other => throw new OnnxImportException($"approximation '{other}' is not supported"),
    });

    public static void Selu(Lowering lowering, OnnxNode node)
    {
        float alpha = node.Float("alpha", SeluAlpha), gamma = node.Float("gamma", SeluGamma);
        TensorView view = lowering.View(node, 0);
        lowering.Set(node, Math.Abs(alpha - SeluAlpha) < 1e-5 && Math.Abs(gamma - SeluGamma) < 1e-5
            ? Apply(lowering, node, view, "selu")
            : ElementwiseOperators.Scale(lowering, node, Apply(lowering, node, view, Elu(alpha)), gamma));
    }

    public static void Celu(Lowering lowering, OnnxNode node)
    {
        // max(x, 0) + min(0, a (exp(x / a) - 1)) = a elu(x / a)
        float alpha = node.Float("alpha", 1);
        TensorView inner = ElementwiseOperators.Scale(lowering, node, lowering.View(node, 0), 1 / alpha);
        lowering.Set(node, ElementwiseOperators.Scale(lowering, node, Apply(lowering, node, inner, "elu"), alpha));
    }

    public static void PRelu(Lowering lowering, OnnxNode node)
    {
        TensorView view = lowering.View(node, 0);
        OnnxTensor slope = lowering.Constant(node, 1, "slope");
        if (slope.Count == 0)
            throw new OnnxImportException("its slope is empty");
        slope = OneForEachChannel(view, slope);
        if (slope.Count > 1 && !view.Value.IsVector && view.OnlyDimension() >= 0)
            view = lowering.Flattened(node, view) ?? view;
        float[] values = ElementwiseOperators.ChannelValues(lowering, view, slope);
        NetValue value = view.Value;
        NetStatement statement = lowering.Emit(node, "prelu", "", [value], new NetValue(value.Channels, value.Height, value.Width));
        statement.Weights.Add(Lowering.Weight(".weight", [values.Length], OnnxTensor.FromFloats([values.Length], values)));
        statement.WeightName = Lowering.LayerName(node.Input(1));
        lowering.Set(node, view.Of(statement.Output));
    }

    /// <summary>A slope [C, H, W] that was expanded over the pixels, as [C, 1, 1]; any other as it is.</summary>
    private static OnnxTensor OneForEachChannel(TensorView view, OnnxTensor slope)
    {
        NetValue value = view.Value;
        int pixels = value.Height * value.Width, extra = slope.Shape.Length - 3;
        if (pixels == 1 || slope.Count != (long)value.Channels * pixels || extra is < 0 or > 1
            || !slope.Shape.Skip(extra).SequenceEqual([value.Channels, value.Height, value.Width]))
            return slope;
        var values = new float[value.Channels];
        for (int i = 0; i < slope.Count; i++)
        {
            if (i % pixels == 0)
                values[i / pixels] = slope.Real(i);
            else if (slope.Real(i) != values[i / pixels])
                return slope;
        }
        return OnnxTensor.FromFloats([value.Channels, 1, 1], values);
    }

    public static void Clip(Lowering lowering, OnnxNode node)
    {
        bool attributes = node.Has("min") || node.Has("max");
        float low = attributes ? node.Float("min", float.MinValue) : Bound(lowering, node, 1, float.MinValue);
        float high = attributes ? node.Float("max", float.MaxValue) : Bound(lowering, node, 2, float.MaxValue);
        lowering.Set(node, Clip(lowering, node, lowering.View(node, 0), low, high));
    }

    /// <summary>min(max(x, low), high) in the language's terms.</summary>
    public static TensorView Clip(Lowering lowering, OnnxNode node, TensorView view, float low, float high)
    {
        if (float.IsNaN(low) || float.IsNaN(high))
            throw new OnnxImportException("a bound is not a number");
        low = Math.Max(low, float.MinValue);
        high = Math.Min(high, float.MaxValue);
        if (low == float.MinValue && high == float.MaxValue)
            return view;
        return Apply(lowering, node, view, Clip(Math.Min(low, high), high));
    }

    /// <summary>The activations that ONNX Runtime's optimiser fuses into other operators.</summary>
    public static TensorView Fused(Lowering lowering, OnnxNode node, TensorView view, string name, IReadOnlyList<float> parameters)
    {
        float Parameter(int index, float whenAbsent) => index < parameters.Count ? parameters[index] : whenAbsent;
        return name switch
        {
            "" => view,
            "Relu" => Apply(lowering, node, view, "relu"),
            "Sigmoid" => Apply(lowering, node, view, "sigmoid"),
            "Tanh" => Apply(lowering, node, view, "tanh"),
            "LeakyRelu" => Apply(lowering, node, view, LeakyRelu(Parameter(0, 0.01f))),
            "HardSigmoid" => Apply(lowering, node, view, HardSigmoid(Parameter(0, 0.2f), Parameter(1, 0.5f))),
            "Clip" => Clip(lowering, node, view, Parameter(0, float.MinValue), Parameter(1, float.MaxValue)),
            _ => throw new OnnxImportException($"the fused activation {name} is not supported"),
        };
    }

    public static void Softmax(Lowering lowering, OnnxNode node)
    {
        TensorView view = OverChannels(lowering, node);
        lowering.Set(node, Apply(lowering, node, view, "softmax"));
    }

    public static void LogSoftmax(Lowering lowering, OnnxNode node)
    {
        if (!lowering.Graph.Outputs.Any(output => output.Name == node.Outputs[0]))
            throw new OnnxImportException("is supported as the network's end only");
        TensorView view = OverChannels(lowering, node);
        lowering.Program.Notes.Add($"The file ends in LogSoftmax ('{node.DisplayName}'); this network ends at its input, the logits.");
        lowering.Set(node, Apply(lowering, node, view, "identity"));
    }

    /// <summary>Emits a statement that works element by element.</summary>
    public static TensorView Apply(Lowering lowering, OnnxNode node, TensorView view, string statement)
    {
        int blank = statement.IndexOf(' ');
        NetValue value = view.Value;
        return view.Of(lowering.Emit(
            node,
            blank < 0 ? statement : statement.Substring(0, blank),
            blank < 0 ? "" : statement.Substring(blank + 1),
            value,
            new NetValue(value.Channels, value.Height, value.Width)));
    }

    private static string Clip(float low, float high) => (low, high) switch
    {
        (0, float.MaxValue) => "relu",
        (0, 6) => "relu6",
        _ => $"clip {NumberText.Format(low)} {NumberText.Format(high)}",
    };

    private static string LeakyRelu(float slope) => slope == 0.01f ? "leakyrelu" : $"leakyrelu slope {NumberText.Format(slope)}";

    private static string Elu(float alpha) => alpha == 1 ? "elu" : $"elu alpha {NumberText.Format(alpha)}";

    private static string HardSigmoid(float alpha, float beta) =>
        Math.Abs(alpha - 1 / 6f) < 1e-6 && beta == 0.5f ? "hardsigmoid" : $"hardsigmoid alpha {NumberText.Format(alpha)} beta {NumberText.Format(beta)}";

    private static float Bound(Lowering lowering, OnnxNode node, int index, float whenAbsent)
    {
        OnnxTensor? bound = lowering.OptionalConstant(node, index, "bound");
        if (bound is null)
            return whenAbsent;
        return bound.Count == 1 ? bound.Real(0) : throw new OnnxImportException($"a bound of shape {ShapeText.Format(bound.Shape)}; one number is supported");
    }

    private static void Set(Lowering lowering, OnnxNode node, string statement) =>
        lowering.Set(node, Apply(lowering, node, lowering.View(node, 0), statement));

    private static TensorView OverChannels(Lowering lowering, OnnxNode node)
    {
        TensorView view = lowering.View(node, 0);
        int axis = Indexing.Axis(node.Int("axis", lowering.Opset < 13 ? 1 : -1), view.Rank);
        // Before opset 13 the dimensions from the axis on count as one.
        int[] axes = lowering.Opset < 13 ? Enumerable.Range(axis, view.Rank - axis).ToArray() : [axis];
        bool Whole(TensorView candidate) => axes.SelectMany(i => candidate.Dimensions[i]).SequenceEqual(TensorView.Whole(candidate.Value, 'C'));
        if (Whole(view))
            return view;
        if (view.OnlyDimension() is int only && only >= 0 && axes.Contains(only) && lowering.Flattened(node, view) is TensorView flat && Whole(flat))
            return flat;
        throw new OnnxImportException($"over axis {axis} of a tensor of shape {ShapeText.Format(view.Shape)}; supported are the channels of a map");
    }
}
