using System.ComponentModel;

namespace GradCam.Contract;

/// <summary>Convolutions, alone and in chains, and their gradients. <see cref="IBackend"/> says what all operations have in common.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface IConvolutionBackend
{
    /// <summary>y = activation(affine(conv(x) + bias)). The input's halo covers the padding.</summary>
    void Convolution(in Convolution op, in Tensor input, in Tensor output);

    /// <summary>y = activation(affine(conv(x) + bias) + residual). The residual has the output's shape and may be the output.</summary>
    void Convolution(in Convolution op, in Tensor input, in Tensor residual, in Tensor output);

    /// <summary>
    /// Convolutions of which each reads the one before. The maps between are not in the workspace: a backend may make them a few rows at a time, or whole in
    /// memory of its own.
    /// </summary>
    /// <param name="chain">The convolutions.</param>
    /// <param name="between">The sizes of the maps between: of what each convolution but the last puts out.</param>
    /// <param name="input">What the first one reads.</param>
    /// <param name="residual">What the last one adds before its activation; the empty tensor for nothing.</param>
    /// <param name="output">What the last one writes; not the input.</param>
    void ConvolutionChain(ReadOnlySpan<Convolution> chain, ReadOnlySpan<MapSize> between, in Tensor input, in Tensor residual, in Tensor output);

    /// <summary>The same of one convolution or more, none with a residual, and a max pool of what the last one puts out.</summary>
    /// <param name="chain">The convolutions.</param>
    /// <param name="between">The sizes of the maps between: of what each convolution puts out.</param>
    /// <param name="maxPool">The pool.</param>
    /// <param name="input">What the first convolution reads.</param>
    /// <param name="output">What the pool writes; not the input.</param>
    void ConvolutionChain(ReadOnlySpan<Convolution> chain, ReadOnlySpan<MapSize> between, in Window maxPool, in Tensor input, in Tensor output);

    /// <summary>Gradient of a convolution. The output gradient's halo covers what the flipped kernel reads beyond the map.</summary>
    void ConvolutionBackward(in Convolution op, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default);

    /// <summary>
    /// Gradient of a convolution of one group whose output's gradient is zero but for one channel, which <paramref name="outputGradient"/> holds: a map of 1
    /// channel. So it is where a classifier ends in a convolution and a global pool.
    /// </summary>
    void ConvolutionBackwardChannel(in Convolution op, int channel, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default);

    /// <summary>y = activation(affine(transposed conv(x) + bias)). The input's halo covers what the kernel reads beyond the map.</summary>
    void TransposedConvolution(in TransposedConvolution op, in Tensor input, in Tensor output);

    /// <summary>Gradient of a transposed convolution. The output gradient's halo covers the padding.</summary>
    void TransposedConvolutionBackward(in TransposedConvolution op, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default);
}
