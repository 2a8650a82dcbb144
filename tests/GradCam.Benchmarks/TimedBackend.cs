using System.Diagnostics;
using GradCam.Cpu;

namespace GradCam.Benchmarks;

/// <summary>The CPU backend with a clock around each operation.</summary>
/// <param name="inner">The backend.</param>
/// <param name="times">Where the times go.</param>
internal readonly struct TimedBackend(CpuBackend inner, OperationTimes times) : IBackend
{
    private readonly CpuBackend _inner = inner;
    private readonly OperationTimes _times = times;

    public readonly void Write(ReadOnlySpan<float> source, TensorLayout layout, in Tensor destination)
    {
        long start = Stopwatch.GetTimestamp();
        _inner.Write(source, layout, in destination);
        _times.Add("Write", destination, destination, start);
    }

    public readonly void Read(in Tensor source, Span<float> destination) => _inner.Read(in source, destination);

    public readonly void Convolution(in Convolution op, in Tensor input, in Tensor output)
    {
        long start = Stopwatch.GetTimestamp();
        _inner.Convolution(in op, in input, in output);
        _times.Add("Convolution", input, output, start);
    }

    public readonly void Convolution(in Convolution op, in Tensor input, in Tensor residual, in Tensor output)
    {
        long start = Stopwatch.GetTimestamp();
        _inner.Convolution(in op, in input, in residual, in output);
        _times.Add("Convolution", input, output, start);
    }

    public readonly void ConvolutionChain(
        ReadOnlySpan<Convolution> chain, ReadOnlySpan<MapSize> between, in Tensor input, in Tensor residual, in Tensor output)
    {
        long start = Stopwatch.GetTimestamp();
        _inner.ConvolutionChain(chain, between, in input, in residual, in output);
        _times.Add($"Convolution x{chain.Length}", input, output, start);
    }

    public readonly void ConvolutionChain(
        ReadOnlySpan<Convolution> chain, ReadOnlySpan<MapSize> between, in Window maxPool, in Tensor input, in Tensor output)
    {
        long start = Stopwatch.GetTimestamp();
        _inner.ConvolutionChain(chain, between, in maxPool, in input, in output);
        _times.Add($"Convolution x{chain.Length} MaxPool", input, output, start);
    }

    public readonly void ConvolutionBackward(in Convolution op, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        long start = Stopwatch.GetTimestamp();
        _inner.ConvolutionBackward(in op, in outputGradient, in inputGradient, accumulate, in gate);
        _times.Add("ConvolutionBackward", outputGradient, inputGradient, start);
    }

    public readonly void ConvolutionBackwardChannel(
        in Convolution op, int channel, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        long start = Stopwatch.GetTimestamp();
        _inner.ConvolutionBackwardChannel(in op, channel, in outputGradient, in inputGradient, accumulate, in gate);
        _times.Add("ConvolutionBackwardChannel", outputGradient, inputGradient, start);
    }

    public readonly void TransposedConvolution(in TransposedConvolution op, in Tensor input, in Tensor output)
    {
        long start = Stopwatch.GetTimestamp();
        _inner.TransposedConvolution(in op, in input, in output);
        _times.Add("TransposedConvolution", input, output, start);
    }

    public readonly void TransposedConvolutionBackward(
        in TransposedConvolution op, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        long start = Stopwatch.GetTimestamp();
        _inner.TransposedConvolutionBackward(in op, in outputGradient, in inputGradient, accumulate, in gate);
        _times.Add("TransposedConvolutionBackward", outputGradient, inputGradient, start);
    }

    public readonly void Linear(in Linear op, in Tensor input, in Tensor output)
    {
        long start = Stopwatch.GetTimestamp();
        _inner.Linear(in op, in input, in output);
        _times.Add("Linear", input, output, start);
    }

    public readonly void LinearBackward(in Linear op, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        long start = Stopwatch.GetTimestamp();
        _inner.LinearBackward(in op, in outputGradient, in inputGradient, accumulate, in gate);
        _times.Add("LinearBackward", outputGradient, inputGradient, start);
    }

    public readonly void LinearBackwardRow(in Linear op, int @class, float seed, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        long start = Stopwatch.GetTimestamp();
        _inner.LinearBackwardRow(in op, @class, seed, in inputGradient, accumulate, in gate);
        _times.Add("LinearBackwardRow", inputGradient, inputGradient, start);
    }

    public readonly void LinearBackwardSums(in Linear op, in Tensor outputGradient, in Tensor sums)
    {
        long start = Stopwatch.GetTimestamp();
        _inner.LinearBackwardSums(in op, in outputGradient, in sums);
        _times.Add("LinearBackwardSums", outputGradient, sums, start);
    }

    public readonly void OneHot(int @class, float seed, in Tensor gradient)
    {
        long start = Stopwatch.GetTimestamp();
        _inner.OneHot(@class, seed, in gradient);
        _times.Add("OneHot", gradient, gradient, start);
    }

    public readonly void Affine(in ChannelAffine op, in Tensor input, in Tensor output)
    {
        long start = Stopwatch.GetTimestamp();
        _inner.Affine(in op, in input, in output);
        _times.Add("Affine", input, output, start);
    }

    public readonly void AffineBackward(in ChannelAffine op, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        long start = Stopwatch.GetTimestamp();
        _inner.AffineBackward(in op, in outputGradient, in inputGradient, accumulate, in gate);
        _times.Add("AffineBackward", outputGradient, inputGradient, start);
    }

    public readonly void Activate(in Activation activation, in Tensor input, in Tensor output)
    {
        long start = Stopwatch.GetTimestamp();
        _inner.Activate(in activation, in input, in output);
        _times.Add("Activate", input, output, start);
    }

    public readonly void ActivationBackward(in Activation activation, in Tensor saved, in Tensor outputGradient, in Tensor inputGradient, bool accumulate)
    {
        long start = Stopwatch.GetTimestamp();
        _inner.ActivationBackward(in activation, in saved, in outputGradient, in inputGradient, accumulate);
        _times.Add("ActivationBackward", saved, inputGradient, start);
    }

    public readonly void ParametricRelu(in ParametricRelu op, in Tensor input, in Tensor output)
    {
        long start = Stopwatch.GetTimestamp();
        _inner.ParametricRelu(in op, in input, in output);
        _times.Add("ParametricRelu", input, output, start);
    }

    public readonly void ParametricReluBackward(
        in ParametricRelu op, in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        long start = Stopwatch.GetTimestamp();
        _inner.ParametricReluBackward(in op, in input, in outputGradient, in inputGradient, accumulate, in gate);
        _times.Add("ParametricReluBackward", input, inputGradient, start);
    }

    public readonly void Add(in Tensor a, in Tensor b, in Activation activation, in Tensor output)
    {
        long start = Stopwatch.GetTimestamp();
        _inner.Add(in a, in b, in activation, in output);
        _times.Add("Add", a, output, start);
    }

    public readonly void Multiply(in Tensor a, in Tensor b, in Activation activation, in Tensor output)
    {
        long start = Stopwatch.GetTimestamp();
        _inner.Multiply(in a, in b, in activation, in output);
        _times.Add("Multiply", a, output, start);
    }

    public readonly void MultiplyBackward(in Tensor other, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        long start = Stopwatch.GetTimestamp();
        _inner.MultiplyBackward(in other, in outputGradient, in inputGradient, accumulate, in gate);
        _times.Add("MultiplyBackward", other, inputGradient, start);
    }

    public readonly void Copy(in Tensor source, in Tensor destination, bool accumulate = false, in Gate gate = default)
    {
        long start = Stopwatch.GetTimestamp();
        _inner.Copy(in source, in destination, accumulate, in gate);
        _times.Add("Copy", source, destination, start);
    }

    public readonly void Clear(in Tensor destination)
    {
        long start = Stopwatch.GetTimestamp();
        _inner.Clear(in destination);
        _times.Add("Clear", destination, destination, start);
    }

    public readonly void MaxPool(in Window window, in Tensor input, in Tensor output)
    {
        long start = Stopwatch.GetTimestamp();
        _inner.MaxPool(in window, in input, in output);
        _times.Add("MaxPool", input, output, start);
    }

    public readonly void MaxPoolBackward(
        in Window window, in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        long start = Stopwatch.GetTimestamp();
        _inner.MaxPoolBackward(in window, in input, in outputGradient, in inputGradient, accumulate, in gate);
        _times.Add("MaxPoolBackward", input, inputGradient, start);
    }

    public readonly void AveragePool(in AveragePool op, in Tensor input, in Tensor output)
    {
        long start = Stopwatch.GetTimestamp();
        _inner.AveragePool(in op, in input, in output);
        _times.Add("AveragePool", input, output, start);
    }

    public readonly void AveragePoolBackward(in AveragePool op, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        long start = Stopwatch.GetTimestamp();
        _inner.AveragePoolBackward(in op, in outputGradient, in inputGradient, accumulate, in gate);
        _times.Add("AveragePoolBackward", outputGradient, inputGradient, start);
    }

    public readonly void AdaptiveAveragePool(in Tensor input, in Tensor output)
    {
        long start = Stopwatch.GetTimestamp();
        _inner.AdaptiveAveragePool(in input, in output);
        _times.Add("AdaptiveAveragePool", input, output, start);
    }

    public readonly void AdaptiveAveragePoolBackward(in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        long start = Stopwatch.GetTimestamp();
        _inner.AdaptiveAveragePoolBackward(in outputGradient, in inputGradient, accumulate, in gate);
        _times.Add("AdaptiveAveragePoolBackward", outputGradient, inputGradient, start);
    }

    public readonly void AdaptiveMaxPool(in Tensor input, in Tensor output)
    {
        long start = Stopwatch.GetTimestamp();
        _inner.AdaptiveMaxPool(in input, in output);
        _times.Add("AdaptiveMaxPool", input, output, start);
    }

    public readonly void AdaptiveMaxPoolBackward(in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        long start = Stopwatch.GetTimestamp();
        _inner.AdaptiveMaxPoolBackward(in input, in outputGradient, in inputGradient, accumulate, in gate);
        _times.Add("AdaptiveMaxPoolBackward", input, inputGradient, start);
    }

    public readonly void Flatten(in Tensor input, in Tensor output)
    {
        long start = Stopwatch.GetTimestamp();
        _inner.Flatten(in input, in output);
        _times.Add("Flatten", input, output, start);
    }

    public readonly void FlattenBackward(in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        long start = Stopwatch.GetTimestamp();
        _inner.FlattenBackward(in outputGradient, in inputGradient, accumulate, in gate);
        _times.Add("FlattenBackward", outputGradient, inputGradient, start);
    }

    public readonly void Softmax(in Tensor input, in Tensor output)
    {
        long start = Stopwatch.GetTimestamp();
        _inner.Softmax(in input, in output);
        _times.Add("Softmax", input, output, start);
    }

    public readonly void SoftmaxBackward(in Tensor output, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        long start = Stopwatch.GetTimestamp();
        _inner.SoftmaxBackward(in output, in outputGradient, in inputGradient, accumulate, in gate);
        _times.Add("SoftmaxBackward", output, inputGradient, start);
    }

    public readonly void GroupNorm(in GroupNorm op, in Tensor input, in Tensor output)
    {
        long start = Stopwatch.GetTimestamp();
        _inner.GroupNorm(in op, in input, in output);
        _times.Add("GroupNorm", input, output, start);
    }

    public readonly void GroupNormBackward(
        in GroupNorm op, in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        long start = Stopwatch.GetTimestamp();
        _inner.GroupNormBackward(in op, in input, in outputGradient, in inputGradient, accumulate, in gate);
        _times.Add("GroupNormBackward", input, inputGradient, start);
    }

    public readonly void LayerNorm(in LayerNorm op, in Tensor input, in Tensor output)
    {
        long start = Stopwatch.GetTimestamp();
        _inner.LayerNorm(in op, in input, in output);
        _times.Add("LayerNorm", input, output, start);
    }

    public readonly void LayerNormBackward(
        in LayerNorm op, in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        long start = Stopwatch.GetTimestamp();
        _inner.LayerNormBackward(in op, in input, in outputGradient, in inputGradient, accumulate, in gate);
        _times.Add("LayerNormBackward", input, inputGradient, start);
    }

    public readonly void LocalResponseNorm(in LocalResponseNorm op, in Tensor input, in Tensor output)
    {
        long start = Stopwatch.GetTimestamp();
        _inner.LocalResponseNorm(in op, in input, in output);
        _times.Add("LocalResponseNorm", input, output, start);
    }

    public readonly void LocalResponseNormBackward(
        in LocalResponseNorm op, in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        long start = Stopwatch.GetTimestamp();
        _inner.LocalResponseNormBackward(in op, in input, in outputGradient, in inputGradient, accumulate, in gate);
        _times.Add("LocalResponseNormBackward", input, inputGradient, start);
    }

    public readonly void ChannelShuffle(int groups, in Tensor input, in Tensor output)
    {
        long start = Stopwatch.GetTimestamp();
        _inner.ChannelShuffle(groups, in input, in output);
        _times.Add("ChannelShuffle", input, output, start);
    }

    public readonly void ChannelShuffleBackward(int groups, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        long start = Stopwatch.GetTimestamp();
        _inner.ChannelShuffleBackward(groups, in outputGradient, in inputGradient, accumulate, in gate);
        _times.Add("ChannelShuffleBackward", outputGradient, inputGradient, start);
    }

    public readonly void Pad(in Edges edges, bool reflect, in Tensor input, in Tensor output)
    {
        long start = Stopwatch.GetTimestamp();
        _inner.Pad(in edges, reflect, in input, in output);
        _times.Add("Pad", input, output, start);
    }

    public readonly void PadBackward(in Edges edges, bool reflect, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        long start = Stopwatch.GetTimestamp();
        _inner.PadBackward(in edges, reflect, in outputGradient, in inputGradient, accumulate, in gate);
        _times.Add("PadBackward", outputGradient, inputGradient, start);
    }

    public readonly void Upsample(Interpolation interpolation, in Tensor input, in Tensor output)
    {
        long start = Stopwatch.GetTimestamp();
        _inner.Upsample(interpolation, in input, in output);
        _times.Add("Upsample", input, output, start);
    }

    public readonly void UpsampleBackward(
        Interpolation interpolation, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        long start = Stopwatch.GetTimestamp();
        _inner.UpsampleBackward(interpolation, in outputGradient, in inputGradient, accumulate, in gate);
        _times.Add("UpsampleBackward", outputGradient, inputGradient, start);
    }
}
