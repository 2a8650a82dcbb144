using GradCam.Cpu.Pooling;

namespace GradCam.Cpu;

internal readonly partial struct CpuPlanner
{
    public void AdaptiveAveragePool(in Tensor input, in Tensor output)
    {
        if (output.Pixels == 1)
            _plan.RequireScratch(AveragePoolKernel.GlobalScratch(input));
    }
}
