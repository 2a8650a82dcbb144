namespace GradCam;

/// <summary>The place of a weight tensor in <see cref="NetworkInfo.Weights"/>, or none (the default value).</summary>
public readonly record struct WeightRef
{
    private readonly int _indexPlusOne;

    private WeightRef(int index) => _indexPlusOne = index + 1;

    /// <summary>True unless this is the default value.</summary>
    public bool IsPresent => _indexPlusOne != 0;

    /// <summary>Index into <see cref="NetworkInfo.Weights"/>; -1 when there is none.</summary>
    public int Index => _indexPlusOne - 1;

    /// <summary>A reference to the tensor at <paramref name="index"/>.</summary>
    public static implicit operator WeightRef(int index) => new(index);
}

/// <summary>A sliding window. The output's size is that of the output tensor, which also settles ceil mode.</summary>
/// <param name="Kernel">Taps.</param>
/// <param name="Stride">Input pixels per output pixel.</param>
/// <param name="Pad">Padding at each edge of the input.</param>
/// <param name="Dilation">Input pixels from tap to tap.</param>
public readonly record struct Window(Extent Kernel, Extent Stride, Edges Pad, Extent Dilation);

/// <summary>The pointwise nonlinearities.</summary>
public enum ActivationKind
{
    /// <summary>The identity.</summary>
    None,

    /// <summary>max(x, 0).</summary>
    Relu,

    /// <summary>min(max(x, Alpha), Beta); relu6 is Alpha 0, Beta 6.</summary>
    Clip,

    /// <summary>x for x &gt; 0, else Alpha x.</summary>
    LeakyRelu,

    /// <summary>1 / (1 + exp(-x)).</summary>
    Sigmoid,

    /// <summary>tanh x.</summary>
    Tanh,

    /// <summary>x sigmoid(x).</summary>
    Silu,

    /// <summary>min(max(Alpha x + Beta, 0), 1); PyTorch has Alpha 1/6, Beta 1/2.</summary>
    HardSigmoid,

    /// <summary>x min(max(x / 6 + 1/2, 0), 1).</summary>
    HardSwish,

    /// <summary>x (1 + erf(x / sqrt 2)) / 2.</summary>
    Gelu,

    /// <summary>x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2.</summary>
    GeluTanh,

    /// <summary>x for x &gt; 0, else Alpha (exp(x) - 1).</summary>
    Elu,

    /// <summary>1.0507009873554805 elu(x) with Alpha 1.6732632423543772.</summary>
    Selu,

    /// <summary>x tanh(log(1 + exp(x))).</summary>
    Mish,

    /// <summary>log(1 + exp(Alpha x)) / Alpha; PyTorch has Alpha 1, and x itself where Alpha x &gt; Beta = 20.</summary>
    Softplus,
}

/// <summary>A pointwise nonlinearity and its parameters.</summary>
/// <param name="Kind">Which one.</param>
/// <param name="Alpha">Its first parameter.</param>
/// <param name="Beta">Its second parameter.</param>
public readonly record struct Activation(ActivationKind Kind, float Alpha = 0, float Beta = 0)
{
    /// <summary>max(x, 0).</summary>
    public static Activation Relu => new(ActivationKind.Relu);

    /// <summary>min(max(x, 0), 6).</summary>
    public static Activation Relu6 => new(ActivationKind.Clip, 0, 6);

    /// <summary>
    /// True when the derivative follows from the output alone, so that the activation may run in place (fused into the layer
    /// before) and still be differentiated: relu, clip, leaky relu and elu (of non-negative slope), selu, sigmoid, tanh, hardsigmoid (of positive slope).
    /// </summary>
    public bool GradientFromOutput => Kind switch
    {
        ActivationKind.None or ActivationKind.Relu or ActivationKind.Clip or ActivationKind.Sigmoid or ActivationKind.Tanh or ActivationKind.Selu => true,
        ActivationKind.LeakyRelu or ActivationKind.Elu => Alpha >= 0,
        ActivationKind.HardSigmoid => Alpha > 0,
        _ => false,
    };
}

/// <summary>
/// A per-channel y = a x + b, made at load from, in this order and each only where present: a batch norm with running statistics,
/// y = (x - Mean) / sqrt(Variance + Epsilon) * Weight + Bias (Ioffe and Szegedy 2015), then a factor, then a summand. The references are
/// one-value-per-channel tensors; the batch norm is present when <paramref name="Variance"/> is.
/// </summary>
/// <param name="Weight">The batch norm's gamma; 1 where absent.</param>
/// <param name="Bias">The batch norm's beta; 0 where absent.</param>
/// <param name="Mean">The running mean.</param>
/// <param name="Variance">The running variance.</param>
/// <param name="Epsilon">Added to the variance.</param>
/// <param name="Scale">A further factor.</param>
/// <param name="Shift">A further summand.</param>
public readonly record struct AffineWeights(
    WeightRef Weight = default, WeightRef Bias = default, WeightRef Mean = default, WeightRef Variance = default, double Epsilon = 0,
    WeightRef Scale = default, WeightRef Shift = default)
{
    /// <summary>True when this is the identity.</summary>
    public bool IsEmpty => !Variance.IsPresent && !Scale.IsPresent && !Shift.IsPresent;
}

