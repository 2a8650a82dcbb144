namespace GradCam.Gen.Build.Onnx;

/// <summary>Concatenations and selections along an axis.</summary>
internal static class ChannelOperators
{
    public static void Concat(Lowering lowering, OnnxNode node)
    {
        var views = new List<TensorView>();
        var zeros = new List<(int Behind, OnnxTensor Tensor)>();
        for (int i = 0; i < node.Inputs.Count; i++)
        {
            if (!lowering.IsConstant(node.Inputs[i]))
                views.Add(lowering.View(node, i));
            else if (lowering.Constant(node, i, "operand") is { Count: > 0 } constant)
                zeros.Add((views.Count, constant));
        }
        if (views.Count == 0)
            throw new OnnxImportException("has no inputs");
        int axis = Indexing.Axis(node.Int("axis", 1), views[0].Rank);
        TensorView result = views.Count == 1 ? views[0] : Concat(lowering, node, views, axis);
        lowering.Set(node, zeros.Count == 0 ? result : WithZeros(lowering, node, result, axis, views, zeros));
    }

    private static TensorView Concat(Lowering lowering, OnnxNode node, List<TensorView> views, int axis)
    {
        int rank = views[0].Rank;
        for (int i = 0; i < views.Count; i++)
        {
            if (views[i].Rank != rank)
                throw new OnnxImportException($"concatenates shapes {ShapeText.Format(views[0].Shape)} and {ShapeText.Format(views[i].Shape)}");
            if (!views[i].SameFactors(axis, TensorView.Whole(views[i].Value, 'C')) && views[i].OnlyDimension() == axis)
                views[i] = lowering.Flattened(node, views[i]) ?? views[i];
        }
        TensorView first = views[0];
        foreach (TensorView view in views)
        {
            NetValue value = view.Value;
            bool aligned = view.SameFactors(axis, TensorView.Whole(value, 'C')) && value.Height == first.Value.Height && value.Width == first.Value.Width;
            for (int d = 0; d < rank && aligned; d++)
                aligned = d == axis || (view.SameFactors(d, first.Dimensions[d]) && view.Dimensions[d].All(factor => factor.Axis != 'C'));
            if (!aligned)
            {
                throw new OnnxImportException(
                    $"concatenates tensors of shapes {ShapeText.Format(first.Shape)} and {ShapeText.Format(view.Shape)} along axis {axis}; supported are the " +
                    "channels of maps of one size");
            }
        }
        int channels = 0;
        foreach (TensorView view in views)
            channels = checked(channels + view.Value.Channels);
        var output = new NetValue(channels, first.Value.Height, first.Value.Width);
        lowering.Emit(node, "concat", "", views.Select(view => view.Value).ToList(), output);
        return first.Replace(axis, output, TensorView.Whole(output, 'C'));
    }

    /// <summary>Channels of zeros before, between or behind others, as TensorFlow's exporter pads channels.</summary>
    private static TensorView WithZeros(
        Lowering lowering, OnnxNode node, TensorView view, int axis, List<TensorView> views, List<(int Behind, OnnxTensor Tensor)> zeros)
    {
        NetValue value = view.Value;
        if (!view.SameFactors(axis, TensorView.Whole(value, 'C')))
        {
            throw new OnnxImportException(
                $"concatenates a {value} map seen as {ShapeText.Format(view.Shape)} with constants along axis {axis}; supported are zeros as channels");
        }

        var places = new List<int>();
        int channels = 0;
        for (int i = 0; i <= views.Count; i++)
        {
            foreach (OnnxTensor constant in zeros.Where(zero => zero.Behind == i).Select(zero => zero.Tensor))
            {
                bool fits = constant.Shape.Length == view.Rank && Enumerable.Range(0, view.Rank).All(d => d == axis || constant.Shape[d] == view.Shape[d]);
                if (!fits || constant.ToFloats().Any(element => element != 0))
                {
                    throw new OnnxImportException(
                        $"concatenates with a constant of shape {ShapeText.Format(constant.Shape)} other than zeros for a tensor of shape " +
                        $"{ShapeText.Format(view.Shape)}");
                }

                channels = checked(channels + constant.Shape[axis]);
            }
            for (int c = 0; i < views.Count && c < views[i].Shape[axis]; c++)
                places.Add(channels++);
        }
        NetValue padded = ConvolutionOperators.Mix(lowering, node, value, channels, matrix =>
        {
            for (int c = 0; c < places.Count; c++)
                matrix[places[c] * places.Count + c] = 1;
        });
        return view.Replace(axis, padded, TensorView.Whole(padded, 'C'));
    }

    public static void Split(Lowering lowering, OnnxNode node)
    {
        TensorView view = lowering.View(node, 0);
        int axis = Indexing.Axis(node.Int("axis", 0), view.Rank);
        int[] parts = SliceRange.Split(node, lowering.OptionalConstant(node, 1, "split"), view.Shape[axis]);
        int start = 0;
        for (int i = 0; i < parts.Length; i++)
        {
            if (node.Outputs[i].Length > 0 && lowering.Graph.Uses(node.Outputs[i]) > 0)
            {
                var part = new OnnxNode
                {
                    Name = node.Name,
                    Operator = node.Operator,
                    Domain = node.Domain,
                    Inputs = node.Inputs,
                    Outputs = [node.Outputs[i]],
                    Attributes = node.Attributes,
                };
                lowering.Set(part, Select(lowering, part, view, new SliceRange(axis, start, 1, parts[i])));
            }
            start += parts[i];
        }
    }

