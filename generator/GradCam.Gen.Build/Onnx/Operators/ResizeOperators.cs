namespace GradCam.Gen.Build.Onnx;

/// <summary>
/// Resize and Upsample over rows and columns. What counts is which source pixels an output pixel reads; a mode is accepted when they are those of the
/// language's.
/// </summary>
internal static class ResizeOperators
{
    private static readonly bool[] CornerChoices = [false, true];

    public static void Upsample(Lowering lowering, OnnxNode node)
    {
        NetValue input = lowering.Map(node, 0);
        float[] scales = node.Attributes.TryGetValue("scales", out OnnxAttribute? attribute) && attribute.Floats is not null
            ? attribute.Floats
            : lowering.Constant(node, 1, "scales").ToFloats();
        Emit(lowering, node, input, scales, null, node.Text("mode", "nearest"), "asymmetric", "floor");
    }

    public static void Resize(Lowering lowering, OnnxNode node)
    {
        NetValue input = lowering.Map(node, 0);
        if (node.Int("antialias", 0) != 0)
            throw new OnnxImportException("antialiasing is not supported");
        if (node.Text("keep_aspect_ratio_policy", "stretch") != "stretch")
            throw new OnnxImportException("keep_aspect_ratio_policy is not supported");
        bool old = lowering.Opset < 11;
        OnnxTensor? scalesTensor = lowering.OptionalConstant(node, old ? 1 : 2, "scales");
        OnnxTensor? sizesTensor = old ? null : lowering.OptionalConstant(node, 3, "sizes");
        float[]? scales = scalesTensor is { Count: > 0 } ? Spread(node, scalesTensor.ToFloats(), 1) : null;
        long[]? sizes = sizesTensor is { Count: > 0 } ? Spread(node, sizesTensor.ToIntegers(), 0) : null;
        if (sizes is not null && node.Has("axes"))
        {
            int[] own = [1, input.Channels, input.Height, input.Width];
            sizes = [.. sizes.Select((size, i) => size == 0 ? own[i] : size)];
        }

        Emit(
            lowering,
            node,
            input,
            scales,
            sizes,
            node.Text("mode", "nearest"),
            node.Text("coordinate_transformation_mode", old ? "asymmetric" : "half_pixel"),
            node.Text("nearest_mode", old ? "floor" : "round_prefer_floor"));
    }

    /// <summary>Values for the axes of the axes attribute as values for all four.</summary>
    private static T[] Spread<T>(OnnxNode node, T[] values, T neutral)
    {
        int[]? axes = node.Ints("axes");
        if (axes is null)
            return values.Length == 4 ? values : throw new OnnxImportException($"{values.Length} scales or sizes of a two-dimensional map");
        int[] at = Indexing.Axes(axes.Select(axis => (long)axis), 4);
        if (at.Length != values.Length)
            throw new OnnxImportException($"{values.Length} scales or sizes for {at.Length} axes");
        T[] all = [neutral, neutral, neutral, neutral];
        for (int i = 0; i < at.Length; i++)
            all[at[i]] = values[i];
        return all;
    }

