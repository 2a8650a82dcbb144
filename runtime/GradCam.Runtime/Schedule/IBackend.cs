namespace GradCam;

/// <summary>
/// The operations that a generated network is written in. Shapes are in the tensors. Batch is 1.
/// </summary>
/// <remarks>
/// <para>Halo: an operation that writes a tensor writes its map and zeroes its halo (of its own channels, if it is a slice).
/// One with <c>accumulate</c> adds to the map and leaves the halo alone.</para>
/// <para>Backward: <c>outputGradient</c> is d logit / d output <em>before</em> the operation's own activation (the gate of the operation that completed the
/// gradient, or <see cref="ActivationBackward"/>, took it off); <c>inputGradient</c> receives d logit / d input, or with <c>accumulate</c> has it added;
/// <c>gate</c> is then applied to <c>inputGradient</c>. Gradients of weights are never computed.</para>
/// <para>Overlap: an elementwise operation (activation, affine, add, multiply, accumulate) may have its output equal to an input tensor. Other overlaps do not occur.</para>
/// <para>The set of operations with an <c>Id</c> is known from one dry run of the schedule at load, in which every operation is called once or more with the arguments of the later
/// calls; a backend prepares (folds, packs) its weights there.</para>
/// </remarks>
public interface IBackend
{
    /// <summary>Copies a packed tensor of either layout into the workspace.</summary>
    void Write(ReadOnlySpan<float> source, TensorLayout layout, in Tensor destination);

    /// <summary>Copies a tensor of the workspace to a packed [height, width, channels] span.</summary>
    void Read(in Tensor source, Span<float> destination);

    /// <summary>y = activation(affine(conv(x) + bias)). The input's halo covers the padding.</summary>
    void Convolution(in Convolution op, in Tensor input, in Tensor output);

    /// <summary>y = activation(affine(conv(x) + bias) + residual). The residual has the output's shape and may be the output.</summary>
    void Convolution(in Convolution op, in Tensor input, in Tensor residual, in Tensor output);

    /// <summary>
    /// Convolutions of which each reads the one before: the first reads <paramref name="input"/>, the last adds <paramref name="residual"/> (the empty tensor for
    /// none) before its activation and writes <paramref name="output"/>, which is not the input. The maps between, of size
    /// floor((size + padding - reach) / stride) + 1 along each axis, are not in the workspace: a backend may make them a few rows at a time.
    /// </summary>
    void ConvolutionChain(ReadOnlySpan<Convolution> chain, in Tensor input, in Tensor residual, in Tensor output);

    /// <summary>The same of one convolution or more, none with a residual, and a max pool of what the last one puts out.</summary>
    void ConvolutionChain(ReadOnlySpan<Convolution> chain, in Window maxPool, in Tensor input, in Tensor output);

    /// <summary>Gradient of a convolution. The output gradient's halo covers what the flipped kernel reads beyond the map.</summary>
    void ConvolutionBackward(in Convolution op, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default);

    /// <summary>
    /// Gradient of a convolution of one group whose output's gradient is zero but for one channel, which <paramref name="outputGradient"/> holds: a map of 1 channel.
    /// So it is where a classifier ends in a convolution and a global pool.
    /// </summary>
    void ConvolutionBackwardChannel(in Convolution op, int channel, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default);

    /// <summary>y = activation(affine(transposed conv(x) + bias)). The input's halo covers what the kernel reads beyond the map.</summary>
    void TransposedConvolution(in TransposedConvolution op, in Tensor input, in Tensor output);

    /// <summary>Gradient of a transposed convolution. The output gradient's halo covers the padding.</summary>
    void TransposedConvolutionBackward(in TransposedConvolution op, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default);

    /// <summary>y = activation(affine(W x + bias)), on 1x1 maps.</summary>
    void Linear(in Linear op, in Tensor input, in Tensor output);

    /// <summary>Gradient of a linear layer: the transposed matrix times the output's gradient.</summary>
    void LinearBackward(in Linear op, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default);

    /// <summary>Gradient of one output of a linear layer: <paramref name="seed"/> times row <paramref name="class"/> of the matrix (affine included).</summary>
    void LinearBackwardRow(in Linear op, int @class, float seed, in Tensor inputGradient, bool accumulate, in Gate gate = default);

    /// <summary>
    /// Sums over the pixels of the gradient of a flattened map that a linear layer reads: <paramref name="sums"/> (1x1, one channel for as many consecutive
    /// columns of the matrix as the map has pixels) receives the transposed matrix, summed over each channel's columns, times the output's gradient.
    /// </summary>
    void LinearBackwardSums(in Linear op, in Tensor outputGradient, in Tensor sums);

    /// <summary>The gradient of a logit with respect to the logits: <paramref name="seed"/> at <paramref name="class"/> (channel <c>@class</c> of a 1x1 map), zero elsewhere.</summary>
    void OneHot(int @class, float seed, in Tensor gradient);

    /// <summary>y = activation(a x + b) per channel.</summary>
    void Affine(in ChannelAffine op, in Tensor input, in Tensor output);

    /// <summary>Gradient of a per-channel affine: a times the output's gradient.</summary>
    void AffineBackward(in ChannelAffine op, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default);

    /// <summary>y = activation(x).</summary>
    void Activate(in Activation activation, in Tensor input, in Tensor output);

