using System.Runtime.CompilerServices;

namespace GradCam.Planning;

/// <summary>Meets the gradients from the outputs to a layer, and tells from their operations what follows the layer, whatever the input.</summary>
internal readonly struct TailInspector : IDryRunBackend
{
    private readonly StrongBox<LayerTail> _tail = new(LayerTail.PooledLinear);

    public TailInspector()
    {
    }

    /// <summary>What follows a layer.</summary>
    /// <param name="executor">The network's.</param>
    /// <param name="layer">Index of a compiled layer.</param>
    public static LayerTail Of(Executor executor, int layer)
    {
        var inspector = new TailInspector();
        bool hasClass = !executor.Info.Layers[layer].Gradient.IsEmpty;
        SchedulePass pass = hasClass
            ? new SchedulePass { Kind = PassKind.Backward, Layer = layer, Classes = new int[1], Seed = 1 }
            : new SchedulePass { Kind = PassKind.SeededBackward, Layer = layer };
        return executor.TryTrace(ref inspector, pass) ? inspector._tail.Value : LayerTail.Other;
    }

    public void LinearBackward(in Linear op, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) =>
        Meet(LayerTail.PooledLinear, gate);

    public void LinearBackwardRow(in Linear op, int @class, float seed, in Tensor inputGradient, bool accumulate, in Gate gate = default) =>
        Meet(LayerTail.PooledLinear, gate);

    public void LinearBackwardSums(in Linear op, in Tensor outputGradient, in Tensor sums) =>
        Meet(LayerTail.Linear, default);

    public void AffineBackward(in ChannelAffine op, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) =>
        Meet(LayerTail.PooledLinear, gate);

    public void ConvolutionBackward(in Convolution op, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) =>
        Meet(LayerTail.Linear, gate);

    public void ConvolutionBackwardChannel(
        in Convolution op, int channel, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) =>
        Meet(LayerTail.Linear, gate);

    public void TransposedConvolutionBackward(
        in TransposedConvolution op, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) =>
        Meet(LayerTail.Linear, gate);

    public void ParametricReluBackward(
        in ParametricRelu op, in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) =>
        Meet(LayerTail.PiecewiseLinear, gate);

    public void LayerNormBackward(
        in LayerNorm op, in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) =>
        Meet(LayerTail.Other, gate);

    public void GroupNormBackward(
        in GroupNorm op, in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) =>
        Meet(LayerTail.Other, gate);

    void IMapBackend.Copy(in Tensor source, in Tensor destination, bool accumulate, in Gate gate) =>
        Meet(source.Pixels == destination.Pixels ? LayerTail.PooledLinear : LayerTail.Linear, gate);

    void IPointwiseBackend.ActivationBackward(in Activation activation, in Tensor saved, in Tensor outputGradient, in Tensor inputGradient, bool accumulate) =>
        Meet(TailOf(activation), default);

    void IPointwiseBackend.MultiplyBackward(in Tensor other, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate) =>
        Meet(LayerTail.Other, gate);

    void INormalizationBackend.LocalResponseNormBackward(
        in LocalResponseNorm op, in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate) =>
        Meet(LayerTail.Other, gate);

    void INormalizationBackend.SoftmaxBackward(in Tensor output, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate) =>
        Meet(LayerTail.Other, gate);

    void IPoolingBackend.MaxPoolBackward(in Window window, in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate) =>
        Meet(LayerTail.PiecewiseLinear, gate);

    void IPoolingBackend.AdaptiveMaxPoolBackward(in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate) =>
        Meet(LayerTail.PiecewiseLinear, gate);

    void IPoolingBackend.AdaptiveAveragePoolBackward(in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate) =>
        Meet(outputGradient.Pixels == 1 ? LayerTail.PooledLinear : LayerTail.Linear, gate);

    void IPoolingBackend.AveragePoolBackward(in AveragePool op, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate)
    {
        bool isGlobal = outputGradient.Pixels == 1 && op.Window.Pad.IsEmpty && op.Window.Kernel == new Extent(inputGradient.Height, inputGradient.Width);
        Meet(isGlobal ? LayerTail.PooledLinear : LayerTail.Linear, gate);
    }

    void ILayoutBackend.FlattenBackward(in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate) =>
        Meet(inputGradient.Pixels == 1 ? LayerTail.PooledLinear : LayerTail.Linear, gate);

    void ILayoutBackend.ChannelShuffleBackward(int groups, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate) =>
        Meet(LayerTail.Linear, gate);

    void ILayoutBackend.PadBackward(in Edges edges, bool reflect, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate) =>
        Meet(LayerTail.Linear, gate);

    void ILayoutBackend.UpsampleBackward(Interpolation interpolation, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate) =>
        Meet(LayerTail.Linear, gate);

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

    private static LayerTail TailOf(in Activation activation) => activation.Kind switch
    {
        ActivationKind.None => LayerTail.PooledLinear,
        ActivationKind.Relu or ActivationKind.Clip or ActivationKind.LeakyRelu or ActivationKind.HardSigmoid => LayerTail.PiecewiseLinear,
        _ => LayerTail.Other,
    };

    private void Meet(LayerTail tail, in Gate gate)
    {
        LayerTail gated = TailOf(gate.Activation);
        LayerTail met = tail < gated ? tail : gated;
        if (met < _tail.Value)
            _tail.Value = met;
    }
}
