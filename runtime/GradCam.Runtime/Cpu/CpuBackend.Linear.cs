using GradCam.Cpu.FullyConnected;
using GradCam.Cpu.Memory;
using GradCam.Cpu.Pointwise;
using GradCam.Cpu.Threading;
using GradCam.Weights;

namespace GradCam.Cpu;

internal unsafe partial struct CpuBackend
{
    /// <summary>Weights below which other threads are not asked for help: about 20 microseconds.</summary>
    private const long SmallMatrix = 100_000;

    public readonly void Linear(in Linear op, in Tensor input, in Tensor output)
    {
        PreparedLinear prepared = Prepared<PreparedLinear>(op.Id);
        HaloMemory.Clear(At(output), output);
        switch (prepared.Type)
        {
            case WeightType.F16:
                Run<Float16>(prepared, At(input), At(output));
                break;
            case WeightType.BF16:
                Run<BrainFloat16>(prepared, At(input), At(output));
                break;
            default:
                Run<Float32>(prepared, At(input), At(output));
                break;
        }

        ActivationKernel.Apply(op.Activation, At(output), At(output), prepared.Outputs);
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

    public readonly void LinearBackwardSums(in Linear op, in Tensor outputGradient, in Tensor sums)
    {
        HaloMemory.Clear(At(sums), sums);
        var job = new LinearBackwardJob<Float32>
        {
            Weights = Prepared<PreparedLinear>(op.Id).ColumnSums!.Pointer,
            Factors = At(outputGradient),
            Rows = outputGradient.Channels,
            Columns = sums.Channels,
            Output = At(sums),
        };
        Run((long)job.Rows * job.Columns, job.Pieces, job);
    }

    private readonly void Run<TFormat>(PreparedLinear prepared, float* input, float* output)
        where TFormat : unmanaged, IWeightFormat
    {
        var job = new LinearJob<TFormat>
        {
            Weights = prepared.Weights,
            Bias = prepared.Bias,
            Input = input,
            Output = output,
            Inputs = prepared.Inputs,
            Outputs = prepared.Outputs,
        };
        Run((long)job.Inputs * job.Outputs, job.Pieces, job);
    }

    private readonly void AddRows(PreparedLinear prepared, int first, float* factors, int rows, in Tensor inputGradient, bool accumulate, in Gate gate)
    {
        if (!accumulate)
            HaloMemory.Clear(At(inputGradient), inputGradient);
        switch (prepared.Type)
        {
            case WeightType.F16:
                AddRows<Float16>(prepared, first, factors, rows, inputGradient, accumulate, gate);
                break;
            case WeightType.BF16:
                AddRows<BrainFloat16>(prepared, first, factors, rows, inputGradient, accumulate, gate);
                break;
            default:
                AddRows<Float32>(prepared, first, factors, rows, inputGradient, accumulate, gate);
                break;
        }
    }

    private readonly void AddRows<TFormat>(
        PreparedLinear prepared, int first, float* factors, int rows, in Tensor inputGradient, bool accumulate, in Gate gate)
        where TFormat : unmanaged, IWeightFormat
    {
        var job = new LinearBackwardJob<TFormat>
        {
            Weights = (byte*)prepared.Weights + (nint)first * prepared.Inputs * TFormat.Size,
            Factors = factors,
            Rows = rows,
            Columns = prepared.Inputs,
            Output = At(inputGradient),
            Accumulate = accumulate,
            GateActivation = gate.Activation,
            Gate = _context.AtOrNull(gate.Output),
        };
        Run((long)rows * prepared.Inputs, job.Pieces, job);
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
