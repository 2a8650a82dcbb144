using GradCam.Cpu.Conv.Algorithm;
using GradCam.Cpu.Normalization;
using GradCam.Cpu.Packing;
using GradCam.Planning;

namespace GradCam.Cpu.Reproducible;

/// <summary>The dry run at load. There is one algorithm for each operation, whatever the machine.</summary>
/// <param name="plan">What is collected.</param>
internal readonly struct ReproduciblePlanner(CpuPlan plan) : IDryRunBackend
{
    private readonly CpuPlan _plan = plan;

    public void Convolution(in Convolution op, in Tensor input, in Tensor output) =>
        PrepareForward(op, input.Channels, output.Channels);

    public void Convolution(in Convolution op, in Tensor input, in Tensor residual, in Tensor output) => Convolution(op, input, output);

    public void ConvolutionChain(
        ReadOnlySpan<Convolution> chain, ReadOnlySpan<MapSize> between, in Tensor input, in Tensor residual, in Tensor output)
    {
        PrepareForward(chain[^1], between[^1].Channels, output.Channels);
        PlanChain(chain[..^1], between, input, chain[^1].Window, (output.Height, output.Width), isPool: false);
    }

    public void ConvolutionChain(
        ReadOnlySpan<Convolution> chain, ReadOnlySpan<MapSize> between, in Window maxPool, in Tensor input, in Tensor output) =>
        PlanChain(chain, between, input, maxPool, (output.Height, output.Width), isPool: true);

    public void ConvolutionBackward(in Convolution op, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        var axes = new KernelAxes(
            op.Groups, outputGradient.Channels / op.Groups, inputGradient.Channels / op.Groups, op.Window.Kernel, SummedFirst: true, FoldsOutputs: false);
        ReproducibleConvolution prepared = Prepare(op.Id);
        prepared.Backward ??= Backward(op.Weight, _plan.Fold(op.Bias, op.Affine, outputGradient.Channels), axes, op.Window, hasBias: false);
    }

    public void ConvolutionBackwardChannel(
        in Convolution op, int channel, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        int outputs = _plan.Weights.ShapeOf(op.Weight)[0];
        ReproducibleConvolution prepared = Prepare(op.Id);
        prepared.Channels ??= new ChannelGradient(
            _plan, op.Weight, _plan.Fold(op.Bias, op.Affine, outputs), outputs, inputGradient.Channels, op.Window.Kernel.Height * op.Window.Kernel.Width);
    }

    public void TransposedConvolution(in TransposedConvolution op, in Tensor input, in Tensor output)
    {
        var axes = new KernelAxes(
            op.Groups, input.Channels / op.Groups, output.Channels / op.Groups, op.Window.Kernel, SummedFirst: true, FoldsOutputs: true);
        ReproducibleConvolution prepared = Prepare(op.Id);
        prepared.Forward ??= Backward(op.Weight, _plan.Fold(op.Bias, op.Affine, output.Channels), axes, op.Window, hasBias: true);
    }

    public void TransposedConvolutionBackward(
        in TransposedConvolution op, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        var axes = new KernelAxes(
            op.Groups, outputGradient.Channels / op.Groups, inputGradient.Channels / op.Groups, op.Window.Kernel, SummedFirst: false, FoldsOutputs: false);
        ReproducibleConvolution prepared = Prepare(op.Id);
        prepared.Backward ??= Forward(op.Weight, _plan.Fold(op.Bias, op.Affine, outputGradient.Channels), axes, op.Window, hasBias: false);
    }

    public void Linear(in Linear op, in Tensor input, in Tensor output) => PrepareLinear(op);

    public void LinearBackward(in Linear op, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) => PrepareLinear(op);

    public void LinearBackwardRow(in Linear op, int @class, float seed, in Tensor inputGradient, bool accumulate, in Gate gate = default) => PrepareLinear(op);

    public void LinearBackwardSums(in Linear op, in Tensor outputGradient, in Tensor sums) => PrepareLinear(op).AddColumnSums(sums.Channels);

    public void Affine(in ChannelAffine op, in Tensor input, in Tensor output) => ChannelParameters.Prepare(_plan, op, input.Channels);

    public void AffineBackward(in ChannelAffine op, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) =>
        ChannelParameters.Prepare(_plan, op, inputGradient.Channels);

    public void LayerNorm(in LayerNorm op, in Tensor input, in Tensor output) => ChannelParameters.Prepare(_plan, op.Id, op.Weight, op.Bias, input.Channels);

    public void LayerNormBackward(
        in LayerNorm op, in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) =>
        ChannelParameters.Prepare(_plan, op.Id, op.Weight, op.Bias, input.Channels);

    public void GroupNorm(in GroupNorm op, in Tensor input, in Tensor output) => ChannelParameters.Prepare(_plan, op.Id, op.Weight, op.Bias, input.Channels);

    public void GroupNormBackward(
        in GroupNorm op, in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) =>
        ChannelParameters.Prepare(_plan, op.Id, op.Weight, op.Bias, input.Channels);

    public void ParametricRelu(in ParametricRelu op, in Tensor input, in Tensor output) =>
        ChannelParameters.Prepare(_plan, op, input.Channels);

    public void ParametricReluBackward(
        in ParametricRelu op, in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) =>
        ChannelParameters.Prepare(_plan, op, input.Channels);

    private void PlanChain(
        ReadOnlySpan<Convolution> chain, ReadOnlySpan<MapSize> between, in Tensor input, in Window reader, Extent output, bool isPool)
    {
        int inputs = input.Channels;
        long length = 0;
        for (int i = 0; i < chain.Length; i++)
        {
            PrepareForward(chain[i], inputs, between[i].Channels);
            inputs = between[i].Channels;
            Tensor map = i == chain.Length - 1
                ? ChainMaps.Place(0, between[i], reader, output, isPool)
                : ChainMaps.Place(0, between[i], chain[i + 1].Window, (between[i + 1].Height, between[i + 1].Width), isPool: false);
            length += ChainMaps.Length(map);
        }

        _plan.RequireScratch(length);
    }

    private void PrepareForward(in Convolution op, int inputs, int outputs)
    {
        var axes = new KernelAxes(op.Groups, inputs / op.Groups, outputs / op.Groups, op.Window.Kernel, SummedFirst: false, FoldsOutputs: true);
        ReproducibleConvolution prepared = Prepare(op.Id);
        prepared.Forward ??= Forward(op.Weight, _plan.Fold(op.Bias, op.Affine, outputs), axes, op.Window, hasBias: true);
    }

    private PackedKernel Forward(WeightRef weight, Lazy<FoldedAffine> fold, KernelAxes axes, in Window window, bool hasBias) => new(
        _plan, weight, fold, axes, AxisPhase.Forward(window.Kernel.Height, window.Stride.Height, window.Pad.Top, window.Dilation.Height),
        AxisPhase.Forward(window.Kernel.Width, window.Stride.Width, window.Pad.Left, window.Dilation.Width), hasBias);

    private PackedKernel Backward(WeightRef weight, Lazy<FoldedAffine> fold, KernelAxes axes, in Window window, bool hasBias) => new(
        _plan, weight, fold, axes, AxisPhase.Backward(window.Kernel.Height, window.Stride.Height, window.Pad.Top, window.Dilation.Height),
        AxisPhase.Backward(window.Kernel.Width, window.Stride.Width, window.Pad.Left, window.Dilation.Width), hasBias);

    private ReproducibleConvolution Prepare(int id) => _plan.Prepare(id, () => new ReproducibleConvolution());

    private ReproducibleLinear PrepareLinear(Linear op)
    {
        CpuPlan plan = _plan;
        return plan.Prepare(op.Id, () => new ReproducibleLinear(plan, op));
    }
}
