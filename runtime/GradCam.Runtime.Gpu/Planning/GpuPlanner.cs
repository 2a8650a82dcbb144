using GradCam.Planning;

namespace GradCam.Gpu.Planning;

/// <summary>
/// The dry run at load: a backend that computes nothing, but packs the weights of every operation that the schedule calls and copies them to the device.
/// </summary>
/// <param name="plan">What is collected.</param>
internal readonly struct GpuPlanner(GpuPlan plan) : IDryRunBackend
{
    private readonly GpuPlan _plan = plan;

    public void Convolution(in Convolution op, in Tensor input, in Tensor output) => Forward(op, input, output);

    public void Convolution(in Convolution op, in Tensor input, in Tensor residual, in Tensor output) => Forward(op, input, output);

    public void ConvolutionChain(ReadOnlySpan<Convolution> chain, ReadOnlySpan<MapSize> between, in Tensor input, in Tensor residual, in Tensor output) =>
        Chain(chain, between, input, output);

    public void ConvolutionChain(ReadOnlySpan<Convolution> chain, ReadOnlySpan<MapSize> between, in Window maxPool, in Tensor input, in Tensor output) =>
        Chain(chain, between, input, output);

    public void ConvolutionBackward(in Convolution op, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        PreparedConvolution prepared = _plan.Prepare(op.Id, () => new PreparedConvolution());
        if (prepared.Backward is null)
        {
            FoldedAffine folded = FoldedAffine.Read(_plan.Weights, op.Bias, op.Affine, outputGradient.Channels);
            var kernel = new KernelTensor(
                _plan.Weights, op.Weight, folded, op.Groups, outputGradient.Channels / op.Groups, inputGradient.Channels / op.Groups, op.Window.Kernel,
                summedFirst: true, foldsSecondAxis: false);
            prepared.Backward = new PackedConvolution(kernel, op.Window, scatters: true, folded: null);
        }

        prepared.Backward.Table(_plan, outputGradient, inputGradient);
    }

    public void ConvolutionBackwardChannel(
        in Convolution op, int channel, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        PreparedConvolution prepared = _plan.Prepare(op.Id, () => new PreparedConvolution());
        if (prepared.Channels is not null)
            return;

        int outputs = _plan.Weights.ShapeOf(op.Weight)[0];
        int inputs = inputGradient.Channels;
        int taps = op.Window.Kernel.Height * op.Window.Kernel.Width;
        FoldedAffine folded = FoldedAffine.Read(_plan.Weights, op.Bias, op.Affine, outputs);
        var kernel = new KernelTensor(
            _plan.Weights, op.Weight, folded, groups: 1, inputs, outputs, op.Window.Kernel, summedFirst: false, foldsSecondAxis: false);
        var packed = new float[outputs * taps * inputs];
        for (int i = 0; i < packed.Length; i++)
            packed[i] = kernel[0, i % inputs, i / inputs / taps, i / inputs % taps];
        prepared.Channels = _plan.Memory.Upload<float>(packed, "weights");
    }

    public void TransposedConvolution(in TransposedConvolution op, in Tensor input, in Tensor output)
    {
        PreparedConvolution prepared = _plan.Prepare(op.Id, () => new PreparedConvolution());
        if (prepared.Forward is null)
        {
            FoldedAffine folded = FoldedAffine.Read(_plan.Weights, op.Bias, op.Affine, output.Channels);
            var kernel = new KernelTensor(
                _plan.Weights, op.Weight, folded, op.Groups, input.Channels / op.Groups, output.Channels / op.Groups, op.Window.Kernel,
                summedFirst: true, foldsSecondAxis: true);
            prepared.Forward = new PackedConvolution(kernel, op.Window, scatters: true, folded);
        }

        prepared.Forward.Table(_plan, input, output);
    }

    public void TransposedConvolutionBackward(
        in TransposedConvolution op, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        PreparedConvolution prepared = _plan.Prepare(op.Id, () => new PreparedConvolution());
        if (prepared.Backward is null)
        {
            FoldedAffine folded = FoldedAffine.Read(_plan.Weights, op.Bias, op.Affine, outputGradient.Channels);
            var kernel = new KernelTensor(
                _plan.Weights, op.Weight, folded, op.Groups, outputGradient.Channels / op.Groups, inputGradient.Channels / op.Groups, op.Window.Kernel,
                summedFirst: false, foldsSecondAxis: true);
            prepared.Backward = new PackedConvolution(kernel, op.Window, scatters: false, folded: null);
        }

        prepared.Backward.Table(_plan, outputGradient, inputGradient);
    }

    public void Linear(in Linear op, in Tensor input, in Tensor output) => Prepare(op);

    public void LinearBackward(in Linear op, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) => Prepare(op);

    public void LinearBackwardRow(in Linear op, int @class, float seed, in Tensor inputGradient, bool accumulate, in Gate gate = default) => Prepare(op);

    public void LinearBackwardSums(in Linear op, in Tensor outputGradient, in Tensor sums)
    {
        PreparedLinear prepared = Prepare(op);
        prepared.ColumnSums ??= PreparedLinear.MakeSums(_plan, op, sums.Channels);
    }

    public void Affine(in ChannelAffine op, in Tensor input, in Tensor output) => Prepare(op, input.Channels);

    public void AffineBackward(in ChannelAffine op, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) =>
        Prepare(op, inputGradient.Channels);

    public void ParametricRelu(in ParametricRelu op, in Tensor input, in Tensor output) => Prepare(op, input.Channels);

    public void ParametricReluBackward(
        in ParametricRelu op, in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) =>
        Prepare(op, input.Channels);

    public void LayerNorm(in LayerNorm op, in Tensor input, in Tensor output) => Prepare(op.Id, op.Weight, op.Bias, input.Channels);

    public void LayerNormBackward(
        in LayerNorm op, in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) =>
        Prepare(op.Id, op.Weight, op.Bias, input.Channels);

    public void GroupNorm(in GroupNorm op, in Tensor input, in Tensor output) => Prepare(op.Id, op.Weight, op.Bias, input.Channels);

    public void GroupNormBackward(
        in GroupNorm op, in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) =>
        Prepare(op.Id, op.Weight, op.Bias, input.Channels);

    private void Forward(in Convolution op, in Tensor input, in Tensor output)
    {
        PreparedConvolution prepared = _plan.Prepare(op.Id, () => new PreparedConvolution());
        if (prepared.Forward is null)
        {
            FoldedAffine folded = FoldedAffine.Read(_plan.Weights, op.Bias, op.Affine, output.Channels);
            var kernel = new KernelTensor(
                _plan.Weights, op.Weight, folded, op.Groups, input.Channels / op.Groups, output.Channels / op.Groups, op.Window.Kernel,
                summedFirst: false, foldsSecondAxis: false);
            prepared.Forward = new PackedConvolution(kernel, op.Window, scatters: false, folded);
        }

        prepared.Forward.Table(_plan, input, output);
    }

    private void Chain(ReadOnlySpan<Convolution> chain, ReadOnlySpan<MapSize> between, in Tensor input, in Tensor output)
    {
        int last = chain[^1].Id;
        _plan.PrepareChain(last, chain, between, output);
        Tensor[] maps = _plan.Between(last);
        for (int i = 0; i < chain.Length; i++)
            Forward(chain[i], i == 0 ? input : maps[i - 1], i < maps.Length ? maps[i] : output);
    }

    private PreparedLinear Prepare(Linear op)
    {
        GpuPlan plan = _plan;
        return plan.Prepare(op.Id, () => PreparedLinear.Make(plan, op));
    }

    private void Prepare(ChannelAffine op, int channels)
    {
        GpuPlan plan = _plan;
        Prepare(op.Id, () => FoldedAffine.Read(plan.Weights, bias: default, op.Affine, channels));
    }

    private void Prepare(ParametricRelu op, int channels)
    {
        GpuPlan plan = _plan;
        Prepare(op.Id, () => new FoldedAffine(FoldedAffine.ReadChannels(plan.Weights, op.Slope, channels, absent: 0), new double[channels]));
    }

    private void Prepare(int id, WeightRef weight, WeightRef bias, int channels)
    {
        GpuPlan plan = _plan;
        Prepare(id, () => new FoldedAffine(
            FoldedAffine.ReadChannels(plan.Weights, weight, channels, absent: 1), FoldedAffine.ReadChannels(plan.Weights, bias, channels, absent: 0)));
    }

    private void Prepare(int id, Func<FoldedAffine> read)
    {
        GpuPlan plan = _plan;
        plan.Prepare(id, () =>
        {
            FoldedAffine folded = read();
            int channels = folded.Scale.Length;
            int summands = (channels + 3) / 4 * 4;
            var values = new float[2 * summands];
            for (int c = 0; c < channels; c++)
                values[c] = (float)folded.Scale[c];
            folded.WriteShift(0, channels, values.AsSpan(summands));
            return new PreparedChannels(plan.Memory.Upload<float>(values, "weights"), summands);
        });
    }
}
