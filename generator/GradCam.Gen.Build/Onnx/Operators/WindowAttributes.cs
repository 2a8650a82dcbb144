namespace GradCam.Gen.Build.Onnx;

/// <summary>Kernel, stride, padding and dilation of a convolution or a pooling, for two dimensions.</summary>
internal readonly record struct WindowAttributes(
    int KernelHeight, int KernelWidth, int StrideHeight, int StrideWidth, int DilationHeight, int DilationWidth, NetEdges Pad)
{
    /// <summary>Reads the attributes; auto_pad is resolved for the input's size.</summary>
    /// <param name="node">The node.</param>
    /// <param name="kernelHeight">Rows of the kernel.</param>
    /// <param name="kernelWidth">Columns of the kernel.</param>
    /// <param name="input">The map.</param>
    /// <param name="isLine">True for a one-dimensional window: its attributes are those of the columns.</param>
    public static WindowAttributes Read(OnnxNode node, int kernelHeight, int kernelWidth, NetValue input, bool isLine = false)
    {
        int[] strides = Pair(node, "strides", 1, isLine);
        int[] dilations = Pair(node, "dilations", 1, isLine);
        int[] pads = node.Ints("pads") ?? (isLine ? [0, 0] : [0, 0, 0, 0]);
        if (isLine && pads.Length == 2)
            pads = [0, pads[0], 0, pads[1]];
        if (pads.Length != 4 || pads.Any(pad => pad is < 0 or > 1 << 20))
            throw new OnnxImportException($"pads {ShapeText.Format(pads)} of a two-dimensional window");
        var window = new WindowAttributes(
            Positive(kernelHeight), Positive(kernelWidth), strides[0], strides[1], dilations[0], dilations[1],
            new NetEdges(pads[0], pads[1], pads[2], pads[3]));
        string autoPad = node.Text("auto_pad", "NOTSET");
        switch (autoPad)
        {
            case "NOTSET" or "":
                return window;
            case "VALID":
                return window with { Pad = default };
            case "SAME_UPPER" or "SAME_LOWER":
                (int top, int bottom) = Same(input.Height, window.KernelHeight, window.StrideHeight, window.DilationHeight, autoPad == "SAME_UPPER");
                (int left, int right) = Same(input.Width, window.KernelWidth, window.StrideWidth, window.DilationWidth, autoPad == "SAME_UPPER");
                return window with { Pad = new NetEdges(top, left, bottom, right) };
            default:
                throw new OnnxImportException($"auto_pad {autoPad} is not supported");
        }
    }

    /// <summary>Two positive numbers of an attribute.</summary>
    public static int[] Pair(OnnxNode node, string name, int whenAbsent, bool isLine = false)
    {
        int[] values = node.Ints(name) ?? (isLine ? [whenAbsent] : [whenAbsent, whenAbsent]);
        if (isLine && values.Length == 1)
            values = [1, values[0]];
        if (values.Length != 2)
            throw new OnnxImportException($"{name} has {values.Length} elements; only two-dimensional windows are supported");
        Positive(values[0]);
        Positive(values[1]);
        return values;
    }

    /// <summary>The output's rows or columns along one axis.</summary>
    public static int OutputSize(int size, int kernel, int stride, int dilation, int before, int after, bool ceil)
    {
        long reach = (long)size + before + after - ((long)dilation * (kernel - 1) + 1);
        if (reach < 0)
            throw new OnnxImportException($"a window of {(long)dilation * (kernel - 1) + 1} pixels on a map of {(long)size + before + after}");
        long output = (ceil ? (reach + stride - 1) / stride : reach / stride) + 1;
        // A window that would begin in the padding at the end is left out.
        if (ceil && (output - 1) * stride >= (long)size + before)
            output--;
        return checked((int)output);
    }

    public NetValue Output(NetValue input, int channels, bool ceil = false) => new(
        channels,
        OutputSize(input.Height, KernelHeight, StrideHeight, DilationHeight, Pad.Top, Pad.Bottom, ceil),
        OutputSize(input.Width, KernelWidth, StrideWidth, DilationWidth, Pad.Left, Pad.Right, ceil));

    public string Kernel => Size(KernelHeight, KernelWidth);

    public string Stride => Size(StrideHeight, StrideWidth);

    public string Dilation => Size(DilationHeight, DilationWidth);

    /// <summary>A size in the spec: 3 for a square where one number is enough, else 3x1.</summary>
    public static string Short(int height, int width) => height == width ? NumberText.Format(height) : Size(height, width);

    private static string Size(int height, int width) => $"{NumberText.Format(height)}x{NumberText.Format(width)}";

    private static int Positive(int value) =>
        value is > 0 and <= 1 << 20 ? value : throw new OnnxImportException($"a window with a size, stride or dilation of {value}");

    private static (int Before, int After) Same(int size, int kernel, int stride, int dilation, bool upper)
    {
        int output = (size + stride - 1) / stride;
        long total = Math.Max((long)(output - 1) * stride + (long)dilation * (kernel - 1) + 1 - size, 0);
        int less = checked((int)(total / 2)), more = checked((int)(total - less));
        return upper ? (less, more) : (more, less);
    }
}