    public static void Slice(Lowering lowering, OnnxNode node)
    {
        TensorView view = lowering.View(node, 0);
        List<SliceRange> ranges = SliceRange.Of(
            node,
            lowering.OptionalConstant(node, 1, "starts"),
            lowering.OptionalConstant(node, 2, "ends"),
            lowering.OptionalConstant(node, 3, "axes"),
            lowering.OptionalConstant(node, 4, "steps"),
            view.Shape,
            lowering.Opset);
        foreach (SliceRange range in ranges)
            view = Select(lowering, node, view, range);
        lowering.Set(node, view);
    }

    public static void Gather(Lowering lowering, OnnxNode node)
    {
        TensorView view = lowering.View(node, 0);
        int axis = Indexing.Axis(node.Int("axis", 0), view.Rank);
        OnnxTensor indexTensor = lowering.Constant(node, 1, "indices");
        if (indexTensor.Shape.Length > 1 || indexTensor.Count == 0)
            throw new OnnxImportException($"indices of shape {ShapeText.Format(indexTensor.Shape)}; a number or a list is supported");
        int size = view.Shape[axis];
        int[] indices = Array.ConvertAll(indexTensor.ToIntegers(), index => Indexing.Index(index, size));
        view = IsRun(indices)
            ? Select(lowering, node, view, new SliceRange(axis, indices[0], 1, indices.Length))
            : view.SameFactors(axis, TensorView.Whole(view.Value, 'C'))
                ? Picked(Channels(lowering, node, view.Value, indices))
                : throw new OnnxImportException(
                    $"picks from axis {axis} of a {view.Value} map seen as {ShapeText.Format(view.Shape)}; supported is a pick of channels");
        lowering.Set(node, indexTensor.Shape.Length == 0 ? view.Remove([axis]) : view);

        TensorView Picked(NetValue part) => view.Replace(axis, part, TensorView.Whole(part, 'C'));
    }

    private static bool IsRun(int[] indices)
    {
        for (int i = 1; i < indices.Length; i++)
        {
            if (indices[i] != indices[0] + i)
                return false;
        }
        return true;
    }

    private static TensorView Select(Lowering lowering, OnnxNode node, TensorView view, SliceRange range)
    {
        IReadOnlyList<Factor> factors = view.Dimensions[range.Axis];
        int size = TensorView.SizeOf(factors);
        if (range is { Start: 0, Step: 1 } && range.Count == size)
            return view;
        if (range.Count == 0)
            throw new OnnxImportException("its result is empty");
        NetValue value = view.Value;
        if (factors is not [var factor])
            throw Unsupported();
        if (factor.Axis == 'C')
        {
            // The channel of (outer, i, inner) is (outer * Size + i) * Stride + inner.
            int whole = factor.Stride * factor.Size, outer = value.Channels / whole;
            int[] channels = new int[lowering.Budget.Take([outer, range.Count, factor.Stride])];
            for (int i = 0; i < channels.Length; i++)
            {
                int picked = range.Start + i / factor.Stride % range.Count * range.Step;
                channels[i] = i / (range.Count * factor.Stride) * whole + picked * factor.Stride + i % factor.Stride;
            }

            NetValue part = IsRun(channels)
                ? lowering.Emit(
                    node, "slice", $"{NumberText.Format(channels[0])} {NumberText.Format(channels.Length)}", value,
                    new NetValue(channels.Length, value.Height, value.Width))
                : Channels(lowering, node, value, channels);
            Factor Left(Factor other) =>
                other.Axis == 'C' && other.Stride > factor.Stride ? other with { Stride = other.Stride / factor.Size * range.Count } : other;
            IReadOnlyList<Factor> taken = range.Count == 1 ? [] : [factor with { Size = range.Count }];
            return new TensorView(part, view.Dimensions.Select((dimension, i) => i == range.Axis ? taken : dimension.Select(Left).ToList()).ToList());
        }
        if (range.Step < 1 || factor.Size != value.Size(factor.Axis))
            throw Unsupported();

        // Rows or columns: cut off what lies before and behind, then take every nth pixel.
        int length = (range.Count - 1) * range.Step + 1;
        bool rows = factor.Axis == 'H';
        int behind = factor.Size - range.Start - length;
        var cut = new NetEdges(rows ? -range.Start : 0, rows ? 0 : -range.Start, rows ? -behind : 0, rows ? 0 : -behind);
        NetValue result = value;
        if (!cut.IsEmpty)
        {
            result = lowering.Emit(
                node, "pad", "", [result], new NetValue(value.Channels, rows ? length : value.Height, rows ? value.Width : length), cut).Output;
        }

        if (range.Step > 1 && range.Count > 1)
        {
            string stride = rows ? $"{NumberText.Format(range.Step)}x1" : $"1x{NumberText.Format(range.Step)}";
            result = lowering.Emit(
                node, "maxpool", $"1x1 stride {stride}", result,
                new NetValue(value.Channels, rows ? range.Count : value.Height, rows ? value.Width : range.Count));
        }
        return view.Replace(range.Axis, result, TensorView.Whole(result, factor.Axis));

        OnnxImportException Unsupported() =>
            new(
                $"selects from axis {range.Axis} of a {value} map seen as {ShapeText.Format(view.Shape)} with step {range.Step}; supported are its channels, " +
                "rows and columns");
    }

    /// <summary>Any channels in any order, as a 1x1 convolution by zeros and ones.</summary>
    private static NetValue Channels(Lowering lowering, OnnxNode node, NetValue value, int[] channels) =>
        ConvolutionOperators.Mix(lowering, node, value, channels.Length, matrix =>
        {
            for (int i = 0; i < channels.Length; i++)
                matrix[i * value.Channels + channels[i]] = 1;
        });
}
