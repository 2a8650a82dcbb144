namespace GradCam.Reference;

/// <summary>How far beyond a map an operation with a window reads, found by walking through its taps. This is the halo that the contract grants it.</summary>
public static class WindowReach
{
    /// <summary>What a convolution reads beyond its input (the gradient of a transposed convolution: beyond the output's gradient).</summary>
    /// <param name="window">The window.</param>
    /// <param name="read">Size of the map that is read.</param>
    /// <param name="written">Size of the map that is written.</param>
    public static Edges Gather(in Window window, Extent read, Extent written)
    {
        (int top, int bottom) = Gather(window.Kernel.Height, window.Stride.Height, window.Pad.Top, window.Dilation.Height, read.Height, written.Height);
        (int left, int right) = Gather(window.Kernel.Width, window.Stride.Width, window.Pad.Left, window.Dilation.Width, read.Width, written.Width);
        return new Edges(top, left, bottom, right);
    }

    /// <summary>What a transposed convolution reads beyond its input (the gradient of a convolution: beyond the output's gradient).</summary>
    /// <param name="window">The window.</param>
    /// <param name="read">Size of the map that is read.</param>
    /// <param name="written">Size of the map that is written.</param>
    public static Edges Scatter(in Window window, Extent read, Extent written)
    {
        (int top, int bottom) = Scatter(window.Kernel.Height, window.Stride.Height, window.Pad.Top, window.Dilation.Height, read.Height, written.Height);
        (int left, int right) = Scatter(window.Kernel.Width, window.Stride.Width, window.Pad.Left, window.Dilation.Width, read.Width, written.Width);
        return new Edges(top, left, bottom, right);
    }

    private static (int Before, int After) Gather(int kernel, int stride, int pad, int dilation, int read, int written)
    {
        int before = 0;
        int after = 0;
        for (int o = 0; o < written; o++)
        {
            for (int k = 0; k < kernel; k++)
            {
                int i = o * stride - pad + k * dilation;
                before = Math.Max(before, -i);
                after = Math.Max(after, i - (read - 1));
            }
        }

        return (before, after);
    }

    private static (int Before, int After) Scatter(int kernel, int stride, int pad, int dilation, int read, int written)
    {
        int before = 0;
        int after = 0;
        for (int i = 0; i < written; i++)
        {
            for (int k = 0; k < kernel; k++)
            {
                int o = i + pad - k * dilation;
                if (o % stride != 0)
                    continue;
                before = Math.Max(before, -(o / stride));
                after = Math.Max(after, o / stride - (read - 1));
            }
        }

        return (before, after);
    }
}
