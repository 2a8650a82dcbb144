namespace GradCam.Gen.Build.Onnx;

/// <summary>The network's input: one image, [N, C, H, W] or, in channel-last graphs, [N, H, W, C]. The batch becomes 1.</summary>
internal static class InputShape
{
    public static TensorView View(WorkGraph graph, OnnxValueInfo input, OnnxImportOptions options)
    {
        int[] shape = input.Shape ?? throw new OnnxImportException($"the file does not say the shape of input '{input.Name}'");
        switch (shape.Length)
        {
            case 4:
                bool last = IsChannelLast(graph, input.Name, shape);
                NetValue map = last
                    ? new NetValue(Size(shape[3], "channels", null), Size(shape[1], "height", options.Height), Size(shape[2], "width", options.Width))
                    : new NetValue(Size(shape[1], "channels", null), Size(shape[2], "height", options.Height), Size(shape[3], "width", options.Width));
                return last ? TensorView.Map(Checked(map)).Transpose([0, 2, 3, 1]) : TensorView.Map(Checked(map));
            case 3 when FirstReader(graph, input.Name)?.Operator is
                "Conv" or "ConvTranspose" or "MaxPool" or "AveragePool" or "GlobalAveragePool" or "GlobalMaxPool":
                return TensorView.Map(Checked(new NetValue(Size(shape[1], "channels", null), 1, Size(shape[2], "width", options.Width)))).Remove([2]);
            case 3 when shape[0] < 0:
                return TensorView.Map(Checked(new NetValue(1, Size(shape[1], "height", options.Height), Size(shape[2], "width", options.Width)))).Remove([1]);
            case 3:
                bool lastOfThree = IsChannelLast(graph, input.Name, shape);
                NetValue single = lastOfThree
                    ? new NetValue(Size(shape[2], "channels", null), Size(shape[0], "height", options.Height), Size(shape[1], "width", options.Width))
                    : new NetValue(Size(shape[0], "channels", null), Size(shape[1], "height", options.Height), Size(shape[2], "width", options.Width));
                TensorView unbatched = TensorView.Map(Checked(single)).Remove([0]);
                return lastOfThree ? unbatched.Transpose([1, 2, 0]) : unbatched;
            case 2:
                return TensorView.Vector(Checked(new NetValue(Size(shape[1], "channels", null), 1, 1)));
            case 1:
                return TensorView.Vector(Checked(new NetValue(Size(shape[0], "channels", null), 1, 1))).Remove([0]);
            default:
                throw new OnnxImportException(
                    $"input '{input.Name}' has shape {ShapeText.Format(shape)}; images [N, C, H, W], [N, H, W, C] or [C, H, W], lines [N, C, L] and vectors " +
                    "[N, C] or [C] are supported");
        }
    }

    /// <summary>
    /// An image is channel-last when the first thing that tells is a transposition from [N, H, W, C] to [N, C, H, W], or works on the last dimension as
    /// channels; pointwise operators before it tell nothing.
    /// </summary>
    private static bool IsChannelLast(WorkGraph graph, string input, int[] shape)
    {
        int rank = shape.Length;
        foreach ((string tensor, OnnxNode node) in Readers(graph, input))
        {
            switch (node.Operator)
            {
                case "Transpose":
                    return Ints(node, "perm") is [0, 3, 1, 2] or [2, 0, 1];
                // One channel needs no transposition: [N, H, W, 1] is [N, 1, H, W] reshaped.
                case "Reshape" when rank == 4 && shape[3] == 1 && shape[1] != 1 && graph.Constant(node.Input(1)) is { Count: 4 } target && target.Whole(1) == 1:
                    return true;
                case "LayerNormalization" or "Softmax" or "LogSoftmax" or "Concat" when Axis(node, graph.Opset < 13 ? 1 : -1) is var axis
                    && (axis == -1 || axis == rank - 1):
                case "MatMul" when node.Input(0) == tensor:
                    return true;
            }
        }
        return false;
    }

    /// <summary>The first node that is not pointwise on the way from the input.</summary>
    private static OnnxNode? FirstReader(WorkGraph graph, string input)
    {
        foreach ((_, OnnxNode node) in Readers(graph, input))
        {
            if (!IsPointwise(node))
                return node;
        }
        return null;
    }

    private static bool IsPointwise(OnnxNode node) =>
        node.Operator is "Add" or "Sub" or "Mul" or "Div" or "Cast" or "Clip" or "Relu" or "Identity" or "Dropout" or "Pad";

    /// <summary>The readers of a tensor, and those of what pointwise operators make of it, nearest first.</summary>
    private static IEnumerable<(string Tensor, OnnxNode Node)> Readers(WorkGraph graph, string input)
    {
        var open = new Queue<string>([input]);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        ILookup<string, OnnxNode> readers = graph.Nodes.SelectMany(
            node => node.Inputs.Distinct().Select(tensor => (tensor, node))).ToLookup(pair => pair.tensor, pair => pair.node);
        while (open.Count > 0)
        {
            string tensor = open.Dequeue();
            if (!seen.Add(tensor))
                continue;
            foreach (OnnxNode node in readers[tensor])
            {
                yield return (tensor, node);
                if (!IsPointwise(node))
                    continue;
                foreach (string output in node.Outputs)
                    open.Enqueue(output);
            }
        }
    }

    private static long[]? Ints(OnnxNode node, string name) => node.Attributes.TryGetValue(name, out OnnxAttribute? attribute) ? attribute.Integers : null;

    private static long Axis(OnnxNode node, long whenAbsent) =>
        node.Attributes.TryGetValue("axis", out OnnxAttribute? attribute) ? attribute.Integer ?? whenAbsent : whenAbsent;

    private static int Size(int size, string what, int? given) => size > 0
        ? given is null || given == size ? size : throw new OnnxImportException($"the input's {what} is {size} in the file, {given} was asked for")
        : given ?? throw new OnnxImportException($"the file leaves the input's {what} open{(what == "channels" ? "" : "; give it (" + what + ")")}");

    private static NetValue Checked(NetValue value) =>
        (double)value.Channels * value.Height * value.Width <= Lowering.MaximumElements
            ? value
            : throw new OnnxImportException($"an input of {value} is too large");
}