/// <summary>
/// The last step of a gradient's computation, fused into the operation that completes it: multiply by the derivative of the
/// activation that made the tensor, so that what is left is the gradient before that activation. The default value does nothing.
/// </summary>
/// <param name="Activation">An activation whose <see cref="Activation.GradientFromOutput"/> is true.</param>
/// <param name="Output">What the activation put out; the gradient's shape.</param>
public readonly record struct Gate(Activation Activation, Tensor Output);

/// <summary>A convolution (cross-correlation, as every framework has it), with what follows it folded in: y = activation(affine(conv(x) + bias) + residual).</summary>
/// <param name="Id">Number of the operation in its network, unique among all operations that have weights.</param>
/// <param name="Window">Kernel, stride, padding and dilation.</param>
/// <param name="Groups">Groups; input and output channels are divided evenly among them, in order.</param>
/// <param name="Weight">The kernel, [out, in / groups, height, width], or [out, in] for 1x1.</param>
/// <param name="Bias">The bias, [out].</param>
/// <param name="Affine">What is applied to the output's channels; folded into kernel and bias at load.</param>
/// <param name="Activation">What is applied last.</param>
public readonly record struct Convolution(
    int Id, Window Window, int Groups, WeightRef Weight, WeightRef Bias = default, AffineWeights Affine = default, Activation Activation = default);

/// <summary>
/// A transposed convolution: the gradient of the convolution of the same window with respect to its input.
/// y[oy] collects x[iy] w[ky] with oy = iy * stride - pad.Top + ky * dilation. The output's size is the output tensor's.
/// </summary>
/// <param name="Id">Number of the operation in its network.</param>
/// <param name="Window">Kernel, stride, padding and dilation, those of the convolution whose gradient this is.</param>
/// <param name="Groups">Groups.</param>
/// <param name="Weight">The kernel, [in, out / groups, height, width].</param>
/// <param name="Bias">The bias, [out].</param>
/// <param name="Affine">What is applied to the output's channels.</param>
/// <param name="Activation">What is applied last.</param>
public readonly record struct TransposedConvolution(
    int Id, Window Window, int Groups, WeightRef Weight, WeightRef Bias = default, AffineWeights Affine = default, Activation Activation = default);

/// <summary>A fully connected layer on a 1x1 map: y = activation(affine(W x + bias)).</summary>
/// <param name="Id">Number of the operation in its network.</param>
/// <param name="Weight">[out, in].</param>
/// <param name="Bias">[out].</param>
/// <param name="Affine">What is applied to the output.</param>
/// <param name="Activation">What is applied last.</param>
public readonly record struct Linear(int Id, WeightRef Weight, WeightRef Bias = default, AffineWeights Affine = default, Activation Activation = default);

/// <summary>A batch norm or a per-channel factor and summand that could not be folded: y = activation(affine(x)).</summary>
/// <param name="Id">Number of the operation in its network.</param>
/// <param name="Affine">The factor and summand.</param>
/// <param name="Activation">What is applied last.</param>
public readonly record struct ChannelAffine(int Id, AffineWeights Affine, Activation Activation = default);

/// <summary>Layer normalisation of each pixel over its channels (Ba, Kiros and Hinton 2016).</summary>
/// <param name="Id">Number of the operation in its network.</param>
/// <param name="Weight">[channels]; 1 where absent.</param>
/// <param name="Bias">[channels]; 0 where absent.</param>
/// <param name="Epsilon">Added to the variance.</param>
public readonly record struct LayerNorm(int Id, WeightRef Weight, WeightRef Bias, double Epsilon);

/// <summary>Parametric relu: x for x &gt; 0, else slope x (He et al. 2015).</summary>
/// <param name="Id">Number of the operation in its network.</param>
/// <param name="Slope">[channels], or [1] for one slope for all.</param>
public readonly record struct ParametricRelu(int Id, WeightRef Slope);

/// <summary>Average pooling. A window's sum is divided by the number of its taps that lie on the map or, with <paramref name="CountPadding"/>, on the padded map.</summary>
/// <param name="Window">Kernel, stride and padding; a dilation is not allowed.</param>
/// <param name="CountPadding">PyTorch's count_include_pad.</param>
public readonly record struct AveragePool(Window Window, bool CountPadding);

/// <summary>Local response normalisation over <paramref name="Size"/> neighbouring channels (Krizhevsky et al. 2012): y = x / (K + Alpha / Size * sum x^2)^Beta.</summary>
/// <param name="Size">
/// Channels in a neighbourhood: the sum for channel c runs from c - Size / 2 to c + (Size - 1) / 2, rounded down. So PyTorch has it; of an even size, ONNX has the
/// extra channel after c instead of before it.
/// </param>
/// <param name="Alpha">Factor.</param>
/// <param name="Beta">Exponent.</param>
/// <param name="K">Summand.</param>
public readonly record struct LocalResponseNorm(int Size, float Alpha, float Beta, float K);

/// <summary>How an upsampled pixel is computed.</summary>
public enum Interpolation
{
    /// <summary>The nearest source pixel: floor(y * in / out).</summary>
    Nearest,

    /// <summary>Bilinear, half-pixel centres (align_corners = false).</summary>
    Bilinear,

    /// <summary>Bilinear, corners aligned.</summary>
    BilinearAlignCorners,
}
