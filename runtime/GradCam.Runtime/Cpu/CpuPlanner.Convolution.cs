using GradCam.Cpu.Conv;
using GradCam.Cpu.Conv.Algorithm;
using GradCam.Cpu.Conv.Chain;
using GradCam.Cpu.Conv.Direct;

namespace GradCam.Cpu;

internal readonly partial struct CpuPlanner
{
    public void Convolution(in Convolution op, in Tensor input, in Tensor output)
    {
        PreparedConvolution prepared = _plan.Prepare(op.Id, () => new PreparedConvolution());
        if (prepared.Forward is null)
        {
            prepared.Forward = Choose(ForwardKernel(op, input.Channels, output.Channels), op.Window, backward: false, output);
        }

        prepared.Forward.Prepare(_plan, input, output);
    }

    public void Convolution(in Convolution op, in Tensor input, in Tensor residual, in Tensor output) => Convolution(op, input, output);

    public void ConvolutionChain(
        ReadOnlySpan<Convolution> chain, ReadOnlySpan<MapSize> between, in Tensor input, in Tensor residual, in Tensor output) =>
        PlanChain(chain, between, null, input, output);

    public void ConvolutionChain(
        ReadOnlySpan<Convolution> chain, ReadOnlySpan<MapSize> between, in Window maxPool, in Tensor input, in Tensor output) =>
        PlanChain(chain, between, maxPool, input, output);

    public void ConvolutionBackward(in Convolution op, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        PreparedConvolution prepared = _plan.Prepare(op.Id, () => new PreparedConvolution());
        if (prepared.Backward is null)
        {
            var shape = new KernelShape(op.Groups, outputGradient.Channels / op.Groups, inputGradient.Channels / op.Groups, op.Window.Kernel);
            var kernel = new KernelTensor(
                _plan, op.Weight, _plan.Fold(op.Bias, op.Affine, outputGradient.Channels), shape, summedFirst: true, foldsSecondAxis: false, hasBias: false);
            prepared.Backward = Choose(kernel, op.Window, backward: true, inputGradient);
        }

        prepared.Backward.Prepare(_plan, outputGradient, inputGradient);
    }

    public void ConvolutionBackwardChannel(
        in Convolution op, int channel, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        PreparedConvolution prepared = _plan.Prepare(op.Id, () => new PreparedConvolution());
        if (prepared.Channels is not null)
            return;
        if (prepared.Forward is DirectConvolution { Panels: { } panels })
        {
            prepared.Channels = new ChannelRows(_plan, panels, op.Window);
            return;
        }

        int outputs = _plan.Weights.ShapeOf(op.Weight)[0];
        int inputs = _plan.Weights.LengthOf(op.Weight) / outputs / (op.Window.Kernel.Height * op.Window.Kernel.Width);
        var kernel = new KernelTensor(
            _plan, op.Weight, _plan.Fold(op.Bias, op.Affine, outputs), new KernelShape(1, inputs, outputs, op.Window.Kernel),
            summedFirst: false, foldsSecondAxis: false, hasBias: false);
        prepared.Channels = new ChannelRows(kernel, op.Window);
    }

    public void TransposedConvolution(in TransposedConvolution op, in Tensor input, in Tensor output)
    {
        PreparedConvolution prepared = _plan.Prepare(op.Id, () => new PreparedConvolution());
        if (prepared.Forward is null)
        {
            var shape = new KernelShape(op.Groups, input.Channels / op.Groups, output.Channels / op.Groups, op.Window.Kernel);
            var kernel = new KernelTensor(
                _plan, op.Weight, _plan.Fold(op.Bias, op.Affine, output.Channels), shape, summedFirst: true, foldsSecondAxis: true, hasBias: true);
            prepared.Forward = Choose(kernel, op.Window, backward: true, output);
        }

        prepared.Forward.Prepare(_plan, input, output);
    }

    public void TransposedConvolutionBackward(
        in TransposedConvolution op, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        PreparedConvolution prepared = _plan.Prepare(op.Id, () => new PreparedConvolution());
        if (prepared.Backward is null)
        {
            var shape = new KernelShape(op.Groups, outputGradient.Channels / op.Groups, inputGradient.Channels / op.Groups, op.Window.Kernel);
            var kernel = new KernelTensor(
                _plan, op.Weight, _plan.Fold(op.Bias, op.Affine, outputGradient.Channels), shape, summedFirst: false, foldsSecondAxis: true, hasBias: false);
            prepared.Backward = Choose(kernel, op.Window, backward: false, inputGradient);
        }

        prepared.Backward.Prepare(_plan, outputGradient, inputGradient);
    }

    private void PlanChain(ReadOnlySpan<Convolution> chain, ReadOnlySpan<MapSize> between, Window? maxPool, in Tensor input, in Tensor output)
    {
        PreparedConvolution last = _plan.Prepare(chain[^1].Id, () => new PreparedConvolution());
        if (last.Chain is not null)
            return;
        var stages = new List<ChainStage>();
        int inputs = input.Channels;
        for (int i = 0; i < chain.Length; i++)
        {
            Convolution op = chain[i];
            MapSize made = i < between.Length ? between[i] : new MapSize(output.Channels, output.Height, output.Width);
            Extent size = (made.Height, made.Width);
            PreparedConvolution prepared = _plan.Prepare(op.Id, () => new PreparedConvolution());
            prepared.Forward = AlgorithmChoice.MakeForRows(Shape(ForwardKernel(op, inputs, made.Channels), op.Window, backward: false, size));
            stages.Add(new ConvolutionStage(prepared.Forward, op, made.Channels, size));
            inputs = made.Channels;
        }

        if (maxPool is { } window)
            stages.Add(new MaxPoolStage(window, between[^1].Height, output));
        last.Chain = new ConvolutionChain(_plan, [.. stages], input, output);
    }

    private KernelTensor ForwardKernel(in Convolution op, int inputs, int outputs)
    {
        var shape = new KernelShape(op.Groups, inputs / op.Groups, outputs / op.Groups, op.Window.Kernel);
        return new KernelTensor(
            _plan, op.Weight, _plan.Fold(op.Bias, op.Affine, outputs), shape, summedFirst: false, foldsSecondAxis: false, hasBias: true);
    }

    private ConvolutionAlgorithm Choose(KernelTensor kernel, in Window window, bool backward, in Tensor output) =>
        AlgorithmChoice.Make(Shape(kernel, window, backward, (output.Height, output.Width)), _plan.UseWinograd);

    private static ConvolutionShape Shape(KernelTensor kernel, in Window window, bool backward, Extent output)
    {
        AxisPhase[] rows = Phases(window.Kernel.Height, window.Stride.Height, window.Pad.Top, window.Dilation.Height);
        AxisPhase[] columns = Phases(window.Kernel.Width, window.Stride.Width, window.Pad.Left, window.Dilation.Width);
        return new ConvolutionShape(kernel, rows, columns, output);

        AxisPhase[] Phases(int taps, int stride, int pad, int dilation) =>
            backward ? AxisPhase.Backward(taps, stride, pad, dilation) : AxisPhase.Forward(taps, stride, pad, dilation);
    }
}
