using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace GradCam.Cpu.Conv;

/// <summary>
/// A convolution's kernel, row-major, as it was read and folded, with the roles of its axes: a convolution sums over the second one
/// ([outputs, inputs, taps] in each group), its gradient over the first ([inputs, outputs, taps]).
/// </summary>
internal sealed unsafe class KernelTensor
{
    /// <summary>Describes a kernel.</summary>
    /// <param name="values">The tensor: native memory that stays where it is while the kernel is packed.</param>
    /// <param name="groups">Groups.</param>
    /// <param name="inputs">Channels that are summed over, in one group.</param>
    /// <param name="outputs">Channels that come out, in one group.</param>
    /// <param name="taps">Height and width of the kernel.</param>
    /// <param name="summedFirst">Whether the first axis is the one that is summed over.</param>
    /// <param name="bias">A summand for each output channel of all groups; null for none.</param>
    /// <exception cref="InvalidOperationException">The tensor is not as long as its shape says.</exception>
    public KernelTensor(Span<float> values, int groups, int inputs, int outputs, Extent taps, bool summedFirst, float[]? bias)
    {
        (Groups, Inputs, Outputs, Taps, Bias) = (groups, inputs, outputs, taps, bias);
        int tapCount = checked(taps.Height * taps.Width);
        InputStride = (summedFirst ? outputs : 1) * tapCount;
        OutputStride = (summedFirst ? 1 : inputs) * tapCount;
        GroupStride = checked(inputs * outputs * tapCount);
        if (values.Length != (long)GroupStride * groups)
        {
            throw new InvalidOperationException(
                $"Expected a kernel of {groups} x {outputs} x {inputs} x {taps.Height} x {taps.Width}, found {values.Length} weights.");
        }

        Values = (float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(values));
    }

    /// <summary>The tensor.</summary>
    public float* Values { get; }

    /// <summary>Groups.</summary>
    public int Groups { get; }

    /// <summary>Channels that are summed over, in one group.</summary>
    public int Inputs { get; }

    /// <summary>Channels that come out, in one group.</summary>
    public int Outputs { get; }

    /// <summary>Height and width of the kernel.</summary>
    public Extent Taps { get; }

    /// <summary>Floats from an input channel's weights to the next one's.</summary>
    public int InputStride { get; }

    /// <summary>Floats from an output channel's weights to the next one's.</summary>
    public int OutputStride { get; }

    /// <summary>Floats from a group's weights to the next one's.</summary>
    public int GroupStride { get; }

    /// <summary>A summand for each output channel of all groups; null for none.</summary>
    public float[]? Bias { get; }
}
