namespace GradCam.Gpu.Kernels.Convolution;

/// <summary>
/// The arguments of the convolution kernels. A convolution, its gradient and a transposed one are all the same to them: each output is the sum, over taps and
/// over the channels of its group, of an input times a weight. Outputs come in phases (<see cref="PhaseTable"/>), one but for strides in a gradient.
/// </summary>
internal struct ConvolutionArgs
{
    public SampleArgs Samples;
    public MapArgs Output;

    /// <summary>Where element (0, 0, 0) of the input lies.</summary>
    public int InputOffset;
    public int Phases;
    public int Groups;

    /// <summary>Input channels of a group.</summary>
    public int GroupInputs;

    /// <summary>Output channels of a group.</summary>
    public int GroupOutputs;

    /// <summary>By quarters of the output's channels: where four of them are computed at once.</summary>
    public Divisor ByQuads;

    /// <summary>Floats from a row of weights to the next: <see cref="GroupOutputs"/>, rounded up.</summary>
    public int WeightStride;

    /// <summary>Where the summands lie in the weights, one an output channel; less than 0 for none.</summary>
    public int Summands;

    /// <summary>Whether four neighbouring inputs are at multiples of four floats, and taps begin at multiples of four.</summary>
    public int ReadsQuads;

    /// <summary>The same for outputs, and for what is added to them, where activation and gate are simple (<see cref="ConvolutionOutput.IsSimple"/>).</summary>
    public int WritesQuads;

    /// <summary>Added before the activation.</summary>
    public MapArgs Residual;
    public int HasResidual;
    public ActivationArgs Activation;
    public GradientArgs Gradient;

    /// <summary>What a simple activation bounds its values by.</summary>
    public float Low;
    public float High;

    /// <summary>Where a simple gate is open: above the first, up to the second.</summary>
    public float GateLow;
    public float GateHigh;

    /// <summary>Groups among which the sum is divided, each with a part of its terms.</summary>
    public int Splits;

    /// <summary>Terms of a group: a multiple of the tile's depth.</summary>
    public int SplitLength;

    /// <summary>Terms of a part, where one group adds up all parts; 0 where it adds up nothing but its own.</summary>
    public int FoldLength;
}
