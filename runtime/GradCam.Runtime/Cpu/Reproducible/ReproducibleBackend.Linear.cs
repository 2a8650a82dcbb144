namespace GradCam.Cpu.Reproducible;

internal readonly unsafe partial struct ReproducibleBackend
{
    public void Linear(in Linear op, in Tensor input, in Tensor output)
    {
        LinearJob.Run(_team, Prepared<ReproducibleLinear>(op.Id), At(input), At(output));
        ClearHalo(output);
        ActivationPass.Apply(_team, _arena, op.Activation, output);
    }

    public void LinearBackward(in Linear op, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        ReproducibleLinear layer = Prepared<ReproducibleLinear>(op.Id);
        LinearBackwardJob.Run(_team, layer.Matrix, At(outputGradient), layer.Outputs, layer.Inputs, At(inputGradient), accumulate);
        EndGradient(inputGradient, accumulate, gate);
    }

    public void LinearBackwardRow(in Linear op, int @class, float seed, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        ReproducibleLinear layer = Prepared<ReproducibleLinear>(op.Id);
        ArgumentOutOfRangeException.ThrowIfNegative(@class);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(@class, layer.Outputs);
        LinearBackwardJob.Run(_team, layer.Matrix + (nint)@class * layer.Inputs, &seed, 1, layer.Inputs, At(inputGradient), accumulate);
        EndGradient(inputGradient, accumulate, gate);
    }

    public void LinearBackwardSums(in Linear op, in Tensor outputGradient, in Tensor sums)
    {
        LinearBackwardJob.Run(
            _team, Prepared<ReproducibleLinear>(op.Id).ColumnSums, At(outputGradient), outputGradient.Channels, sums.Channels, At(sums), accumulate: false);
        ClearHalo(sums);
    }
}
