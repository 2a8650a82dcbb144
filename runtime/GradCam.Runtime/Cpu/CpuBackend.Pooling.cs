using GradCam.Cpu.Pooling;

namespace GradCam.Cpu;

internal unsafe partial struct CpuBackend
{
    public readonly void MaxPool(in Window window, in Tensor input, in Tensor output) =>
        MaxPoolKernel.Run(_team, _arena, PoolAxis.Rows(window, input, output), PoolAxis.Columns(window, input, output), input, output);

    public readonly void MaxPoolBackward(
        in Window window, in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) =>
        MaxPoolBackwardKernel.Run(
            _team, _arena, PoolAxis.Rows(window, input, outputGradient), PoolAxis.Columns(window, input, outputGradient),
            input, outputGradient, inputGradient, accumulate, gate);

    public readonly void AveragePool(in AveragePool op, in Tensor input, in Tensor output) =>
        AveragePoolKernel.Run(
            _team, _arena, PoolAxis.Rows(op.Window, input, output, op.CountPadding), PoolAxis.Columns(op.Window, input, output, op.CountPadding),
            input, output);

    public readonly void AveragePoolBackward(in AveragePool op, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) =>
        AveragePoolBackwardKernel.Run(
            _team, _arena, PoolAxis.Rows(op.Window, inputGradient, outputGradient, op.CountPadding),
            PoolAxis.Columns(op.Window, inputGradient, outputGradient, op.CountPadding), outputGradient, inputGradient, accumulate, gate);

    public readonly void AdaptiveAveragePool(in Tensor input, in Tensor output)
    {
        if (output.Pixels == 1)
        {
            AveragePoolKernel.RunGlobal(_context, input, output);
        }
        else
        {
            AveragePoolKernel.Run(
                _team, _arena, PoolAxis.Adaptive(input.Height, output.Height), PoolAxis.Adaptive(input.Width, output.Width), input, output);
        }
    }

    public readonly void AdaptiveAveragePoolBackward(in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) =>
        AveragePoolBackwardKernel.Run(
            _team, _arena, PoolAxis.Adaptive(inputGradient.Height, outputGradient.Height), PoolAxis.Adaptive(inputGradient.Width, outputGradient.Width),
            outputGradient, inputGradient, accumulate, gate);

    public readonly void AdaptiveMaxPool(in Tensor input, in Tensor output) =>
        MaxPoolKernel.Run(_team, _arena, PoolAxis.Adaptive(input.Height, output.Height), PoolAxis.Adaptive(input.Width, output.Width), input, output);

    public readonly void AdaptiveMaxPoolBackward(in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) =>
        MaxPoolBackwardKernel.Run(
            _team, _arena, PoolAxis.Adaptive(input.Height, outputGradient.Height), PoolAxis.Adaptive(input.Width, outputGradient.Width),
            input, outputGradient, inputGradient, accumulate, gate);
}
