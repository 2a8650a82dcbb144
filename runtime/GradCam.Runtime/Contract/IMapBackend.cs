using System.ComponentModel;

namespace GradCam.Contract;

/// <summary>Maps into the workspace, out of it and within it. <see cref="IBackend"/> says what all operations have in common.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface IMapBackend
{
    /// <summary>Copies a packed tensor of either layout into the workspace.</summary>
    void Write(ReadOnlySpan<float> source, TensorLayout layout, in Tensor destination);

    /// <summary>Copies a tensor of the workspace to a packed [height, width, channels] span.</summary>
    void Read(in Tensor source, Span<float> destination);

    /// <summary>
    /// The gradient of a logit with respect to the logits: <paramref name="seed"/> at <paramref name="class"/> (channel <c>@class</c> of a 1x1 map), zero
    /// elsewhere.
    /// </summary>
    void OneHot(int @class, float seed, in Tensor gradient);

    /// <summary>
    /// Copies a tensor (a concatenation's operand that could not be written in place, a slice of channels) and passes gradients on (of a sum, a concatenation
    /// or a slice). Where <paramref name="destination"/> is 1x1 and the source is not, the source is summed over its pixels (the gradient of a broadcast).
    /// </summary>
    void Copy(in Tensor source, in Tensor destination, bool accumulate = false, in Gate gate = default);

    /// <summary>Fills a map with zeros: the gradient of channels that nothing reads.</summary>
    void Clear(in Tensor destination);
}
