namespace GradCam.Cpu;

internal readonly partial struct CpuPlanner
{
    public void Linear(in Linear op, in Tensor input, in Tensor output)
    {
        throw new NotSupportedException();
    }

    public void LinearBackward(in Linear op, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        throw new NotSupportedException();
    }

    public void LinearBackwardRow(in Linear op, int @class, float seed, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        throw new NotSupportedException();
    }
}
