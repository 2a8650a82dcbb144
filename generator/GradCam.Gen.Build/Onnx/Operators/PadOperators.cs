namespace GradCam.Gen.Build.Onnx;

/// <summary>Pad: zeros or reflection around the pixels, zeros before and after the channels.</summary>
internal static class PadOperators
{
    private static readonly string[] Orders = ["1CHW", "1HWC"];

    public static void Pad(Lowering lowering, OnnxNode node)
    {
        TensorView view = lowering.View(node, 0);
        int rank = view.Rank;
        long[] pads = (node.Ints("pads") ?? node.Ints("paddings"))?.Select(pad => (long)pad).ToArray() ?? lowering.Constant(node, 1, "pads").ToIntegers();
        long[]? given = lowering.OptionalConstant(node, 3, "axes")?.ToIntegers();
        int[] axes = given is null ? Enumerable.Range(0, rank).ToArray() : Indexing.Axes(given, rank);
        if (pads.Length != 2 * axes.Length || pads.Any(pad => pad is < -(1 << 24) or > 1 << 24))
            throw new OnnxImportException($"pads [{string.Join(", ", pads.Take(32))}] of a tensor of shape {ShapeText.Format(view.Shape)}");
        if (pads.All(pad => pad == 0))
        {
            lowering.Set(node, view);
            return;
        }
        bool reflect = node.Text("mode", "constant") switch
        {
            "constant" => false,
            "reflect" => true,
            string mode => throw new OnnxImportException($"mode {mode} is not supported"),
        };
        float value = node.Has("value") ? node.Float("value", 0)
            : lowering.OptionalConstant(node, 2, "value") is { Count: 1 } constant ? constant.ToFloats()[0]
            : 0;
        if (!reflect && value != 0)
            throw new OnnxImportException($"padding with {NumberText.Format(value)} is not supported; with 0 it is");

        string order = Order(view);
        NetValue map = view.Value;
        int top = 0, left = 0, bottom = 0, right = 0, before = 0, after = 0;
        for (int i = 0; i < axes.Length; i++)
        {
            int first = (int)pads[i], last = (int)pads[i + axes.Length];
            if (first == 0 && last == 0)
                continue;
            switch (order[axes[i]])
            {
                case 'H':
                    (top, bottom) = (first, last);
                    break;
                case 'W':
                    (left, right) = (first, last);
                    break;
                case 'C' when !reflect && first >= 0 && last >= 0:
                    (before, after) = (first, last);
                    break;
                default:
                    throw new OnnxImportException(
                        $"pads axis {axes[i]} of a {map} map seen as {ShapeText.Format(view.Shape)}; supported are rows and columns, and zeros around the " +
                        "channels");
            }
        }
        NetValue result = map;
        var edges = new NetEdges(top, left, bottom, right);
        if (!edges.IsEmpty)
        {
            if (reflect && (Math.Max(top, bottom) >= map.Height || Math.Max(left, right) >= map.Width))
                throw new OnnxImportException($"reflects more pixels than a {map} map has");
            result = lowering.Emit(
                node, "pad", "", [result], new NetValue(map.Channels, map.Height + top + bottom, map.Width + left + right), edges, reflect).Output;
        }
        if ((before | after) != 0)
        {
            int channels = map.Channels;
            result = ConvolutionOperators.Mix(lowering, node, result, channels + before + after, matrix =>
            {
                for (int i = 0; i < channels; i++)
                    matrix[(before + i) * channels + i] = 1;
            });
        }
        lowering.Set(node, new TensorView(result, order.Select(axis => axis == '1' ? [] : TensorView.Whole(result, axis)).ToList()));
    }

    /// <summary>Which axis of the map each dimension is; '1' for one that is none. A dimension of size 1 is told by its place.</summary>
    private static string Order(TensorView view)
    {
        if (view.Rank == 4)
        {
            foreach (string order in Orders)
            {
                if (Enumerable.Range(0, 4).All(i => view.SameFactors(i, order[i] == '1' ? [] : TensorView.Whole(view.Value, order[i]))))
                    return order;
            }
        }
        if (view.Rank == 3 && Enumerable.Range(0, 3).All(i => view.SameFactors(i, TensorView.Whole(view.Value, "CHW"[i]))))
            return "CHW";
        throw new OnnxImportException(
            $"pads a {view.Value} map seen as {ShapeText.Format(view.Shape)}; supported are [1, channels, rows, columns] and [1, rows, columns, channels]");
    }
}
