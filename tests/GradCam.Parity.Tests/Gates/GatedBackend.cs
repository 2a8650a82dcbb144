namespace GradCam.Parity.Tests.Gates;

/// <summary>A backend in a forward pass, beside the reference: after each operation the gates are made those of double precision.</summary>
/// <param name="inner">The backend.</param>
/// <param name="run">The pass in double precision.</param>
internal struct GatedBackend<TBackend>(TBackend inner, DoublePrecisionRun run) : IBackend
    where TBackend : struct, IBackend
{
    private TBackend _inner = inner;

    public void Write(ReadOnlySpan<float> source, TensorLayout layout, in Tensor destination)
    {
        run.Exact.Write(source, layout, destination);
        _inner.Write(source, layout, destination);
    }

    public void Read(in Tensor source, Span<float> destination) => _inner.Read(source, destination);

    public void Convolution(in Convolution op, in Tensor input, in Tensor output)
    {
        run.Exact.Convolution(op, input, output);
        _inner.Convolution(op, input, output);
        run.Agree(ref _inner, op.Activation, output);
    }

    public void Convolution(in Convolution op, in Tensor input, in Tensor residual, in Tensor output)
    {
        run.Exact.Convolution(op, input, residual, output);
        _inner.Convolution(op, input, residual, output);
        run.Agree(ref _inner, op.Activation, output);
    }

    public void ConvolutionChain(ReadOnlySpan<Convolution> chain, ReadOnlySpan<MapSize> between, in Tensor input, in Tensor residual, in Tensor output)
    {
        run.Exact.ConvolutionChain(chain, between, input, residual, output);
        _inner.ConvolutionChain(chain, between, input, residual, output);
        run.Agree(ref _inner, chain[^1].Activation, output);
    }

    public void ConvolutionChain(ReadOnlySpan<Convolution> chain, ReadOnlySpan<MapSize> between, in Window maxPool, in Tensor input, in Tensor output)
    {
        run.Exact.ConvolutionChain(chain, between, maxPool, input, output);
        _inner.ConvolutionChain(chain, between, maxPool, input, output);
    }

    public void TransposedConvolution(in TransposedConvolution op, in Tensor input, in Tensor output)
    {
        run.Exact.TransposedConvolution(op, input, output);
        _inner.TransposedConvolution(op, input, output);
        run.Agree(ref _inner, op.Activation, output);
    }

    public void Linear(in Linear op, in Tensor input, in Tensor output)
    {
        run.Exact.Linear(op, input, output);
        _inner.Linear(op, input, output);
        run.Agree(ref _inner, op.Activation, output);
    }

    public void Affine(in ChannelAffine op, in Tensor input, in Tensor output)
    {
        run.Exact.Affine(op, input, output);
        _inner.Affine(op, input, output);
        run.Agree(ref _inner, op.Activation, output);
    }

    public void Activate(in Activation activation, in Tensor input, in Tensor output)
    {
        if (!activation.GradientFromOutput)
            run.Agree(ref _inner, activation, input);
        run.Exact.Activate(activation, input, output);
        _inner.Activate(activation, input, output);
        if (activation.GradientFromOutput)
            run.Agree(ref _inner, activation, output);
    }

    public void ParametricRelu(in ParametricRelu op, in Tensor input, in Tensor output)
    {
        run.Agree(ref _inner, Activation.Relu, input);
        run.Exact.ParametricRelu(op, input, output);
        _inner.ParametricRelu(op, input, output);
    }

    public void Add(in Tensor a, in Tensor b, in Activation activation, in Tensor output)
    {
        run.Exact.Add(a, b, activation, output);
        _inner.Add(a, b, activation, output);
        run.Agree(ref _inner, activation, output);
    }

    public void Multiply(in Tensor a, in Tensor b, in Activation activation, in Tensor output)
    {
        run.Exact.Multiply(a, b, activation, output);
        _inner.Multiply(a, b, activation, output);
        run.Agree(ref _inner, activation, output);
    }

    public void Copy(in Tensor source, in Tensor destination, bool accumulate = false, in Gate gate = default)
    {
        run.Exact.Copy(source, destination, accumulate, gate);
        _inner.Copy(source, destination, accumulate, gate);
    }

    public void Clear(in Tensor destination)
    {
        run.Exact.Clear(destination);
        _inner.Clear(destination);
    }

    public void MaxPool(in Window window, in Tensor input, in Tensor output)
    {
        run.AgreeOnMaxima(ref _inner, window, input, output);
        run.Exact.MaxPool(window, input, output);
        _inner.MaxPool(window, input, output);
    }

    public void AveragePool(in AveragePool op, in Tensor input, in Tensor output)
    {
        run.Exact.AveragePool(op, input, output);
        _inner.AveragePool(op, input, output);
    }

    public void AdaptiveAveragePool(in Tensor input, in Tensor output)
    {
        run.Exact.AdaptiveAveragePool(input, output);
        _inner.AdaptiveAveragePool(input, output);
    }

    public void AdaptiveMaxPool(in Tensor input, in Tensor output) => throw new NotSupportedException("No network of the zoo has an adaptive max pool.");

    public void Flatten(in Tensor input, in Tensor output)
    {
        run.Exact.Flatten(input, output);
        _inner.Flatten(input, output);
    }

    public void Softmax(in Tensor input, in Tensor output)
    {
        run.Exact.Softmax(input, output);
        _inner.Softmax(input, output);
    }

    public void LayerNorm(in LayerNorm op, in Tensor input, in Tensor output)
    {
        run.Exact.LayerNorm(op, input, output);
        _inner.LayerNorm(op, input, output);
    }

    public void GroupNorm(in GroupNorm op, in Tensor input, in Tensor output)
    {
        run.Exact.GroupNorm(op, input, output);
        _inner.GroupNorm(op, input, output);
    }

    public void LocalResponseNorm(in LocalResponseNorm op, in Tensor input, in Tensor output)
    {
        run.Exact.LocalResponseNorm(op, input, output);
        _inner.LocalResponseNorm(op, input, output);
    }

    public void ChannelShuffle(int groups, in Tensor input, in Tensor output)
    {
        run.Exact.ChannelShuffle(groups, input, output);
        _inner.ChannelShuffle(groups, input, output);
    }

    public void Pad(in Edges edges, bool reflect, in Tensor input, in Tensor output)
    {
        run.Exact.Pad(edges, reflect, input, output);
        _inner.Pad(edges, reflect, input, output);
    }

    public void Upsample(Interpolation interpolation, in Tensor input, in Tensor output)
    {
        run.Exact.Upsample(interpolation, input, output);
        _inner.Upsample(interpolation, input, output);
    }

    public void ConvolutionBackward(in Convolution op, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) =>
        throw Backward();

    public void ConvolutionBackwardChannel(
        in Convolution op, int channel, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) => throw Backward();

    public void TransposedConvolutionBackward(
        in TransposedConvolution op, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) => throw Backward();

    public void LinearBackward(in Linear op, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) => throw Backward();

    public void LinearBackwardRow(in Linear op, int @class, float seed, in Tensor inputGradient, bool accumulate, in Gate gate = default) => throw Backward();

    public void LinearBackwardSums(in Linear op, in Tensor outputGradient, in Tensor sums) => throw Backward();

    public void OneHot(int @class, float seed, in Tensor gradient) => throw Backward();

    public void AffineBackward(in ChannelAffine op, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) =>
        throw Backward();

    public void ActivationBackward(in Activation activation, in Tensor saved, in Tensor outputGradient, in Tensor inputGradient, bool accumulate) =>
        throw Backward();

    public void ParametricReluBackward(
        in ParametricRelu op, in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) => throw Backward();

    public void MultiplyBackward(in Tensor other, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) =>
        throw Backward();

    public void MaxPoolBackward(
        in Window window, in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) => throw Backward();

    public void AveragePoolBackward(in AveragePool op, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) =>
        throw Backward();

    public void AdaptiveAveragePoolBackward(in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) => throw Backward();

    public void AdaptiveMaxPoolBackward(in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) =>
        throw Backward();

    public void FlattenBackward(in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) => throw Backward();

    public void SoftmaxBackward(in Tensor output, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) =>
        throw Backward();

    public void LayerNormBackward(
        in LayerNorm op, in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) => throw Backward();

    public void GroupNormBackward(
        in GroupNorm op, in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) => throw Backward();

    public void LocalResponseNormBackward(
        in LocalResponseNorm op, in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate,
        in Gate gate = default) => throw Backward();

    public void ChannelShuffleBackward(int groups, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) =>
        throw Backward();

    public void PadBackward(in Edges edges, bool reflect, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) =>
        throw Backward();

    public void UpsampleBackward(Interpolation interpolation, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) =>
        throw Backward();

    private static InvalidOperationException Backward() => new("A forward pass does not call it.");
}