    private static void Emit(
        Lowering lowering, OnnxNode node, NetValue input, float[]? scales, long[]? sizes, string mode, string transformation, string rounding)
    {
        if (scales is null == sizes is null || (scales is not null && scales.Length != 4))
            throw new OnnxImportException("needs either four scales or four sizes");
        double[] factors = scales?.Select(scale => (double)scale).ToArray()
            ?? [sizes![0], (double)sizes[1] / input.Channels, (double)sizes[2] / input.Height, (double)sizes[3] / input.Width];
        if (factors[0] != 1 || factors[1] != 1)
            throw new OnnxImportException("resizes batch or channels, which is not supported");
        double height = sizes?[2] ?? Math.Floor(input.Height * factors[2]), width = sizes?[3] ?? Math.Floor(input.Width * factors[3]);
        if (!(height is >= 1 and <= 1 << 16 && width is >= 1 and <= 1 << 16))
            throw new OnnxImportException($"would make {height}x{width} pixels");
        // Runtimes disagree on what aligned corners of a fraction of a pixel are.
        if (sizes is null && transformation == "align_corners" && (height != input.Height * factors[2] || width != input.Width * factors[3]))
            throw new OnnxImportException("aligned corners with scales that do not give whole pixels are not supported");
        var output = new NetValue(input.Channels, (int)height, (int)width);
        if (output.Height == input.Height && output.Width == input.Width)
        {
            lowering.Set(node, TensorView.Map(input));
            return;
        }

        string? options = mode switch
        {
            "nearest" => Nearest(input.Height, output.Height, factors[2], transformation, rounding)
                && Nearest(input.Width, output.Width, factors[3], transformation, rounding) ? "" : null,
            "linear" or "bilinear" => CornerChoices
                .Where(
                    corners => Linear(input.Height, output.Height, factors[2], transformation, corners)
                        && Linear(input.Width, output.Width, factors[3], transformation, corners))
                .Select(corners => corners ? " bilinear align_corners" : " bilinear")
                .FirstOrDefault(),
            _ => null,
        };
        if (options is null)
        {
            throw new OnnxImportException(
                $"mode {mode} with {transformation} coordinates{(mode == "nearest" ? $" and {rounding}" : "")} from {input.Height}x{input.Width} to " +
                $"{output.Height}x{output.Width} is not supported;"
                + " supported are the nearest pixel floor(y * in / out), and bilinear with half-pixel centres or aligned corners");
        }
        bool whole = output.Height % input.Height == 0 && output.Width % input.Width == 0 && output.Height / input.Height == output.Width / input.Width;
        string size = whole ? NumberText.Format(output.Height / input.Height) : $"to {NumberText.Format(output.Height)}x{NumberText.Format(output.Width)}";
        lowering.Set(node, TensorView.Map(lowering.Emit(node, "upsample", size + options, input, output)));
    }

    private static double? Source(double y, int size, int outputs, double factor, string transformation) => transformation switch
    {
        "half_pixel" => (y + 0.5) / factor - 0.5,
        "pytorch_half_pixel" => outputs > 1 ? (y + 0.5) / factor - 0.5 : 0,
        "asymmetric" => y / factor,
        "align_corners" => outputs > 1 ? y * (size - 1) / (outputs - 1) : 0,
        "tf_half_pixel_for_nn" => (y + 0.5) / factor,
        _ => null,
    };

    private static bool Nearest(int size, int outputs, double factor, string transformation, string rounding)
    {
        for (int y = 0; y < outputs; y++)
        {
            if (Source(y, size, outputs, factor, transformation) is not double source)
                return false;
            double? nearest = rounding switch
            {
                "round_prefer_floor" => Math.Ceiling(source - 0.5),
                "round_prefer_ceil" => Math.Floor(source + 0.5),
                // The scale is a rounded number.
                "floor" => Math.Floor(source + 1e-6),
                "ceil" => Math.Ceiling(source),
                _ => null,
            };
            if (nearest is not double pixel || Math.Min(Math.Max(pixel, 0), size - 1) != (int)((long)y * size / outputs))
                return false;
        }
        return true;
    }

    private static bool Linear(int size, int outputs, double factor, string transformation, bool corners)
    {
        for (int y = 0; y < outputs; y++)
        {
            if (Source(y, size, outputs, factor, transformation) is not double source)
                return false;
            double ours = corners ? outputs > 1 ? (double)y * (size - 1) / (outputs - 1) : 0 : (y + 0.5) * size / outputs - 0.5;
            double Clamp(double position) => Math.Min(Math.Max(position, 0), size - 1);
            if (Math.Abs(Clamp(source) - Clamp(ours)) > 1e-5 * size)
                return false;
        }
        return true;
    }
}
