namespace GradCam.Gen.Build.Onnx;

/// <summary>Pooling, and reductions over the pixels, which are pooling.</summary>
internal static class PoolingOperators
{
    public static void MaxPool(Lowering lowering, OnnxNode node)
    {
        lowering.NoFurtherOutputs(node);
        Pool(lowering, node, "maxpool");
    }

    public static void AveragePool(Lowering lowering, OnnxNode node) => Pool(lowering, node, "avgpool");

    public static void GlobalMaxPool(Lowering lowering, OnnxNode node) => Global(lowering, node, "maxpool");

    public static void GlobalAveragePool(Lowering lowering, OnnxNode node) => Global(lowering, node, "avgpool");

    public static void ReduceMean(Lowering lowering, OnnxNode node) => Reduce(lowering, node, "avgpool");

    public static void ReduceMax(Lowering lowering, OnnxNode node) => Reduce(lowering, node, "maxpool");

    public static void ReduceSum(Lowering lowering, OnnxNode node) => Reduce(lowering, node, "sum");

    private static void Pool(Lowering lowering, OnnxNode node, string operation)
    {
        int[] kernel = node.Ints("kernel_shape") ?? throw new OnnxImportException("kernel_shape is missing");
        NetValue input = lowering.MapOrLine(node, 0, out bool isLine);
        if (kernel.Length != (isLine ? 1 : 2))
            throw new OnnxImportException($"kernel_shape {ShapeText.Format(kernel)}; only pooling of one and two dimensions is supported");
        var window = WindowAttributes.Read(node, isLine ? 1 : kernel[0], kernel[kernel.Length - 1], input, isLine);
        bool ceil = node.Int("ceil_mode", 0) != 0;
        NetValue output = window.Output(input, input.Channels, ceil);
        NetValue floor = window.Output(input, input.Channels);
        bool beyond = ceil && (floor.Height != output.Height || floor.Width != output.Width);
        bool average = operation == "avgpool";
        if (average && (window.DilationHeight != 1 || window.DilationWidth != 1))
            throw new OnnxImportException("average pooling with a dilation is not supported");

        if (window is { KernelHeight: 1, KernelWidth: 1, StrideHeight: 1, StrideWidth: 1, Pad.IsEmpty: true })
        {
            lowering.SetMapOrLine(node, input, isLine);
            return;
        }
        if (output.IsVector && window.Pad.IsEmpty && window.KernelHeight == input.Height && window.KernelWidth == input.Width)
        {
            lowering.SetMapOrLine(node, lowering.Emit(node, operation, "global", input, output), isLine);
            return;
        }
        string arguments = window.Kernel;
        if (window.StrideHeight != window.KernelHeight || window.StrideWidth != window.KernelWidth)
            arguments += " stride " + WindowAttributes.Short(window.StrideHeight, window.StrideWidth);
        var options = new List<string>();
        if (window.DilationHeight != 1 || window.DilationWidth != 1)
            options.Add("dilation " + WindowAttributes.Short(window.DilationHeight, window.DilationWidth));
        if (beyond)
            options.Add("ceil");
        if (average && node.Int("count_include_pad", 0) == 0 && (beyond || !window.Pad.IsEmpty))
            options.Add("count_include_pad off");
        lowering.SetMapOrLine(node, lowering.Emit(node, operation, arguments, [input], output, window.Pad, options: string.Join(" ", options)).Output, isLine);
    }

    private static void Global(Lowering lowering, OnnxNode node, string operation)
    {
        NetValue input = lowering.MapOrLine(node, 0, out bool isLine);
        lowering.SetMapOrLine(node, lowering.Emit(node, operation, "global", input, new NetValue(input.Channels, 1, 1)), isLine);
    }

    private static void Reduce(Lowering lowering, OnnxNode node, string operation)
    {
        TensorView view = lowering.View(node, 0);
        IEnumerable<long>? given = lowering.OptionalConstant(node, 1, "axes")?.ToIntegers() ?? node.Ints("axes")?.Select(axis => (long)axis);
        int[] axes = given is null ? [] : Indexing.Axes(given, view.Rank);
        if (axes.Length == 0 && node.Int("noop_with_empty_axes", 0) == 0)
            axes = Enumerable.Range(0, view.Rank).ToArray();
        bool keep = node.Int("keepdims", 1) != 0;
        NetValue value = view.Value;
        var factors = new HashSet<Factor>(axes.SelectMany(axis => view.Dimensions[axis]));
        bool channels = Takes(factors, TensorView.Whole(value, 'C'), out bool someChannels);
        bool rows = Takes(factors, TensorView.Whole(value, 'H'), out bool someRows);
        bool columns = Takes(factors, TensorView.Whole(value, 'W'), out bool someColumns);
        if (someChannels || someRows || someColumns || (channels && operation == "maxpool"))
        {
            throw new OnnxImportException(
                $"reduces a tensor of shape {ShapeText.Format(view.Shape)} over axes {ShapeText.Format(axes)}; supported are the rows and columns of a map");
        }

        if (rows || columns)
        {
            int height = rows ? value.Height : 1, width = columns ? value.Width : 1;
            var output = new NetValue(value.Channels, value.Height / height, value.Width / width);
            string kernel = output.IsVector ? "global" : $"{NumberText.Format(height)}x{NumberText.Format(width)}";
            int pixels = height * width;
            value = lowering.Emit(node, operation == "sum" ? "avgpool" : operation, kernel, value, output);
            if (operation == "sum")
                value = ElementwiseOperators.Scale(lowering, node, TensorView.Map(value), pixels).Value;
        }
        if (channels)
        {
            float share = operation == "sum" ? 1 : 1f / value.Channels;
            value = ConvolutionOperators.Mix(lowering, node, value, 1, matrix =>
            {
                for (int i = 0; i < matrix.Length; i++)
                    matrix[i] = share;
            });
        }
        IReadOnlyList<Factor> none = [];
        var reduced = new TensorView(value, view.Dimensions.Select((dimension, i) => axes.Contains(i) ? none : dimension).ToList());
        lowering.Set(node, keep ? reduced : reduced.Remove(axes));
    }

    /// <summary>True when a set has all of an axis, which must have more than one index; <paramref name="partly"/> when it has a part of it.</summary>
    private static bool Takes(HashSet<Factor> factors, IReadOnlyList<Factor> whole, out bool partly)
    {
        partly = false;
        if (whole.Count == 0)
            return false;
        int size = TensorView.SizeOf(factors.Where(factor => factor.Axis == whole[0].Axis));
        partly = size != 1 && size != whole[0].Size;
        return size == whole[0].Size;
    }
}
