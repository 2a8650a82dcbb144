using GradCam.Cpu.Pointwise;
using GradCam.Cpu.Pooling;

namespace GradCam.Cpu.Reproducible;

internal readonly unsafe partial struct ReproducibleBackend
{
    public void MaxPool(in Window window, in Tensor input, in Tensor output) =>
        MaxPool(PoolAxis.Rows(window, input, output), PoolAxis.Columns(window, input, output), input, output);

    public void MaxPoolBackward(
        in Window window, in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) =>
        MaxPoolBackward(
            PoolAxis.Rows(window, input, outputGradient), PoolAxis.Columns(window, input, outputGradient), input, outputGradient, inputGradient, accumulate,
            gate);

    public void AveragePool(in AveragePool op, in Tensor input, in Tensor output) =>
        AveragePool(
            PoolAxis.Rows(op.Window, input, output, op.CountPadding), PoolAxis.Columns(op.Window, input, output, op.CountPadding), input, output);

    public void AveragePoolBackward(in AveragePool op, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) =>
        AveragePoolBackward(
            PoolAxis.Rows(op.Window, inputGradient, outputGradient, op.CountPadding),
            PoolAxis.Columns(op.Window, inputGradient, outputGradient, op.CountPadding), outputGradient, inputGradient, accumulate, gate);

    public void AdaptiveAveragePool(in Tensor input, in Tensor output) =>
        AveragePool(PoolAxis.Adaptive(input.Height, output.Height), PoolAxis.Adaptive(input.Width, output.Width), input, output);

    public void AdaptiveAveragePoolBackward(in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) =>
        AveragePoolBackward(
            PoolAxis.Adaptive(inputGradient.Height, outputGradient.Height), PoolAxis.Adaptive(inputGradient.Width, outputGradient.Width), outputGradient,
            inputGradient, accumulate, gate);

    public void AdaptiveMaxPool(in Tensor input, in Tensor output) =>
        MaxPool(PoolAxis.Adaptive(input.Height, output.Height), PoolAxis.Adaptive(input.Width, output.Width), input, output);

    public void AdaptiveMaxPoolBackward(in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) =>
        MaxPoolBackward(
            PoolAxis.Adaptive(input.Height, outputGradient.Height), PoolAxis.Adaptive(input.Width, outputGradient.Width), input, outputGradient,
            inputGradient, accumulate, gate);

    private void MaxPool(PoolAxis rows, PoolAxis columns, in Tensor input, in Tensor output)
    {
        var work = new MaxPoolWork(new MapView(_arena, input), new MapView(_arena, output), rows, columns, input.Channels);
        PixelJob<MaxPoolWork>.Run(_team, work, output.Height, output.Width, (long)input.Channels * rows.At(0).Count * columns.At(0).Count);
        ClearHalo(output);
    }

    private void MaxPoolBackward(
        PoolAxis rows, PoolAxis columns, in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate)
    {
        if (!accumulate)
            Clear(inputGradient);
        var work = new MaxPoolGradient(
            new MapView(_arena, input), new MapView(_arena, outputGradient), new MapView(_arena, inputGradient),
            (outputGradient.Height, outputGradient.Width), rows, columns);
        ChannelJob<MaxPoolGradient>.Run(_team, work, input.Channels);
        ActivationPass.ApplyGate(_team, _arena, gate, inputGradient);
    }

    private void AveragePool(PoolAxis rows, PoolAxis columns, in Tensor input, in Tensor output)
    {
        var work = new AveragePoolWork(new MapView(_arena, input), new MapView(_arena, output), rows, columns, input.Channels);
        PixelJob<AveragePoolWork>.Run(_team, work, output.Height, output.Width, (long)input.Channels * rows.At(0).Count * columns.At(0).Count);
        ClearHalo(output);
    }

    private void AveragePoolBackward(
        PoolAxis rows, PoolAxis columns, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate)
    {
        var work = new AveragePoolGradient(
            new MapView(_arena, outputGradient), new MapView(_arena, inputGradient), rows, columns, inputGradient.Channels, accumulate);
        PixelJob<AveragePoolGradient>.Run(_team, work, inputGradient.Height, inputGradient.Width, inputGradient.Channels);
        EndGradient(inputGradient, accumulate, gate);
    }
}
