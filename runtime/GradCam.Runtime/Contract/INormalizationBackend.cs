using System.ComponentModel;

namespace GradCam.Contract;

/// <summary>Normalisations, and their gradients. <see cref="IBackend"/> says what all operations have in common.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface INormalizationBackend
{
    /// <summary>y = activation(a x + b) per channel.</summary>
    void Affine(in ChannelAffine op, in Tensor input, in Tensor output);

    /// <summary>Gradient of a per-channel affine: a times the output's gradient.</summary>
    void AffineBackward(in ChannelAffine op, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default);

    /// <summary>Layer norm of each pixel over its channels.</summary>
    void LayerNorm(in LayerNorm op, in Tensor input, in Tensor output);

    /// <summary>Gradient of layer norm, from its input.</summary>
    void LayerNormBackward(in LayerNorm op, in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default);

    /// <summary>Each group of channels with mean 0 and variance 1 over all its pixels, then a factor and a summand a channel.</summary>
    void GroupNorm(in GroupNorm op, in Tensor input, in Tensor output);

    /// <summary>Gradient of group norm, from its input.</summary>
    void GroupNormBackward(in GroupNorm op, in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default);

    /// <summary>Local response normalisation over channels.</summary>
    void LocalResponseNorm(in LocalResponseNorm op, in Tensor input, in Tensor output);

    /// <summary>Gradient of local response normalisation, from its input.</summary>
    void LocalResponseNormBackward(
        in LocalResponseNorm op, in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default);

    /// <summary>exp(x) / sum exp(x) over the channels of each pixel.</summary>
    void Softmax(in Tensor input, in Tensor output);

    /// <summary>Gradient of softmax, from its output.</summary>
    void SoftmaxBackward(in Tensor output, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default);
}
