namespace GradCam.Gen.Build.Onnx;

/// <summary>Conv and ConvTranspose, of one or two dimensions, with constant kernels.</summary>
internal static class ConvolutionOperators
{
    public static void Conv(Lowering lowering, OnnxNode node)
    {
        NetStatement statement = Convolve(lowering, node, out bool isLine);
        lowering.SetMapOrLine(node, statement.Output, isLine);
    }

    /// <summary>Emits the convolution of a Conv node.</summary>
    public static NetStatement Convolve(Lowering lowering, OnnxNode node, out bool isLine)
    {
        OnnxTensor kernel = Kernel(lowering, node, out isLine);
        NetValue input = MapFor(lowering, node, isLine);
        OnnxTensor? bias = Bias(lowering, node, kernel.Shape[0]);
        int channels = kernel.Shape[0];
        int groups = node.Int("group", 1);
        if (groups < 1 || (long)kernel.Shape[1] * groups != input.Channels || channels % groups != 0)
            throw new OnnxImportException($"weights of shape {ShapeText.Format(kernel.Shape)} in {groups} groups for an input of {input.Channels} channels");
        var window = WindowAttributes.Read(node, kernel.Shape[2], kernel.Shape[3], input, isLine);
        string options = Options(window, groups, input.Channels, bias is not null);
        NetStatement statement = lowering.Emit(node, "conv", Head(channels, window), [input], window.Output(input, channels), window.Pad, options: options);
        AddWeights(statement, node, kernel, bias);
        return statement;
    }

    public static void ConvTranspose(Lowering lowering, OnnxNode node)
    {
        OnnxTensor kernel = Kernel(lowering, node, out bool isLine);
        NetValue input = MapFor(lowering, node, isLine);
        int groups = node.Int("group", 1);
        if (groups < 1 || kernel.Shape[0] != input.Channels || input.Channels % groups != 0)
            throw new OnnxImportException($"weights of shape {ShapeText.Format(kernel.Shape)} in {groups} groups for an input of {input.Channels} channels");
        int channels = checked(kernel.Shape[1] * groups);
        OnnxTensor? bias = Bias(lowering, node, channels);
        string autoPad = node.Text("auto_pad", "NOTSET");
        int[] kernelSize = [kernel.Shape[2], kernel.Shape[3]];
        int[] inputSize = [input.Height, input.Width];
        int[] strides = WindowAttributes.Pair(node, "strides", 1, isLine);
        int[] dilations = WindowAttributes.Pair(node, "dilations", 1, isLine);
        int[] outPad = node.Ints("output_padding") ?? [0, 0];
        int[]? outputShape = node.Ints("output_shape");
        int[] pads = node.Ints("pads") ?? [0, 0, 0, 0];
        if (isLine)
        {
            outPad = outPad.Length == 1 ? [0, outPad[0]] : outPad;
            pads = pads.Length == 2 ? [0, pads[0], 0, pads[1]] : pads;
            outputShape = outputShape is { Length: 1 or 3 } ? [1, outputShape[outputShape.Length - 1]] : outputShape;
        }
        if (outPad.Length != 2 || outPad.Any(pad => pad is < 0 or > 1 << 20) || pads.Length != 4 || pads.Any(pad => pad is < 0 or > 1 << 20))
            throw new OnnxImportException($"pads {ShapeText.Format(pads)} and output_padding {ShapeText.Format(outPad)} of a two-dimensional window");
        if (outputShape is { Length: 4 })
            outputShape = [outputShape[2], outputShape[3]];
        if (outputShape is not null && outputShape.Length != 2)
            throw new OnnxImportException($"output_shape {ShapeText.Format(outputShape)} of a two-dimensional window");

        var size = new int[2];
        for (int axis = 0; axis < 2; axis++)
        {
            long full = checked((long)strides[axis] * (inputSize[axis] - 1) + (long)dilations[axis] * (kernelSize[axis] - 1) + 1);
            long? wanted = outputShape?[axis] ?? (autoPad is "SAME_UPPER" or "SAME_LOWER" ? (long?)inputSize[axis] * strides[axis] : null);
            if (wanted is null && autoPad is "VALID")
                pads[axis] = pads[axis + 2] = 0;
            if (wanted is long target)
            {
                // The padding follows from the output's size; what is missing is added at the end.
                long total = full + outPad[axis] - target;
                if (total < 0)
                {
                    outPad[axis] = checked((int)(outPad[axis] - total));
                    total = 0;
                }
                long half = total / 2;
                pads[axis] = checked((int)(autoPad == "SAME_UPPER" ? half : total - half));
                pads[axis + 2] = checked((int)(total - pads[axis]));
            }
            size[axis] = checked((int)(full + outPad[axis] - pads[axis] - pads[axis + 2]));
        }
        var window = new WindowAttributes(
            kernelSize[0], kernelSize[1], strides[0], strides[1], dilations[0], dilations[1], new NetEdges(pads[0], pads[1], pads[2], pads[3]));
        string options = Options(window, groups, input.Channels, bias is not null);
        if ((outPad[0] | outPad[1]) != 0)
            options = $"outpad {WindowAttributes.Short(outPad[0], outPad[1])} {options}".Trim();
        NetStatement statement = lowering.Emit(
            node, "convtranspose", Head(channels, window), [input], new NetValue(channels, size[0], size[1]), window.Pad, options: options);
        AddWeights(statement, node, kernel, bias);
        lowering.SetMapOrLine(node, statement.Output, isLine);
    }

