using GradCam.Planning;
using GradCam.Runtime.Tests.Cpu.Packing;

namespace GradCam.Runtime.Tests.Planning;

public sealed class DryRunTests
{
    [Fact]
    public void A_backend_meets_all_that_has_weights_and_needs_no_bodies_for_the_rest()
    {
        var backend = new Meeting([]);
        DryRun.Run<TinyNetwork, Meeting>(ref backend, layers: 0);
        Assert.Equal(["conv 0", "conv 1", "linear 2"], backend.Met);
        DryRun.Run<TinyNetwork, Meeting>(ref backend, layers: 1);
        Assert.Contains("gradient of linear 2", backend.Met);
        Assert.Contains("gradient of conv 1", backend.Met);
    }

    private readonly struct Meeting(List<string> met) : IDryRunBackend
    {
        public List<string> Met => met;

        public void Convolution(in Convolution op, in Tensor input, in Tensor output) => met.Add($"conv {op.Id}");

        public void Convolution(in Convolution op, in Tensor input, in Tensor residual, in Tensor output) => met.Add($"conv {op.Id}");

        public void ConvolutionChain(
            ReadOnlySpan<Convolution> chain, ReadOnlySpan<MapSize> between, in Tensor input, in Tensor residual, in Tensor output) => met.Add("chain");

        public void ConvolutionChain(
            ReadOnlySpan<Convolution> chain, ReadOnlySpan<MapSize> between, in Window maxPool, in Tensor input, in Tensor output) => met.Add("chain");

        public void ConvolutionBackward(in Convolution op, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) =>
            met.Add($"gradient of conv {op.Id}");

        public void ConvolutionBackwardChannel(
            in Convolution op, int channel, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) =>
            met.Add($"gradient of conv {op.Id}");

        public void TransposedConvolution(in TransposedConvolution op, in Tensor input, in Tensor output) => met.Add($"transposed conv {op.Id}");

        public void TransposedConvolutionBackward(
            in TransposedConvolution op, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) =>
            met.Add($"gradient of transposed conv {op.Id}");

        public void Linear(in Linear op, in Tensor input, in Tensor output) => met.Add($"linear {op.Id}");

        public void LinearBackward(in Linear op, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) =>
            met.Add($"gradient of linear {op.Id}");

        public void LinearBackwardRow(in Linear op, int @class, float seed, in Tensor inputGradient, bool accumulate, in Gate gate = default) =>
            met.Add($"gradient of linear {op.Id}");

        public void LinearBackwardSums(in Linear op, in Tensor outputGradient, in Tensor sums) => met.Add($"sums of linear {op.Id}");

        public void ParametricRelu(in ParametricRelu op, in Tensor input, in Tensor output) => met.Add($"prelu {op.Id}");

        public void ParametricReluBackward(
            in ParametricRelu op, in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) =>
            met.Add($"gradient of prelu {op.Id}");

        public void Affine(in ChannelAffine op, in Tensor input, in Tensor output) => met.Add($"affine {op.Id}");

        public void AffineBackward(in ChannelAffine op, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) =>
            met.Add($"gradient of affine {op.Id}");

        public void LayerNorm(in LayerNorm op, in Tensor input, in Tensor output) => met.Add($"layer norm {op.Id}");

        public void LayerNormBackward(
            in LayerNorm op, in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) =>
            met.Add($"gradient of layer norm {op.Id}");

        public void GroupNorm(in GroupNorm op, in Tensor input, in Tensor output) => met.Add($"group norm {op.Id}");

        public void GroupNormBackward(
            in GroupNorm op, in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) =>
            met.Add($"gradient of group norm {op.Id}");
    }
}
