namespace GradCam.Gen.Model;

/// <summary>Channels, rows and columns of a feature map; a vector is Cx1x1.</summary>
internal readonly record struct Shape(int Channels, int Height, int Width)
{
    public bool IsVector => Height == 1 && Width == 1;

    public long Pixels => (long)Height * Width;

    public long Length => Channels * Pixels;

    public Extent Size => new(Height, Width);

    public override string ToString() => $"{Channels}x{Height}x{Width}";
}

/// <summary>A height and a width.</summary>
internal readonly record struct Extent(int Height, int Width)
{
    public static Extent One => new(1, 1);

    public override string ToString() => $"{Height}x{Width}";
}

/// <summary>Pixels at the four edges of a map.</summary>
internal readonly record struct Edges(int Top, int Left, int Bottom, int Right)
{
    public bool IsEmpty => (Top | Left | Bottom | Right) == 0;

    public static Edges Max(Edges a, Edges b) =>
        new(Math.Max(a.Top, b.Top), Math.Max(a.Left, b.Left), Math.Max(a.Bottom, b.Bottom), Math.Max(a.Right, b.Right));

    public override string ToString() => (Top, Left) == (Bottom, Right) ? Top == Left ? $"{Top}" : $"{Top}x{Left}" : $"{Top} {Left} {Bottom} {Right}";
}

/// <summary>A sliding window.</summary>
internal readonly record struct Window(Extent Kernel, Extent Stride, Edges Pad, Extent Dilation)
{
    /// <summary>Taps' reach in pixels: dilation * (kernel - 1) + 1.</summary>
    public Extent Reach => new(Dilation.Height * (Kernel.Height - 1) + 1, Dilation.Width * (Kernel.Width - 1) + 1);

    public long Taps => (long)Kernel.Height * Kernel.Width;

    /// <summary>What a convolution over <paramref name="input"/> reads beyond it to make <paramref name="output"/>.</summary>
    public Edges ForwardHalo(Extent input, Extent output) => new(
        Pad.Top,
        Pad.Left,
        Math.Max(0, (output.Height - 1) * Stride.Height + Reach.Height - Pad.Top - input.Height),
        Math.Max(0, (output.Width - 1) * Stride.Width + Reach.Width - Pad.Left - input.Width));

    /// <summary>
    /// What the gradient of a convolution reads beyond the output's gradient: input pixel i collects the output pixels
    /// (i + pad - t * dilation) / stride over the taps t where that is whole.
    /// </summary>
    public Edges BackwardHalo(Extent input, Extent output) => new(
        Math.Max(0, (Reach.Height - 1 - Pad.Top) / Stride.Height),
        Math.Max(0, (Reach.Width - 1 - Pad.Left) / Stride.Width),
        Math.Max(0, (input.Height - 1 + Pad.Top) / Stride.Height - (output.Height - 1)),
        Math.Max(0, (input.Width - 1 + Pad.Left) / Stride.Width - (output.Width - 1)));

    /// <summary>
    /// Whether the gradient of a pool's output goes wholly to pixels of the map: not where a window lies wholly in the padding, nor, where padding counts in
    /// the mean, where one has some.
    /// </summary>
    public bool KeepsSums(Extent input, Extent output, bool countPadding) =>
        AxisKeepsSums(Kernel.Height, Stride.Height, Pad.Top, Pad.Bottom, Dilation.Height, input.Height, output.Height, countPadding)
        && AxisKeepsSums(Kernel.Width, Stride.Width, Pad.Left, Pad.Right, Dilation.Width, input.Width, output.Width, countPadding);

    private static bool AxisKeepsSums(int kernel, int stride, int before, int after, int dilation, int input, int output, bool countPadding)
    {
        for (int i = 0; i < output; i++)
        {
            int start = i * stride - before;
            int firstOnMap = start >= 0 ? 0 : (dilation - 1 - start) / dilation;
            int lastOnMap = Math.Min(kernel - 1, (input - 1 - start) / dilation);
            int lastCounted = Math.Min(kernel - 1, (input + after - 1 - start) / dilation);
            if (start >= input || firstOnMap > lastOnMap || (countPadding && (firstOnMap > 0 || lastOnMap < lastCounted)))
                return false;
        }

        return true;
    }

    public override string ToString()
    {
        string text = Kernel.ToString();
        if (Stride != Extent.One)
            text += Stride.Height == Stride.Width ? $" stride {Stride.Height}" : $" stride {Stride}";
        if (!Pad.IsEmpty)
            text += $" pad {Pad}";
        if (Dilation != Extent.One)
            text += Dilation.Height == Dilation.Width ? $" dilation {Dilation.Height}" : $" dilation {Dilation}";
        return text;
    }
}