    /// <summary>A 1x1 convolution by a matrix [out, in] that the import makes (a mean over channels, a choice of channels …).</summary>
    public static NetValue Mix(Lowering lowering, OnnxNode node, NetValue input, int channels, Action<float[]> fill)
    {
        int[] shape = [channels, input.Channels, 1, 1];
        var matrix = new float[lowering.Budget.Take(shape)];
        fill(matrix);
        NetStatement statement = lowering.Emit(
            node, "conv", $"{NumberText.Format(channels)} 1x1", [input], new NetValue(channels, input.Height, input.Width), options: "bias off");
        statement.Weights.Add(Lowering.Weight(".weight", shape, OnnxTensor.FromFloats(shape, matrix)));
        return statement.Output;
    }

    private static string Head(int channels, WindowAttributes window) =>
        $"{NumberText.Format(channels)} {window.Kernel}"
        + (window is { StrideHeight: 1, StrideWidth: 1 } ? "" : " stride " + WindowAttributes.Short(window.StrideHeight, window.StrideWidth));

    private static string Options(WindowAttributes window, int groups, int channels, bool bias)
    {
        var options = new List<string>();
        if (window.DilationHeight != 1 || window.DilationWidth != 1)
            options.Add("dilation " + WindowAttributes.Short(window.DilationHeight, window.DilationWidth));
        if (groups > 1)
            options.Add(groups == channels ? "depthwise" : "groups " + NumberText.Format(groups));
        if (!bias)
            options.Add("bias off");
        return string.Join(" ", options);
    }

    private static NetValue MapFor(Lowering lowering, OnnxNode node, bool isLine)
    {
        NetValue input = lowering.MapOrLine(node, 0, out bool inputIsLine);
        return inputIsLine == isLine
            ? input
            : throw new OnnxImportException($"weights for {(isLine ? "one dimension" : "two dimensions")}, an input of {(isLine ? "two" : "one")}");
    }

    /// <summary>The kernel [out, in, rows, columns]; one of one dimension has one row.</summary>
    private static OnnxTensor Kernel(Lowering lowering, OnnxNode node, out bool isLine)
    {
        OnnxTensor kernel = lowering.Constant(node, 1, "weight");
        if (kernel.Shape.Length is not (3 or 4) || kernel.Count == 0)
            throw new OnnxImportException($"weights of shape {ShapeText.Format(kernel.Shape)}; only convolutions of one and two dimensions are supported");
        int[]? declared = node.Ints("kernel_shape");
        if (declared is not null && !declared.SequenceEqual(kernel.Shape.Skip(2)))
            throw new OnnxImportException($"kernel_shape is {ShapeText.Format(declared)}, but the weights have shape {ShapeText.Format(kernel.Shape)}");
        isLine = kernel.Shape.Length == 3;
        return isLine ? kernel.Reshape([kernel.Shape[0], kernel.Shape[1], 1, kernel.Shape[2]]) : kernel;
    }

    private static OnnxTensor? Bias(Lowering lowering, OnnxNode node, int channels)
    {
        OnnxTensor? bias = lowering.OptionalConstant(node, 2, "bias");
        if (bias is not null && bias.Count != channels)
            throw new OnnxImportException($"a bias of shape {ShapeText.Format(bias.Shape)} for {channels} channels");
        return bias;
    }

    private static void AddWeights(NetStatement statement, OnnxNode node, OnnxTensor kernel, OnnxTensor? bias)
    {
        statement.WeightName = Lowering.LayerName(node.Input(1), node.Input(2));
        statement.Weights.Add(Lowering.Weight(".weight", kernel.Shape, kernel));
        if (bias is not null)
            statement.Weights.Add(Lowering.Weight(".bias", [bias.Count], bias));
    }
}
