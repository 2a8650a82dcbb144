using GradCam.Cpu.FullyConnected;
using GradCam.Cpu.Memory;
using GradCam.Cpu.Threading;

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
        long weights = (long)job.Inputs * job.Outputs;
        if (prepared.IsHalf)
        {
            var half = new HalfLinearJob
            {
                Weights = prepared.HalfWeights,
                Type = prepared.Type,
                Scratch = _context.Scratch,
                ScratchLength = _context.ScratchLength,
                Layer = job,
            };
            Run(weights, job.Pieces, half);
        }
        else
        {
            Run(weights, job.Pieces, job);
        }

        ActivationKernel.Apply(op.Activation, job.Output, job.Output, prepared.Outputs);
    }

    public readonly void LinearBackward(in Linear op, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        PreparedLinear prepared = Prepared<PreparedLinear>(op.Id);
        AddRows(prepared, 0, At(outputGradient), prepared.Outputs, inputGradient, accumulate, gate);
    }

    public readonly void LinearBackwardRow(in Linear op, int @class, float seed, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        PreparedLinear prepared = Prepared<PreparedLinear>(op.Id);
        ArgumentOutOfRangeException.ThrowIfNegative(@class);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(@class, prepared.Outputs);
        AddRows(prepared, @class, &seed, 1, inputGradient, accumulate, gate);
    }

    private readonly void AddRows(PreparedLinear prepared, int first, float* factors, int rows, in Tensor inputGradient, bool accumulate, in Gate gate)
    {
        if (!accumulate)
            HaloMemory.Clear(At(inputGradient), inputGradient);
        var job = new LinearBackwardJob
        {
            Weights = prepared.IsHalf ? null : prepared.Weights + (nint)first * prepared.Inputs,
            Factors = factors,
            Rows = rows,
            Columns = prepared.Inputs,
            Output = At(inputGradient),
            Accumulate = accumulate,
            GateActivation = gate.Activation,
            Gate = _context.AtOrNull(gate.Output),
        };
        long weights = (long)rows * prepared.Inputs;
        if (prepared.IsHalf)
        {
            ushort* half = prepared.HalfWeights + (nint)first * prepared.Inputs;
            Run(weights, job.Pieces, new HalfLinearBackwardJob { Weights = half, Type = prepared.Type, Layer = job });
        }
        else
        {
            Run(weights, job.Pieces, job);
        }
    }

    private readonly void Run<TJob>(long weights, int pieces, in TJob job)
        where TJob : unmanaged, IParallelJob
    {
        if (weights >= SmallMatrix)
        {
            _team.For(pieces, job);
            return;
        }

        for (int i = 0; i < pieces; i++)
            job.Run(i, 0);
    }
}
