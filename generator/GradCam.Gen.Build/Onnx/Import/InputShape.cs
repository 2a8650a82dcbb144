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
                bool last = IsChannelLast(graph, input.Name, shape.Length);
                NetValue map = last
                    ? new NetValue(Size(shape[3], "channels", null), Size(shape[1], "height", options.Height), Size(shape[2], "width", options.Width))
                    : new NetValue(Size(shape[1], "channels", null), Size(shape[2], "height", options.Height), Size(shape[3], "width", options.Width));
                return last ? TensorView.Map(Checked(map)).Transpose([0, 2, 3, 1]) : TensorView.Map(Checked(map));
            case 3:
                bool lastOfThree = IsChannelLast(graph, input.Name, shape.Length);
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
                throw new OnnxImportException($"input '{input.Name}' has shape {ShapeText.Format(shape)}; images [N, C, H, W] or [C, H, W] and vectors [N, C] or [C] are supported");
        }
    }

    /// <summary>
    /// An image is channel-last when the first thing that tells is a transposition from [N, H, W, C] to [N, C, H, W], or works on the last dimension as channels;
    /// pointwise operators before it tell nothing.
    /// </summary>
    private static bool IsChannelLast(WorkGraph graph, string input, int rank)
    {
        var open = new Queue<string>([input]);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        ILookup<string, OnnxNode> readers = graph.Nodes.SelectMany(node => node.Inputs.Distinct().Select(tensor => (tensor, node))).ToLookup(pair => pair.tensor, pair => pair.node);
        while (open.Count > 0)
        {
            string tensor = open.Dequeue();
            if (!seen.Add(tensor))
                continue;
            foreach (OnnxNode node in readers[tensor])
            {
                switch (node.Operator)
                {
                    case "Transpose":
                        return node.Ints("perm") is [0, 3, 1, 2] or [2, 0, 1];
                    case "LayerNormalization" or "Softmax" or "LogSoftmax" or "Concat" when node.Int("axis", graph.Opset < 13 ? 1 : -1) is var axis && (axis == -1 || axis == rank - 1):
                    case "MatMul" when node.Input(0) == tensor:
                        return true;
                    case "Add" or "Sub" or "Mul" or "Div" or "Cast" or "Clip" or "Relu" or "Identity" or "Dropout" or "Pad":
                        foreach (string output in node.Outputs)
                            open.Enqueue(output);
                        break;
                }
            }
        }
        return false;
    }

    private static int Size(int size, string what, int? given) => size > 0
        ? given is null || given == size ? size : throw new OnnxImportException($"the input's {what} is {size} in the file, {given} was asked for")
        : given ?? throw new OnnxImportException($"the file leaves the input's {what} open{(what == "channels" ? "" : "; give it (" + what + ")")}");

    private static NetValue Checked(NetValue value) =>
        (double)value.Channels * value.Height * value.Width <= Lowering.MaximumElements ? value : throw new OnnxImportException($"an input of {value} is too large");
}
