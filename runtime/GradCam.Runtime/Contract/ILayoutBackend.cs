using System.ComponentModel;

namespace GradCam.Contract;

/// <summary>
/// What moves elements: flattening, shuffling, padding, resizing, and their gradients. <see cref="IBackend"/> says what all operations have in common.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface ILayoutBackend
{
    /// <summary>
    /// A map to a vector in the order that frameworks flatten: channels, rows, columns. The output is 1x1 with height * width * channels channels.
    /// </summary>
    void Flatten(in Tensor input, in Tensor output);

    /// <summary>Gradient of flattening.</summary>
    void FlattenBackward(in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default);

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
