using GradCam.Cpu.Normalization;

namespace GradCam.Cpu;

internal readonly partial struct CpuPlanner
{
    public void ParametricRelu(in ParametricRelu op, in Tensor input, in Tensor output) => ChannelParameters.Prepare(_plan, op, input.Channels);

    public void ParametricReluBackward(
        in ParametricRelu op, in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) =>
        ChannelParameters.Prepare(_plan, op, input.Channels);
}