    /// <summary>
    /// Gradient of an activation. <paramref name="saved"/> is its output where <see cref="Activation.GradientFromOutput"/> says so, else its input.
    /// At a kink the derivative is PyTorch's: 0 for relu at 0, for clip at both ends, and for hardsigmoid and hardswish at their ends; alpha for leaky relu at 0.
    /// </summary>
    void ActivationBackward(in Activation activation, in Tensor saved, in Tensor outputGradient, in Tensor inputGradient, bool accumulate);

    /// <summary>y = x for x &gt; 0, else slope x.</summary>
    void ParametricRelu(in ParametricRelu op, in Tensor input, in Tensor output);

    /// <summary>Gradient of a parametric relu.</summary>
    void ParametricReluBackward(in ParametricRelu op, in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default);

    /// <summary>y = activation(a + b); b may be 1x1 and is then added to every pixel.</summary>
    void Add(in Tensor a, in Tensor b, in Activation activation, in Tensor output);

    /// <summary>y = activation(a * b); b may be 1x1 and then multiplies every pixel.</summary>
    void Multiply(in Tensor a, in Tensor b, in Activation activation, in Tensor output);

    /// <summary>
    /// Gradient of a product with respect to one factor: the output's gradient times <paramref name="other"/> (either of the output's shape or 1x1);
    /// where <paramref name="inputGradient"/> is 1x1 and the output is not, summed over the pixels.
    /// </summary>
    void MultiplyBackward(in Tensor other, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default);

    /// <summary>
    /// Copies a tensor (a concatenation's operand that could not be written in place, a slice of channels) and passes gradients on (of a sum, a concatenation or a slice).
    /// Where <paramref name="destination"/> is 1x1 and the source is not, the source is summed over its pixels (the gradient of a broadcast).
    /// </summary>
    void Copy(in Tensor source, in Tensor destination, bool accumulate = false, in Gate gate = default);

    /// <summary>Fills a map with zeros: the gradient of channels that nothing reads.</summary>
    void Clear(in Tensor destination);

    /// <summary>Maximum over a window; the padding never wins. NaN wins. A window that lies wholly in the padding gives negative infinity.</summary>
    void MaxPool(in Window window, in Tensor input, in Tensor output);

    /// <summary>Gradient of max pooling: goes to the first maximum of the window in row order (PyTorch's choice).</summary>
    void MaxPoolBackward(in Window window, in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default);

    /// <summary>Mean over a window.</summary>
    void AveragePool(in AveragePool op, in Tensor input, in Tensor output);

    /// <summary>Gradient of average pooling.</summary>
    void AveragePoolBackward(in AveragePool op, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default);

    /// <summary>Mean over output-sized bins: row oy covers input rows floor(oy * H / h) to ceil((oy + 1) * H / h). Global average pooling where the output is 1x1.</summary>
    void AdaptiveAveragePool(in Tensor input, in Tensor output);

    /// <summary>Gradient of adaptive average pooling.</summary>
    void AdaptiveAveragePoolBackward(in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default);

    /// <summary>Maximum over output-sized bins. Global max pooling where the output is 1x1.</summary>
    void AdaptiveMaxPool(in Tensor input, in Tensor output);

    /// <summary>Gradient of adaptive max pooling.</summary>
    void AdaptiveMaxPoolBackward(in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default);

    /// <summary>A map to a vector in the order that frameworks flatten: channels, rows, columns. The output is 1x1 with height * width * channels channels.</summary>
    void Flatten(in Tensor input, in Tensor output);

    /// <summary>Gradient of flattening.</summary>
    void FlattenBackward(in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default);

    /// <summary>exp(x) / sum exp(x) over the channels of each pixel.</summary>
    void Softmax(in Tensor input, in Tensor output);

    /// <summary>Gradient of softmax, from its output.</summary>
    void SoftmaxBackward(in Tensor output, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default);

    /// <summary>Layer norm of each pixel over its channels.</summary>
    void LayerNorm(in LayerNorm op, in Tensor input, in Tensor output);

    /// <summary>Gradient of layer norm, from its input.</summary>
    void LayerNormBackward(in LayerNorm op, in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default);

    /// <summary>Local response normalisation over channels.</summary>
    void LocalResponseNorm(in LocalResponseNorm op, in Tensor input, in Tensor output);

    /// <summary>Gradient of local response normalisation, from its input.</summary>
    void LocalResponseNormBackward(in LocalResponseNorm op, in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default);

    /// <summary>Channel shuffle (Zhang et al. 2018): channel g * n + i goes to i * groups + g, with n = channels / groups.</summary>
    void ChannelShuffle(int groups, in Tensor input, in Tensor output);

    /// <summary>Gradient of channel shuffle.</summary>
    void ChannelShuffleBackward(int groups, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default);

    /// <summary>Pads a map with zeros or, with <paramref name="reflect"/>, by reflection without repeating the edge. A negative edge crops.</summary>
    void Pad(in Edges edges, bool reflect, in Tensor input, in Tensor output);

    /// <summary>Gradient of padding.</summary>
    void PadBackward(in Edges edges, bool reflect, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default);

    /// <summary>Resizes a map to the output's size.</summary>
    void Upsample(Interpolation interpolation, in Tensor input, in Tensor output);

    /// <summary>Gradient of upsampling.</summary>
    void UpsampleBackward(Interpolation interpolation, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default);
}
