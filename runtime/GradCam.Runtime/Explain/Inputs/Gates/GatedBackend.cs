namespace GradCam.Explain.Inputs.Gates;

/// <summary>A backend of which a rule changes the gates.</summary>
/// <param name="inner">The backend.</param>
/// <param name="rule">The rule.</param>
internal struct GatedBackend<TBackend, TRule>(TBackend inner, TRule rule) : IBackend
    where TBackend : struct, IBackend
    where TRule : class, IGateRule
{
    private TBackend _inner = inner;

    public void Write(ReadOnlySpan<float> source, TensorLayout layout, in Tensor destination) => _inner.Write(source, layout, destination);

    public void Read(in Tensor source, Span<float> destination) => _inner.Read(source, destination);

    public void OneHot(int @class, float seed, in Tensor gradient) => _inner.OneHot(@class, seed, gradient);

    public void Clear(in Tensor destination) => _inner.Clear(destination);

    public void Copy(in Tensor source, in Tensor destination, bool accumulate = false, in Gate gate = default)
    {
        _inner.Copy(source, destination, accumulate, rule.Fused(gate));
        rule.Pass(ref _inner, gate, destination);
    }

    public void Convolution(in Convolution op, in Tensor input, in Tensor output)
    {
        if (Splits(op.Activation))
        {
            _inner.Convolution(op with { Activation = default }, input, output);
            rule.Activate(ref _inner, op.Activation, output, output);
            return;
        }

        _inner.Convolution(op, input, output);
    }

    public void Convolution(in Convolution op, in Tensor input, in Tensor residual, in Tensor output)
    {
        if (Splits(op.Activation))
        {
            _inner.Convolution(op with { Activation = default }, input, residual, output);
            rule.Activate(ref _inner, op.Activation, output, output);
            return;
        }

        _inner.Convolution(op, input, residual, output);
    }

    public void TransposedConvolution(in TransposedConvolution op, in Tensor input, in Tensor output)
    {
        if (Splits(op.Activation))
        {
            _inner.TransposedConvolution(op with { Activation = default }, input, output);
            rule.Activate(ref _inner, op.Activation, output, output);
            return;
        }

        _inner.TransposedConvolution(op, input, output);
    }

    public void Linear(in Linear op, in Tensor input, in Tensor output)
    {
        if (Splits(op.Activation))
        {
            _inner.Linear(op with { Activation = default }, input, output);
            rule.Activate(ref _inner, op.Activation, output, output);
            return;
        }

        _inner.Linear(op, input, output);
    }

    public void Affine(in ChannelAffine op, in Tensor input, in Tensor output)
    {
        if (Splits(op.Activation))
        {
            _inner.Affine(op with { Activation = default }, input, output);
            rule.Activate(ref _inner, op.Activation, output, output);
            return;
        }

        _inner.Affine(op, input, output);
    }

    public void ConvolutionChain(ReadOnlySpan<Convolution> chain, ReadOnlySpan<MapSize> between, in Tensor input, in Tensor residual, in Tensor output)
    {
        // Those between have activations only where no gradient goes through.
        if (!Splits(chain[^1].Activation))
        {
            _inner.ConvolutionChain(chain, between, input, residual, output);
            return;
        }

        Span<Convolution> without = [.. chain];
        without[^1] = chain[^1] with { Activation = default };
        _inner.ConvolutionChain(without, between, input, residual, output);
        rule.Activate(ref _inner, chain[^1].Activation, output, output);
    }

    public void ConvolutionChain(ReadOnlySpan<Convolution> chain, ReadOnlySpan<MapSize> between, in Window maxPool, in Tensor input, in Tensor output) =>
        _inner.ConvolutionChain(chain, between, maxPool, input, output);

    public void Activate(in Activation activation, in Tensor input, in Tensor output)
    {
        if (Splits(activation))
            rule.Activate(ref _inner, activation, input, output);
        else
            _inner.Activate(activation, input, output);
    }

    public void ParametricRelu(in ParametricRelu op, in Tensor input, in Tensor output)
    {
        _inner.ParametricRelu(op, input, output);
        if (rule.WatchesActivations)
            rule.WatchParametricRelu(ref _inner, input, output);
    }

    public void Add(in Tensor a, in Tensor b, in Activation activation, in Tensor output)
    {
        _inner.Add(a, b, Splits(activation) ? default : activation, output);
        if (Splits(activation))
            rule.Activate(ref _inner, activation, output, output);
    }

    public void Multiply(in Tensor a, in Tensor b, in Activation activation, in Tensor output)
    {
        if (rule.WatchesActivations)
        {
            rule.Watch(ref _inner, a);
            rule.Watch(ref _inner, b);
        }

        _inner.Multiply(a, b, Splits(activation) ? default : activation, output);
        if (Splits(activation))
            rule.Activate(ref _inner, activation, output, output);
    }

    public void MaxPool(in Window window, in Tensor input, in Tensor output)
    {
        if (rule.WatchesActivations)
            rule.Watch(ref _inner, input);
        _inner.MaxPool(window, input, output);
    }

    public void AdaptiveMaxPool(in Tensor input, in Tensor output)
    {
        if (rule.WatchesActivations)
            rule.Watch(ref _inner, input);
        _inner.AdaptiveMaxPool(input, output);
    }

    public void AveragePool(in AveragePool op, in Tensor input, in Tensor output) => _inner.AveragePool(op, input, output);

    public void AdaptiveAveragePool(in Tensor input, in Tensor output) => _inner.AdaptiveAveragePool(input, output);

    public void Flatten(in Tensor input, in Tensor output) => _inner.Flatten(input, output);

    public void ChannelShuffle(int groups, in Tensor input, in Tensor output) => _inner.ChannelShuffle(groups, input, output);

    public void Pad(in Edges edges, bool reflect, in Tensor input, in Tensor output) => _inner.Pad(edges, reflect, input, output);

    public void Upsample(Interpolation interpolation, in Tensor input, in Tensor output) => _inner.Upsample(interpolation, input, output);

    public void LayerNorm(in LayerNorm op, in Tensor input, in Tensor output) => _inner.LayerNorm(op, input, output);

    public void GroupNorm(in GroupNorm op, in Tensor input, in Tensor output) => _inner.GroupNorm(op, input, output);

    public void LocalResponseNorm(in LocalResponseNorm op, in Tensor input, in Tensor output) => _inner.LocalResponseNorm(op, input, output);

    public void Softmax(in Tensor input, in Tensor output) => _inner.Softmax(input, output);

    public void LinearBackwardSums(in Linear op, in Tensor outputGradient, in Tensor sums) => _inner.LinearBackwardSums(op, outputGradient, sums);

    public void ActivationBackward(in Activation activation, in Tensor saved, in Tensor outputGradient, in Tensor inputGradient, bool accumulate) =>
        rule.ActivationBackward(ref _inner, activation, saved, outputGradient, inputGradient, accumulate);

    public void ConvolutionBackward(in Convolution op, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        rule.Meet(ref _inner, op.Id, outputGradient);
        _inner.ConvolutionBackward(op, outputGradient, inputGradient, accumulate, rule.Fused(gate));
        rule.Pass(ref _inner, gate, inputGradient);
    }

    public void ConvolutionBackwardChannel(
        in Convolution op, int channel, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        rule.MeetChannel(ref _inner, op.Id, channel, outputGradient);
        _inner.ConvolutionBackwardChannel(op, channel, outputGradient, inputGradient, accumulate, rule.Fused(gate));
        rule.Pass(ref _inner, gate, inputGradient);
    }

    public void TransposedConvolutionBackward(
        in TransposedConvolution op, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        rule.Meet(ref _inner, op.Id, outputGradient);
        _inner.TransposedConvolutionBackward(op, outputGradient, inputGradient, accumulate, rule.Fused(gate));
        rule.Pass(ref _inner, gate, inputGradient);
    }

    public void LinearBackward(in Linear op, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        rule.Meet(ref _inner, op.Id, outputGradient);
        _inner.LinearBackward(op, outputGradient, inputGradient, accumulate, rule.Fused(gate));
        rule.Pass(ref _inner, gate, inputGradient);
    }

    public void LinearBackwardRow(in Linear op, int @class, float seed, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        rule.MeetOne(op.Id, @class, seed);
        _inner.LinearBackwardRow(op, @class, seed, inputGradient, accumulate, rule.Fused(gate));
        rule.Pass(ref _inner, gate, inputGradient);
    }

    public void AffineBackward(in ChannelAffine op, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        rule.Meet(ref _inner, op.Id, outputGradient);
        _inner.AffineBackward(op, outputGradient, inputGradient, accumulate, rule.Fused(gate));
        rule.Pass(ref _inner, gate, inputGradient);
    }

    public void LayerNormBackward(in LayerNorm op, in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        rule.Meet(ref _inner, op.Id, outputGradient);
        _inner.LayerNormBackward(op, input, outputGradient, inputGradient, accumulate, rule.Fused(gate));
        rule.Pass(ref _inner, gate, inputGradient);
    }

    public void GroupNormBackward(in GroupNorm op, in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        rule.Meet(ref _inner, op.Id, outputGradient);
        _inner.GroupNormBackward(op, input, outputGradient, inputGradient, accumulate, rule.Fused(gate));
        rule.Pass(ref _inner, gate, inputGradient);
    }

    public void LocalResponseNormBackward(
        in LocalResponseNorm op, in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        _inner.LocalResponseNormBackward(op, input, outputGradient, inputGradient, accumulate, rule.Fused(gate));
        rule.Pass(ref _inner, gate, inputGradient);
    }

    public void SoftmaxBackward(in Tensor output, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        _inner.SoftmaxBackward(output, outputGradient, inputGradient, accumulate, rule.Fused(gate));
        rule.Pass(ref _inner, gate, inputGradient);
    }

    public void AveragePoolBackward(in AveragePool op, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        _inner.AveragePoolBackward(op, outputGradient, inputGradient, accumulate, rule.Fused(gate));
        rule.Pass(ref _inner, gate, inputGradient);
    }

    public void AdaptiveAveragePoolBackward(in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        _inner.AdaptiveAveragePoolBackward(outputGradient, inputGradient, accumulate, rule.Fused(gate));
        rule.Pass(ref _inner, gate, inputGradient);
    }

    public void FlattenBackward(in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        _inner.FlattenBackward(outputGradient, inputGradient, accumulate, rule.Fused(gate));
        rule.Pass(ref _inner, gate, inputGradient);
    }

    public void ChannelShuffleBackward(int groups, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        _inner.ChannelShuffleBackward(groups, outputGradient, inputGradient, accumulate, rule.Fused(gate));
        rule.Pass(ref _inner, gate, inputGradient);
    }

    public void PadBackward(in Edges edges, bool reflect, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        _inner.PadBackward(edges, reflect, outputGradient, inputGradient, accumulate, rule.Fused(gate));
        rule.Pass(ref _inner, gate, inputGradient);
    }

    public void UpsampleBackward(Interpolation interpolation, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        _inner.UpsampleBackward(interpolation, outputGradient, inputGradient, accumulate, rule.Fused(gate));
        rule.Pass(ref _inner, gate, inputGradient);
    }

    public void ParametricReluBackward(
        in ParametricRelu op, in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        if (rule.ParametricReluBackward(ref _inner, op, input, outputGradient, inputGradient, accumulate))
        {
            rule.Pass(ref _inner, gate, inputGradient);
            return;
        }

        _inner.ParametricReluBackward(op, input, outputGradient, inputGradient, accumulate, rule.Fused(gate));
        rule.Pass(ref _inner, gate, inputGradient);
    }

    public void MultiplyBackward(in Tensor other, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        if (rule.MultiplyBackward(ref _inner, other, outputGradient, inputGradient, accumulate))
        {
            rule.Pass(ref _inner, gate, inputGradient);
            return;
        }

        _inner.MultiplyBackward(other, outputGradient, inputGradient, accumulate, rule.Fused(gate));
        rule.Pass(ref _inner, gate, inputGradient);
    }

    public void MaxPoolBackward(in Window window, in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        if (rule.MaxPoolBackward(ref _inner, window, input, outputGradient, inputGradient, accumulate))
        {
            rule.Pass(ref _inner, gate, inputGradient);
            return;
        }

        _inner.MaxPoolBackward(window, input, outputGradient, inputGradient, accumulate, rule.Fused(gate));
        rule.Pass(ref _inner, gate, inputGradient);
    }

    public void AdaptiveMaxPoolBackward(in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        if (rule.MaxPoolBackward(ref _inner, null, input, outputGradient, inputGradient, accumulate))
        {
            rule.Pass(ref _inner, gate, inputGradient);
            return;
        }

        _inner.AdaptiveMaxPoolBackward(input, outputGradient, inputGradient, accumulate, rule.Fused(gate));
        rule.Pass(ref _inner, gate, inputGradient);
    }

    private readonly bool Splits(in Activation activation) => rule.WatchesActivations && activation.Kind != ActivationKind.None;
}
