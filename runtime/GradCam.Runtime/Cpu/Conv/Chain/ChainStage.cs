using GradCam.Cpu.Memory;
using GradCam.Cpu.Packing;

namespace GradCam.Cpu.Conv.Chain;

/// <summary>A step of a chain, of a sliding window: the map that it makes, and the place for some rows of that.</summary>
/// <param name="window">The window.</param>
/// <param name="channels">Channels of its output.</param>
/// <param name="size">Its output's height and width.</param>
/// <param name="activation">What is applied last; only a convolution has one.</param>
internal abstract class ChainStage(in Window window, int channels, Extent size, Activation activation = default)
{
    /// <summary>What is applied to its output last, where the whole chain's call does not say otherwise.</summary>
    public Activation Activation { get; } = activation;

    /// <summary>Rows of its output.</summary>
    public int Height => size.Height;

    /// <summary>The rows of its output that there are at a time, counted from a thread's scratch memory.</summary>
    public Tensor Strip { get; private set; }

    /// <summary>The window.</summary>
    protected Window Window { get; } = window;

    private int RowReach => (Window.Kernel.Height - 1) * Window.Dilation.Height + 1;

    /// <summary>Prepares for the layouts of what is read and written; called in the dry run.</summary>
    public abstract void Prepare(CpuPlan plan, in Tensor input, in Tensor output);

    /// <summary>Computes some rows of the output.</summary>
    /// <param name="context">Memory.</param>
    /// <param name="input">The input's rows that there are.</param>
    /// <param name="firstInput">Which row of the map the first of them is; negative in the padding, which is zeros.</param>
    /// <param name="from">The first row of the output.</param>
    /// <param name="residual">These rows of what is added, or the empty tensor.</param>
    /// <param name="activation">What is applied last.</param>
    /// <param name="output">These rows.</param>
    public abstract void Run(
        in KernelContext context, in Tensor input, int firstInput, int from, in Tensor residual, in Activation activation, in Tensor output);

    /// <summary>The first row of input that an output row reads; negative in the padding.</summary>
    public int FirstInput(int row) => row * Window.Stride.Height - Window.Pad.Top;

    /// <summary>The row of input after the last that the output rows before <paramref name="end"/> read.</summary>
    public int EndOfInputs(int end) => FirstInput(end - 1) + RowReach;

    /// <summary>The most rows of input that some consecutive output rows read: never more than the padded map has.</summary>
    public int InputRows(int rows) => (Math.Min(rows, Height) - 1) * Window.Stride.Height + RowReach;

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
        return CacheSizes.WholeLines(length);
    }

    /// <summary>The output as if all its rows were there, in the layout of the strip: what its reader prepares for.</summary>
    public Tensor WholeMap(ChainStage next)
    {
        int below = Math.Max(0, next.EndOfInputs(next.Height) - size.Height);
        return Strip with { Height = size.Height, Halo = Strip.Halo with { Top = next.Window.Pad.Top, Bottom = below } };
    }

    /// <summary>Some rows of a tensor.</summary>
    public static Tensor Rows(in Tensor tensor, int from, int to) => tensor with { Offset = tensor.Offset + from * tensor.RowStride, Height = to - from };

    /// <summary>The padding that it reads left and right of an input of some width.</summary>
    private Edges Sides(int width)
    {
        int end = (size.Width - 1) * Window.Stride.Width - Window.Pad.Left + (Window.Kernel.Width - 1) * Window.Dilation.Width + 1;
        return new Edges(0, Window.Pad.Left, 0, Math.Max(0, end - width));
    }
}
