namespace GradCam.Cpu.Conv;

/// <summary>A convolution of a chain: its algorithm, the map that it makes, and the place for some rows of that.</summary>
/// <param name="algorithm">The algorithm.</param>
/// <param name="op">The convolution.</param>
/// <param name="channels">Channels of its output.</param>
/// <param name="size">Its output's height and width.</param>
internal sealed class ChainStage(ConvolutionAlgorithm algorithm, in Convolution op, int channels, Extent size)
{
    /// <summary>Floats: strips begin on cache lines.</summary>
    private const int Alignment = 16;

    private readonly Window _window = op.Window;

    /// <summary>The algorithm.</summary>
    public ConvolutionAlgorithm Algorithm { get; } = algorithm;

    /// <summary>What is applied last.</summary>
    public Activation Activation { get; } = op.Activation;

    /// <summary>Rows of its output.</summary>
    public int Height => size.Height;

    /// <summary>Rows of input from one output row to the next.</summary>
    public int RowStride => _window.Stride.Height;

    /// <summary>The rows of its output that there are at a time, counted from a thread's scratch memory.</summary>
    public Tensor Strip { get; private set; }

    private int RowReach => (_window.Kernel.Height - 1) * _window.Dilation.Height + 1;

    /// <summary>The output's size of a convolution over a map of some size.</summary>
    public static Extent OutputSize(in Window window, Extent input)
    {
        return new Extent(
            Axis(input.Height + window.Pad.Top + window.Pad.Bottom, window.Kernel.Height, window.Stride.Height, window.Dilation.Height),
            Axis(input.Width + window.Pad.Left + window.Pad.Right, window.Kernel.Width, window.Stride.Width, window.Dilation.Width));

        static int Axis(int padded, int kernel, int stride, int dilation) => (padded - (kernel - 1) * dilation - 1) / stride + 1;
    }

    /// <summary>The first row of input that an output row reads; negative in the padding.</summary>
    public int FirstInput(int row) => row * RowStride - _window.Pad.Top;

    /// <summary>The row of input after the last that the output rows before <paramref name="end"/> read.</summary>
    public int EndOfInputs(int end) => (end - 1) * RowStride - _window.Pad.Top + RowReach;

    /// <summary>Rows of input that some consecutive output rows read.</summary>
    public int InputRows(int rows) => (rows - 1) * RowStride + RowReach;

    /// <summary>Gives the output's strip its place.</summary>
    /// <param name="offset">Where it begins.</param>
    /// <param name="rows">Its rows.</param>
    /// <param name="next">Who reads it.</param>
    /// <returns>The floats that it takes.</returns>
    public long PlaceStrip(long offset, int rows, ChainStage next)
    {
        Edges halo = next.Sides(size.Width);
        long length = (long)rows * (halo.Left + size.Width + halo.Right) * channels;
        Strip = checked(new Tensor((int)offset, channels, rows, size.Width, halo));
        return (length + Alignment - 1) / Alignment * Alignment;
    }

    /// <summary>The output as if all its rows were there, in the layout of the strip: what an algorithm prepares for.</summary>
    public Tensor WholeMap(ChainStage next)
    {
        int below = Math.Max(0, next.EndOfInputs(next.Height) - size.Height);
        return Strip with { Height = size.Height, Halo = Strip.Halo with { Top = next._window.Pad.Top, Bottom = below } };
    }

    /// <summary>The padding that it reads left and right of an input of some width.</summary>
    private Edges Sides(int width)
    {
        int end = (size.Width - 1) * _window.Stride.Width - _window.Pad.Left + (_window.Kernel.Width - 1) * _window.Dilation.Width + 1;
        return new Edges(0, _window.Pad.Left, 0, Math.Max(0, end - width));
    }
}
