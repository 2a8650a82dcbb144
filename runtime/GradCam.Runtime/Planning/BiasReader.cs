namespace GradCam.Planning;

/// <summary>Meets the operations of a forward pass, and reads their biases.</summary>
/// <param name="weights">The network's weights.</param>
/// <param name="biases">Receives them, by the operations' numbers.</param>
internal readonly struct BiasReader(NetworkWeights weights, Dictionary<int, float[]> biases) : IDryRunBackend
{
    public void Convolution(in Convolution op, in Tensor input, in Tensor output) => Add(op.Id, op.Bias, op.Affine, output.Channels);

    public void Convolution(in Convolution op, in Tensor input, in Tensor residual, in Tensor output) => Add(op.Id, op.Bias, op.Affine, output.Channels);

    public void ConvolutionChain(ReadOnlySpan<Convolution> chain, ReadOnlySpan<MapSize> between, in Tensor input, in Tensor residual, in Tensor output)
    {
        for (int i = 0; i < chain.Length; i++)
            Add(chain[i].Id, chain[i].Bias, chain[i].Affine, i < between.Length ? between[i].Channels : output.Channels);
    }

    public void ConvolutionChain(ReadOnlySpan<Convolution> chain, ReadOnlySpan<MapSize> between, in Window maxPool, in Tensor input, in Tensor output) =>
        ConvolutionChain(chain, between, input, default, output);

    public void TransposedConvolution(in TransposedConvolution op, in Tensor input, in Tensor output) => Add(op.Id, op.Bias, op.Affine, output.Channels);

    public void Linear(in Linear op, in Tensor input, in Tensor output) => Add(op.Id, op.Bias, op.Affine, output.Channels);

    public void Affine(in ChannelAffine op, in Tensor input, in Tensor output) => Add(op.Id, default, op.Affine, output.Channels);

    public void LayerNorm(in LayerNorm op, in Tensor input, in Tensor output) => Add(op.Id, op.Bias, default, output.Channels);

    public void GroupNorm(in GroupNorm op, in Tensor input, in Tensor output) => Add(op.Id, op.Bias, default, output.Channels);

    public void ParametricRelu(in ParametricRelu op, in Tensor input, in Tensor output)
    {
    }

    public void ConvolutionBackward(in Convolution op, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
    }

    public void ConvolutionBackwardChannel(
        in Convolution op, int channel, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
    }

    public void TransposedConvolutionBackward(
        in TransposedConvolution op, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
    }

    public void LinearBackward(in Linear op, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
    }

    public void LinearBackwardRow(in Linear op, int @class, float seed, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
    }

    public void LinearBackwardSums(in Linear op, in Tensor outputGradient, in Tensor sums)
    {
    }

    public void AffineBackward(in ChannelAffine op, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
    }

    public void LayerNormBackward(in LayerNorm op, in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
    }

    public void GroupNormBackward(in GroupNorm op, in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
    }

    public void ParametricReluBackward(
        in ParametricRelu op, in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
    }

    private void Add(int id, WeightRef bias, in AffineWeights affine, int channels)
    {
        double[] shift = FoldedAffine.Read(weights, bias, affine, channels).Shift;
        if (!Array.TrueForAll(shift, value => value == 0))
            biases[id] = Array.ConvertAll(shift, value => (float)value);
    }
}
