namespace GradCam.Cpu.Reproducible;

internal readonly unsafe partial struct ReproducibleBackend
{
    public void Convolution(in Convolution op, in Tensor input, in Tensor output) => Convolution(op, input, default, output);

    public void Convolution(in Convolution op, in Tensor input, in Tensor residual, in Tensor output) =>
        RunForward(op.Id, op.Activation, input, residual, output);

    public void ConvolutionChain(
        ReadOnlySpan<Convolution> chain, ReadOnlySpan<MapSize> between, in Tensor input, in Tensor residual, in Tensor output)
    {
        Tensor read = RunChain(chain[..^1], between, input, chain[^1].Window, (output.Height, output.Width), isPool: false);
        Convolution(chain[^1], read, residual, output);
    }

    public void ConvolutionChain(
        ReadOnlySpan<Convolution> chain, ReadOnlySpan<MapSize> between, in Window maxPool, in Tensor input, in Tensor output)
    {
        Tensor read = RunChain(chain, between, input, maxPool, (output.Height, output.Width), isPool: true);
        MaxPool(maxPool, read, output);
    }

    public void ConvolutionBackward(in Convolution op, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) =>
        RunBackward(Prepared<ReproducibleConvolution>(op.Id).Backward!, outputGradient, inputGradient, accumulate, gate);

    public void ConvolutionBackwardChannel(
        in Convolution op, int channel, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        if (!accumulate)
            Clear(inputGradient);
        Prepared<ReproducibleConvolution>(op.Id).Channels!.Add(_arena, channel, op.Window, outputGradient, inputGradient);
        ActivationPass.ApplyGate(_team, _arena, gate, inputGradient);
    }

    public void TransposedConvolution(in TransposedConvolution op, in Tensor input, in Tensor output) =>
        RunForward(op.Id, op.Activation, input, default, output);

    public void TransposedConvolutionBackward(
        in TransposedConvolution op, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) =>
        RunBackward(Prepared<ReproducibleConvolution>(op.Id).Backward!, outputGradient, inputGradient, accumulate, gate);

    private void RunForward(int id, in Activation activation, in Tensor input, in Tensor residual, in Tensor output)
    {
        ConvolutionJob.Run(_team, _arena, Prepared<ReproducibleConvolution>(id).Forward!, input, residual, output);
        ClearHalo(output);
        ActivationPass.Apply(_team, _arena, activation, output);
    }

    private void RunBackward(PackedKernel kernel, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate)
    {
        ConvolutionJob.Run(_team, _arena, kernel, outputGradient, accumulate ? inputGradient : default, inputGradient);
        EndGradient(inputGradient, accumulate, gate);
    }

    /// <summary>Runs convolutions, each on the map of the one before. Returns the last one's, which is in scratch memory.</summary>
    private Tensor RunChain(
        ReadOnlySpan<Convolution> chain, ReadOnlySpan<MapSize> between, in Tensor input, in Window reader, Extent output, bool isPool)
    {
        Tensor read = input;
        int offset = checked((int)(_scratch - _arena));
        for (int i = 0; i < chain.Length; i++)
        {
            bool isLast = i == chain.Length - 1;
            Tensor map = isLast
                ? ChainMaps.Place(offset, between[i], reader, output, isPool)
                : ChainMaps.Place(offset, between[i], chain[i + 1].Window, (between[i + 1].Height, between[i + 1].Width), isPool: false);
            Convolution(chain[i], read, map);
            offset = checked(offset + ChainMaps.Length(map));
            read = map;
        }

        return read;
    }
}
