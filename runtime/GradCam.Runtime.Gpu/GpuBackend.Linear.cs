using GradCam.Gpu.Kernels;
using GradCam.Gpu.Planning;
using ILGPU;

namespace GradCam.Gpu;

/// <content>Linear layers.</content>
internal readonly partial struct GpuBackend
{
    public void Linear(in Linear op, in Tensor input, in Tensor output)
    {
        PreparedLinear prepared = plan.Get<PreparedLinear>(op.Id);
        LinearArgs args = Vectors(prepared, input, output, default);
        args.Activation = new ActivationArgs(op.Activation);
        Kernels.Linear(Stream, workspace.Device.SpreadRows(prepared.Rows), Arena, prepared.Values, args);
    }

    public void LinearBackward(in Linear op, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) =>
        Transposed(plan.Get<PreparedLinear>(op.Id), outputGradient, inputGradient, new GradientArgs(accumulate, gate));

    public void LinearBackwardRow(in Linear op, int @class, float seed, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        PreparedLinear prepared = plan.Get<PreparedLinear>(op.Id);
        var args = new ClassArgs
        {
            Samples = Samples,
            Output = new MapArgs(inputGradient),
            Gradient = new GradientArgs(accumulate, gate),
            Class = @class,
            Seed = seed,
            RowLength = prepared.RowLength,
        };
        Kernels.ClassRow(Stream, Each(inputGradient), Arena, prepared.Values, workspace.Classes, args);
    }

    public void LinearBackwardSums(in Linear op, in Tensor outputGradient, in Tensor sums) =>
        Transposed(plan.Get<PreparedLinear>(op.Id).ColumnSums!, outputGradient, sums, default);

    private void Transposed(PreparedLinear prepared, in Tensor outputGradient, in Tensor inputGradient, in GradientArgs gradient)
    {
        int lanes = workspace.Device.Lanes;
        int columns = (inputGradient.Channels + lanes - 1) / lanes;
        int samples = (Samples.Count + LinearKernel.Vectors - 1) / LinearKernel.Vectors;
        var config = new KernelConfig(new Index3D(columns, samples, 1), new Index3D(workspace.Device.GroupSize, 1, 1));
        Kernels.LinearBackward(Stream, config, Arena, prepared.Values, Vectors(prepared, outputGradient, inputGradient, gradient));
    }

    private LinearArgs Vectors(PreparedLinear prepared, in Tensor input, in Tensor output, in GradientArgs gradient) => new()
    {
        Samples = Samples,
        Output = new MapArgs(output),
        Input = new MapArgs(input),
        Rows = prepared.Rows,
        RowLength = prepared.RowLength,
        Summands = prepared.Summands,
        IsAligned = input.Offset % 4 == 0 ? 1 : 0,
        Lanes = workspace.Device.Lanes,
        Gradient = gradient,
    };
}
