using System.Runtime.CompilerServices;

namespace GradCam.Planning;

/// <summary>
/// Meets the gradients from the output to a layer, and tells whether they are those of global average pooling and linear layers alone: then the score is linear in
/// each channel's mean, and the gradient the same number all over a channel, whatever the input.
/// </summary>
internal readonly struct HeadInspector : IDryRunBackend
{
    private readonly StrongBox<bool> _isOther = new();

    public HeadInspector()
    {
    }

    /// <summary>Whether such a head follows the layer.</summary>
    /// <param name="executor">The network's.</param>
    /// <param name="layer">Index of a compiled layer.</param>
    public static bool IsPooledLinear(Executor executor, int layer)
    {
        var inspector = new HeadInspector();
        return executor.TryTraceBackward(ref inspector, layer) && !inspector._isOther.Value;
    }

    public void LinearBackward(in Linear op, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) => Require(gate);

    public void LinearBackwardRow(in Linear op, int @class, float seed, in Tensor inputGradient, bool accumulate, in Gate gate = default) => Require(gate);

    public void LinearBackwardSums(in Linear op, in Tensor outputGradient, in Tensor sums) => Refuse();

    public void AffineBackward(in ChannelAffine op, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) => Require(gate);

    void IPoolingBackend.AdaptiveAveragePoolBackward(in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate) =>
        Require(gate, outputGradient.Pixels == 1);

    void IPoolingBackend.AveragePoolBackward(in AveragePool op, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate) =>
        Require(
            gate, outputGradient.Pixels == 1 && op.Window.Pad.IsEmpty && op.Window.Kernel == new Extent(inputGradient.Height, inputGradient.Width));

    void ILayoutBackend.FlattenBackward(in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate) =>
        Require(gate, inputGradient.Pixels == 1);

    void IMapBackend.Copy(in Tensor source, in Tensor destination, bool accumulate, in Gate gate) => Require(gate, source.Pixels == destination.Pixels);

    void IPointwiseBackend.ActivationBackward(in Activation activation, in Tensor saved, in Tensor outputGradient, in Tensor inputGradient, bool accumulate) =>
        Refuse();

    void IPointwiseBackend.MultiplyBackward(in Tensor other, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate) => Refuse();

    void INormalizationBackend.LocalResponseNormBackward(
        in LocalResponseNorm op, in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate) => Refuse();

    void INormalizationBackend.SoftmaxBackward(in Tensor output, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate) => Refuse();

    void IPoolingBackend.MaxPoolBackward(in Window window, in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate) =>
        Refuse();

    void IPoolingBackend.AdaptiveMaxPoolBackward(in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate) => Refuse();

    void ILayoutBackend.ChannelShuffleBackward(int groups, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate) => Refuse();

    void ILayoutBackend.PadBackward(in Edges edges, bool reflect, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate) => Refuse();

    void ILayoutBackend.UpsampleBackward(Interpolation interpolation, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate) => Refuse();

    public void ConvolutionBackward(in Convolution op, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) => Refuse();

    public void ConvolutionBackwardChannel(
        in Convolution op, int channel, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) => Refuse();

    public void TransposedConvolutionBackward(
        in TransposedConvolution op, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) => Refuse();

    public void ParametricReluBackward(
        in ParametricRelu op, in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) => Refuse();

    public void LayerNormBackward(in LayerNorm op, in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) =>
        Refuse();

    public void GroupNormBackward(in GroupNorm op, in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) =>
        Refuse();

    public void Convolution(in Convolution op, in Tensor input, in Tensor output)
    {
    }

    public void Convolution(in Convolution op, in Tensor input, in Tensor residual, in Tensor output)
    {
    }

    public void ConvolutionChain(ReadOnlySpan<Convolution> chain, ReadOnlySpan<MapSize> between, in Tensor input, in Tensor residual, in Tensor output)
    {
    }

    public void ConvolutionChain(ReadOnlySpan<Convolution> chain, ReadOnlySpan<MapSize> between, in Window maxPool, in Tensor input, in Tensor output)
    {
    }

    public void TransposedConvolution(in TransposedConvolution op, in Tensor input, in Tensor output)
    {
    }

    public void Linear(in Linear op, in Tensor input, in Tensor output)
    {
    }

    public void ParametricRelu(in ParametricRelu op, in Tensor input, in Tensor output)
    {
    }

    public void Affine(in ChannelAffine op, in Tensor input, in Tensor output)
    {
    }

    public void LayerNorm(in LayerNorm op, in Tensor input, in Tensor output)
    {
    }

    public void GroupNorm(in GroupNorm op, in Tensor input, in Tensor output)
    {
    }

    private void Require(in Gate gate, bool condition = true)
    {
        if (!condition || gate != default)
            Refuse();
    }

    private void Refuse() => _isOther.Value = true;
}
