namespace GradCam.Cpu.Conv;

/// <summary>
/// A convolution's kernel, row-major, as it was read and folded, with the roles of its axes: a convolution sums over the second one
/// ([outputs, inputs, taps] in each group), its gradient over the first ([inputs, outputs, taps]).
/// </summary>
/// <param name="values">The tensor.</param>
/// <param name="groups">Groups.</param>
/// <param name="inputs">Channels that are summed over, in one group.</param>
/// <param name="outputs">Channels that come out, in one group.</param>
/// <param name="taps">Height and width of the kernel.</param>
/// <param name="summedFirst">Whether the first axis is the one that is summed over.</param>
/// <param name="bias">A summand for each output channel of all groups; null for none.</param>
internal sealed class KernelTensor(float[] values, int groups, int inputs, int outputs, Extent taps, bool summedFirst, float[]? bias)
{
    /// <summary>The tensor.</summary>
    public float[] Values { get; } = values;

    /// <summary>Groups.</summary>
    public int Groups { get; } = groups;

    /// <summary>Channels that are summed over, in one group.</summary>
    public int Inputs { get; } = inputs;

    /// <summary>Channels that come out, in one group.</summary>
    public int Outputs { get; } = outputs;

    /// <summary>Height and width of the kernel.</summary>
    public Extent Taps { get; } = taps;

    /// <summary>Floats from an input channel's weights to the next one's.</summary>
    public int InputStride { get; } = (summedFirst ? outputs : 1) * taps.Height * taps.Width;

    /// <summary>Floats from an output channel's weights to the next one's.</summary>
    public int OutputStride { get; } = (summedFirst ? 1 : inputs) * taps.Height * taps.Width;

    /// <summary>Floats from a group's weights to the next one's.</summary>
    public int GroupStride { get; } = inputs * outputs * taps.Height * taps.Width;

    /// <summary>A summand for each output channel of all groups; null for none.</summary>
    public float[]? Bias { get; } = bias;
}
