using GradCam.Cpu.FullyConnected;
using GradCam.Cpu.Packing;

namespace GradCam.Cpu;

internal readonly partial struct CpuPlanner
{
    public void Linear(in Linear op, in Tensor input, in Tensor output) => PrepareLinear(op);

    public void LinearBackward(in Linear op, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) => PrepareLinear(op);

    public void LinearBackwardRow(in Linear op, int @class, float seed, in Tensor inputGradient, bool accumulate, in Gate gate = default) => PrepareLinear(op);

    public void LinearBackwardSums(in Linear op, in Tensor outputGradient, in Tensor sums)
    {
        PreparedLinear prepared = PrepareLinear(op);
        prepared.ColumnSums ??= ColumnSums.Add(_plan, op, sums.Channels);
    }

    private PreparedLinear PrepareLinear(Linear op)
    {
        CpuPlan plan = _plan;
        return plan.Prepare(op.Id, () => new PreparedLinear(plan, op));
    }
}
