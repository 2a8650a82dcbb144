using GradCam.Cpu.Conv;

namespace GradCam.Cpu;

internal readonly partial struct CpuPlanner
{
    public void Convolution(in Convolution op, in Tensor input, in Tensor output)
    {
        PreparedConvolution prepared = _plan.Prepare(op.Id, () => new PreparedConvolution());
        if (prepared.Forward is null)
        {
            Extent taps = op.Window.Kernel;
            var fold = FoldedAffine.Read(_plan, op.Bias, op.Affine, output.Channels);
            var kernel = new KernelTensor(
                fold.FoldInto(_plan.ReadTransient(op.Weight), output.Channels), op.Groups, input.Channels / op.Groups, output.Channels / op.Groups, taps,
                summedFirst: false, fold.ToBias());
            prepared.Forward = Choose(kernel, op.Window, backward: false, output);
        }

        prepared.Forward.Prepare(_plan, input, output);
    }

    public void Convolution(in Convolution op, in Tensor input, in Tensor residual, in Tensor output) => Convolution(op, input, output);

    public void ConvolutionBackward(in Convolution op, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        PreparedConvolution prepared = _plan.Prepare(op.Id, () => new PreparedConvolution());
        if (prepared.Backward is null)
        {
            var fold = FoldedAffine.Read(_plan, op.Bias, op.Affine, outputGradient.Channels);
            var kernel = new KernelTensor(
                fold.FoldInto(_plan.ReadTransient(op.Weight), outputGradient.Channels), op.Groups, outputGradient.Channels / op.Groups,
                inputGradient.Channels / op.Groups, op.Window.Kernel, summedFirst: true, bias: null);
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
        int outputs = _plan.ShapeOf(op.Weight)[0];
        var fold = FoldedAffine.Read(_plan, op.Bias, op.Affine, outputs);
        prepared.Channels = new ChannelRows(fold.FoldInto(_plan.ReadTransient(op.Weight), outputs), outputs, op.Window);
    }

    public void TransposedConvolution(in TransposedConvolution op, in Tensor input, in Tensor output)
    {
        PreparedConvolution prepared = _plan.Prepare(op.Id, () => new PreparedConvolution());
        if (prepared.Forward is null)
        {
            var fold = FoldedAffine.Read(_plan, op.Bias, op.Affine, output.Channels);
            var kernel = new KernelTensor(
                fold.FoldIntoSecondAxis(_plan.ReadTransient(op.Weight), op.Groups, input.Channels / op.Groups, output.Channels / op.Groups), op.Groups,
                input.Channels / op.Groups, output.Channels / op.Groups, op.Window.Kernel, summedFirst: true, fold.ToBias());
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
            int inputs = inputGradient.Channels / op.Groups;
            int outputs = outputGradient.Channels / op.Groups;
            var fold = FoldedAffine.Read(_plan, op.Bias, op.Affine, outputGradient.Channels);
            var kernel = new KernelTensor(
                fold.FoldIntoSecondAxis(_plan.ReadTransient(op.Weight), op.Groups, inputs, outputs), op.Groups, outputs, inputs, op.Window.Kernel,
                summedFirst: false, bias: null);
            prepared.Backward = Choose(kernel, op.Window, backward: false, inputGradient);
        }

        prepared.Backward.Prepare(_plan, outputGradient, inputGradient);
    }

    private ConvolutionAlgorithm Choose(KernelTensor kernel, in Window window, bool backward, in Tensor output)
    {
        AxisPhase[] rows = Phases(window.Kernel.Height, window.Stride.Height, window.Pad.Top, window.Dilation.Height);
        AxisPhase[] columns = Phases(window.Kernel.Width, window.Stride.Width, window.Pad.Left, window.Dilation.Width);
        return AlgorithmChoice.Make(new ConvolutionShape(kernel, rows, columns, (output.Height, output.Width)), _plan.Options);

        AxisPhase[] Phases(int taps, int stride, int pad, int dilation) =>
            backward ? AxisPhase.Backward(taps, stride, pad, dilation) : AxisPhase.Forward(taps, stride, pad, dilation);
    }
}
