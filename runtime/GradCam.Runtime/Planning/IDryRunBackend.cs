using System.ComponentModel;

namespace GradCam.Planning;

/// <summary>
/// The backend of a dry run: what it does not implement itself does nothing. So it is with all operations that have no weights; one with weights has to be
/// implemented, that none is forgotten.
/// </summary>
/// <remarks>A struct is boxed for what it leaves to this interface, so it keeps what it collects in an object.</remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface IDryRunBackend : IBackend
{
    void IMapBackend.Write(ReadOnlySpan<float> source, TensorLayout layout, in Tensor destination)
    {
    }

    void IMapBackend.Read(in Tensor source, Span<float> destination)
    {
    }

    void IMapBackend.OneHot(int @class, float seed, in Tensor gradient)
    {
    }

    void IMapBackend.Copy(in Tensor source, in Tensor destination, bool accumulate, in Gate gate)
    {
    }

    void IMapBackend.Clear(in Tensor destination)
    {
    }

    void IPointwiseBackend.Activate(in Activation activation, in Tensor input, in Tensor output)
    {
    }

    void IPointwiseBackend.ActivationBackward(in Activation activation, in Tensor saved, in Tensor outputGradient, in Tensor inputGradient, bool accumulate)
    {
    }

    void IPointwiseBackend.Add(in Tensor a, in Tensor b, in Activation activation, in Tensor output)
    {
    }

    void IPointwiseBackend.Multiply(in Tensor a, in Tensor b, in Activation activation, in Tensor output)
    {
    }

    void IPointwiseBackend.MultiplyBackward(in Tensor other, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate)
    {
    }

    void INormalizationBackend.LocalResponseNorm(in LocalResponseNorm op, in Tensor input, in Tensor output)
    {
    }

    void INormalizationBackend.LocalResponseNormBackward(
        in LocalResponseNorm op, in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate)
    {
    }

    void INormalizationBackend.Softmax(in Tensor input, in Tensor output)
    {
    }

    void INormalizationBackend.SoftmaxBackward(in Tensor output, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate)
    {
    }

    void IPoolingBackend.MaxPool(in Window window, in Tensor input, in Tensor output)
    {
    }

    void IPoolingBackend.MaxPoolBackward(in Window window, in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate)
    {
    }

    void IPoolingBackend.AveragePool(in AveragePool op, in Tensor input, in Tensor output)
    {
    }

    void IPoolingBackend.AveragePoolBackward(in AveragePool op, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate)
    {
    }

    void IPoolingBackend.AdaptiveAveragePool(in Tensor input, in Tensor output)
    {
    }

    void IPoolingBackend.AdaptiveAveragePoolBackward(in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate)
    {
    }

    void IPoolingBackend.AdaptiveMaxPool(in Tensor input, in Tensor output)
    {
    }

    void IPoolingBackend.AdaptiveMaxPoolBackward(in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate)
    {
    }

    void ILayoutBackend.Flatten(in Tensor input, in Tensor output)
    {
    }

    void ILayoutBackend.FlattenBackward(in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate)
    {
    }

    void ILayoutBackend.ChannelShuffle(int groups, in Tensor input, in Tensor output)
    {
    }

    void ILayoutBackend.ChannelShuffleBackward(int groups, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate)
    {
    }

    void ILayoutBackend.Pad(in Edges edges, bool reflect, in Tensor input, in Tensor output)
    {
    }

    void ILayoutBackend.PadBackward(in Edges edges, bool reflect, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate)
    {
    }

    void ILayoutBackend.Upsample(Interpolation interpolation, in Tensor input, in Tensor output)
    {
    }

    void ILayoutBackend.UpsampleBackward(Interpolation interpolation, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate)
    {
    }
}
