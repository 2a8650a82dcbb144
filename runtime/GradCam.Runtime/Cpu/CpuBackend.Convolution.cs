using GradCam.Cpu.Conv;
using GradCam.Cpu.Conv.Algorithm;
using GradCam.Cpu.Memory;
using GradCam.Cpu.Pointwise;

namespace GradCam.Cpu;

internal unsafe partial struct CpuBackend
{
    public readonly void Convolution(in Convolution op, in Tensor input, in Tensor output)
    {
        HaloMemory.Clear(At(output), output);
        Prepared<PreparedConvolution>(op.Id).Forward!.Run(_context, input, output, new Epilogue(op.Activation, default, default));
    }

    public readonly void Convolution(in Convolution op, in Tensor input, in Tensor residual, in Tensor output)
    {
        HaloMemory.Clear(At(output), output);
        Prepared<PreparedConvolution>(op.Id).Forward!.Run(_context, input, output, new Epilogue(op.Activation, residual, default));
    }

    public readonly void ConvolutionChain(
        ReadOnlySpan<Convolution> chain, ReadOnlySpan<MapSize> between, in Tensor input, in Tensor residual, in Tensor output)
    {
        HaloMemory.Clear(At(output), output);
        Prepared<PreparedConvolution>(chain[^1].Id).Chain!.Run(_context, input, residual, chain[^1].Activation, output);
    }

    public readonly void ConvolutionChain(
        ReadOnlySpan<Convolution> chain, ReadOnlySpan<MapSize> between, in Window maxPool, in Tensor input, in Tensor output) =>
        ConvolutionChain(chain, between, input, default(Tensor), output);

    public readonly void ConvolutionBackward(in Convolution op, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) =>
        RunBackward(op.Id, outputGradient, inputGradient, accumulate, gate);

    public readonly void ConvolutionBackwardChannel(
        in Convolution op, int channel, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        if (!accumulate)
            Clear(inputGradient);
        Prepared<PreparedConvolution>(op.Id).Channels!.Add(channel, _context, outputGradient, inputGradient);
        if (gate.Activation.Kind == ActivationKind.None)
            return;
        for (int pixel = 0; pixel < inputGradient.Pixels; pixel++)
        {
            (int y, int x) = Math.DivRem(pixel, inputGradient.Width);
            float* output = At(gate.Output) + (nint)y * gate.Output.RowStride + (nint)x * gate.Output.PixelStride;
            float* gradient = At(inputGradient) + (nint)y * inputGradient.RowStride + (nint)x * inputGradient.PixelStride;
            ActivationKernel.ApplyGate(gate.Activation, output, gradient, inputGradient.Channels);
        }
    }

    public readonly void TransposedConvolution(in TransposedConvolution op, in Tensor input, in Tensor output)
    {
        HaloMemory.Clear(At(output), output);
        Prepared<PreparedConvolution>(op.Id).Forward!.Run(_context, input, output, new Epilogue(op.Activation, default, default));
    }

    public readonly void TransposedConvolutionBackward(
        in TransposedConvolution op, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) =>
        RunBackward(op.Id, outputGradient, inputGradient, accumulate, gate);

    private readonly void RunBackward(int id, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate)
    {
        if (!accumulate)
            HaloMemory.Clear(At(inputGradient), inputGradient);
        Prepared<PreparedConvolution>(id).Backward!.Run(
            _context, outputGradient, inputGradient, new Epilogue(default, accumulate ? inputGradient : default, gate));
    }
}
