using GradCam.Cpu.FullyConnected;
using GradCam.Cpu.Memory;

namespace GradCam.Cpu;

internal unsafe partial struct CpuBackend
{
    /// <summary>Weights below which other threads are not asked for help: about 20 microseconds.</summary>
    private const long SmallMatrix = 100_000;

    public readonly void Linear(in Linear op, in Tensor input, in Tensor output)
    {
        PreparedLinear prepared = Prepared<PreparedLinear>(op.Id);
        HaloMemory.Clear(At(output), output);
        var job = new LinearJob
        {
            Weights = prepared.Weights,
            Bias = prepared.Bias,
            Input = At(input),
            Output = At(output),
            Inputs = prepared.Inputs,
            Outputs = prepared.Outputs,
        };
        if ((long)job.Inputs * job.Outputs < SmallMatrix)
        {
            for (int i = 0; i < job.Pieces; i++)
                job.Run(i, 0);
        }
        else
        {
            _team.For(job.Pieces, job);
        }

        ActivationKernel.Apply(op.Activation, job.Output, job.Output, prepared.Outputs);
    }

    public readonly void LinearBackward(in Linear op, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        PreparedLinear prepared = Prepared<PreparedLinear>(op.Id);
        AddRows(prepared.Weights, At(outputGradient), prepared.Outputs, prepared.Inputs, inputGradient, accumulate, gate);
    }

    public readonly void LinearBackwardRow(in Linear op, int @class, float seed, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        PreparedLinear prepared = Prepared<PreparedLinear>(op.Id);
        ArgumentOutOfRangeException.ThrowIfNegative(@class);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(@class, prepared.Outputs);
        AddRows(prepared.Weights + (nint)@class * prepared.Inputs, &seed, 1, prepared.Inputs, inputGradient, accumulate, gate);
    }

    private readonly void AddRows(float* weights, float* factors, int rows, int columns, in Tensor inputGradient, bool accumulate, in Gate gate)
    {
        if (!accumulate)
            HaloMemory.Clear(At(inputGradient), inputGradient);
        var job = new LinearBackwardJob
        {
            Weights = weights,
            Factors = factors,
            Rows = rows,
            Columns = columns,
            Output = At(inputGradient),
            Accumulate = accumulate,
            GateActivation = gate.Activation,
            Gate = _context.AtOrNull(gate.Output),
        };
        if ((long)rows * columns < SmallMatrix)
        {
            for (int i = 0; i < job.Pieces; i++)
                job.Run(i, 0);
        }
        else
        {
            _team.For(job.Pieces, job);
        }
    }
}
