namespace GradCam.Cpu.Conv.Algorithm;

/// <summary>
/// Along one axis, the outputs <c>Start + j * OutputStep</c> of a convolution: output j collects, for each tap, the input at <c>j * InputStep + tap.Offset</c>.
/// A convolution is one phase; the gradient of one with stride s is s phases, each an ordinary convolution over the output's gradient.
/// </summary>
/// <param name="Start">The first output.</param>
/// <param name="OutputStep">Outputs from one of the phase to its next.</param>
/// <param name="InputStep">Inputs from one output of the phase to its next.</param>
/// <param name="Taps">The kernel's taps that meet these outputs, by rising offset.</param>
internal sealed record AxisPhase(int Start, int OutputStep, int InputStep, AxisTap[] Taps)
{
    /// <summary>The phase of a convolution: y[o] collects x[o * stride - pad + k * dilation].</summary>
    public static AxisPhase[] Forward(int kernel, int stride, int pad, int dilation)
    {
        var taps = new AxisTap[kernel];
        for (int k = 0; k < kernel; k++)
            taps[k] = new AxisTap(k, checked(k * dilation - pad));
        return [new AxisPhase(0, 1, stride, taps)];
    }

    /// <summary>
    /// The phases of its gradient: x[i] collects y[(i + pad - k * dilation) / stride] where that is whole. Phase r has the i that leave r when divided by the
    /// stride.
    /// </summary>
    public static AxisPhase[] Backward(int kernel, int stride, int pad, int dilation)
    {
        var phases = new AxisPhase[stride];
        for (int r = 0; r < stride; r++)
        {
            var taps = new List<AxisTap>();
            for (int k = kernel - 1; k >= 0; k--)
            {
                int distance = checked(r + pad - k * dilation);
                if (distance % stride == 0)
                    taps.Add(new AxisTap(k, distance / stride));
            }

            phases[r] = new AxisPhase(r, stride, 1, [.. taps]);
        }

        return phases;
    }

    /// <summary>True when neighbouring outputs meet neighbouring inputs, and so do neighbouring taps.</summary>
    public bool IsDense { get; } = InputStep == 1 && AxisTap.AreNeighbours(Taps);

    /// <summary>How many outputs of the phase lie on a map of <paramref name="size"/> outputs.</summary>
    public int Count(int size) => size <= Start ? 0 : (size - Start - 1) / OutputStep + 1;
}

/// <summary>A tap of a kernel along one axis.</summary>
/// <param name="Index">Its index in the kernel.</param>
/// <param name="Offset">The input that it meets at output 0 of a phase.</param>
internal readonly record struct AxisTap(int Index, int Offset)
{
    /// <summary>Whether each tap meets the input after the one before.</summary>
    public static bool AreNeighbours(AxisTap[] taps)
    {
        for (int i = 1; i < taps.Length; i++)
        {
            if (taps[i].Offset != taps[i - 1].Offset + 1)
                return false;
        }

        return true;
    }

    /// <summary>The indices, in a kernel of so many columns, of the taps of some rows and columns: row by row.</summary>
    public static int[] Indices(AxisTap[] rows, AxisTap[] columns, int kernelColumns)
    {
        var indices = new int[rows.Length * columns.Length];
        for (int i = 0; i < indices.Length; i++)
            indices[i] = rows[i / columns.Length].Index * kernelColumns + columns[i % columns.Length].Index;
        return indices;
    }
}
