using GradCam.Cpu.Packing;
using GradCam.Planning;

namespace GradCam.Cpu;

internal readonly partial struct CpuPlanner
{
    public void ParametricRelu(in ParametricRelu op, in Tensor input, in Tensor output) => Prepare(op, input.Channels);

    public void ParametricReluBackward(
        in ParametricRelu op, in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) =>
        Prepare(op, input.Channels);

    private void Prepare(ParametricRelu op, int channels)
    {
        CpuPlan plan = _plan;
        Prepare(op.Id, channels, () => new FoldedAffine(FoldedAffine.ReadChannels(plan.Weights, op.Slope, channels, absent: 0), new double[channels]));
    }
}
