using GradCam.Planning;

namespace GradCam.Gpu.Planning;

/// <summary>A convolution's kernel with its affine folded in, as an operation reads it: forward, backward, or transposed.</summary>
internal sealed class KernelTensor
{
    private readonly float[] _values;
    private readonly bool _summedFirst;

    /// <summary>Reads a kernel.</summary>
    /// <param name="weights">The network's weights.</param>
    /// <param name="reference">The tensor, [first, second / groups, taps].</param>
    /// <param name="folded">What is folded in: a factor an output channel of the layer.</param>
    /// <param name="groups">Groups.</param>
    /// <param name="inputs">Channels of a group that are summed over.</param>
    /// <param name="outputs">Channels of a group that are made.</param>
    /// <param name="kernel">Taps.</param>
    /// <param name="summedFirst">Whether the tensor's first axis is the one that is summed over.</param>
    /// <param name="foldsSecondAxis">Whether the factors are those of the tensor's second axis.</param>
    public KernelTensor(
        NetworkWeights weights, WeightRef reference, FoldedAffine folded, int groups, int inputs, int outputs, Extent kernel, bool summedFirst,
        bool foldsSecondAxis)
    {
        (Groups, Inputs, Outputs, Kernel, _summedFirst) = (groups, inputs, outputs, kernel, summedFirst);
        _values = weights.Read(reference);
        if (folded.IsShiftAlone)
            return;

        int taps = kernel.Height * kernel.Width;
        int second = summedFirst ? outputs : inputs;
        int firstOfGroup = summedFirst ? inputs : outputs;
        for (int i = 0; i < _values.Length; i += taps)
        {
            int first = i / taps / second;
            int channel = foldsSecondAxis ? first / firstOfGroup * second + i / taps % second : first;
            folded.ScaleInPlace(channel, _values.AsSpan(i, taps));
        }
    }

    public int Groups { get; }

    /// <summary>Channels of a group that are summed over.</summary>
    public int Inputs { get; }

    /// <summary>Channels of a group that are made.</summary>
    public int Outputs { get; }

    public Extent Kernel { get; }

    /// <summary>A weight.</summary>
    public float this[int group, int input, int output, int tap]
    {
        get
        {
            int row = _summedFirst ? (group * Inputs + input) * Outputs + output : (group * Outputs + output) * Inputs + input;
            return _values[row * Kernel.Height * Kernel.Width + tap];
        }
    }
}
