using GradCam.Gpu.Kernels;
using GradCam.Gpu.Kernels.Convolution;
using GradCam.Gpu.Planning;
using ILGPU;

namespace GradCam.Gpu;

/// <content>Convolutions.</content>
internal readonly partial struct GpuBackend
{
    public void Convolution(in Convolution op, in Tensor input, in Tensor output) => Convolution(op, input, residual: default, output);

    public void Convolution(in Convolution op, in Tensor input, in Tensor residual, in Tensor output) =>
        Convolve(plan.Get<PreparedConvolution>(op.Id).Forward!, input, residual, output, op.Activation, default);

    public void ConvolutionChain(
        ReadOnlySpan<Convolution> chain, ReadOnlySpan<MapSize> between, in Tensor input, in Tensor residual, in Tensor output)
    {
        Tensor last = Links(chain[..^1], chain[^1].Id, input);
        Convolution(chain[^1], last, residual, output);
    }

    public void ConvolutionChain(ReadOnlySpan<Convolution> chain, ReadOnlySpan<MapSize> between, in Window maxPool, in Tensor input, in Tensor output) =>
        MaxPool(maxPool, Links(chain, chain[^1].Id, input), output);

    public void ConvolutionBackward(in Convolution op, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        PackedConvolution backward = plan.Get<PreparedConvolution>(op.Id).Backward!;
        Convolve(backward, outputGradient, residual: default, inputGradient, default, new GradientArgs(accumulate, gate), gate.Output);
    }

    public void ConvolutionBackwardChannel(
        in Convolution op, int channel, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        var args = new ChannelGradientArgs
        {
            Samples = Samples,
            Output = new MapArgs(inputGradient),
            Input = new MapArgs(outputGradient),
            Window = WindowArgs.Of(op.Window, countsPadding: false),
            Gradient = new GradientArgs(accumulate, gate),
            Channel = channel,
        };
        ArrayView<float> weights = plan.Get<PreparedConvolution>(op.Id).Channels!.Value;
        Kernels.ChannelGradient(Stream, Each(inputGradient), Arena, weights, workspace.Classes, args);
    }

    public void TransposedConvolution(in TransposedConvolution op, in Tensor input, in Tensor output) =>
        Convolve(plan.Get<PreparedConvolution>(op.Id).Forward!, input, residual: default, output, op.Activation, default);

    public void TransposedConvolutionBackward(
        in TransposedConvolution op, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        PackedConvolution backward = plan.Get<PreparedConvolution>(op.Id).Backward!;
        Convolve(backward, outputGradient, residual: default, inputGradient, default, new GradientArgs(accumulate, gate), gate.Output);
    }

    /// <summary>Convolutions that read one another.</summary>
    /// <returns>What the last one has put out.</returns>
    private Tensor Links(ReadOnlySpan<Convolution> chain, int lastId, in Tensor input)
    {
        Tensor[] maps = plan.Between(lastId);
        for (int i = 0; i < chain.Length; i++)
            Convolution(chain[i], i == 0 ? input : maps[i - 1], maps[i]);
        return maps[chain.Length - 1];
    }

    private void Convolve(
        PackedConvolution packed, in Tensor input, in Tensor residual, in Tensor output, in Activation activation, in GradientArgs gradient,
        in Tensor gate = default)
    {
        ConvolutionTable table = packed.Table(plan, input, output);
        var args = new ConvolutionArgs
        {
            Samples = Samples,
            Output = new MapArgs(output),
            InputOffset = input.Offset,
            Phases = table.Pixels.Length,
            Groups = packed.Groups,
            GroupInputs = packed.GroupInputs,
            GroupOutputs = packed.GroupOutputs,
            WeightStride = packed.WeightStride,
            Summands = table.Weights.Summands,
            ReadsQuads = table.ReadsQuads && input.Offset % 4 == 0 ? 1 : 0,
            WritesQuads = packed.GroupOutputs % 4 == 0 && IsAligned(output) && IsAligned(residual) && IsAligned(gate) ? 1 : 0,
            Residual = new MapArgs(residual),
            HasResidual = residual.IsEmpty ? 0 : 1,
            Activation = new ActivationArgs(activation),
            Gradient = gradient,
        };
        if (table.Winograd is { } winograd)
        {
            Convolve(winograd, table.Weights, args, input, residual, output);
            return;
        }

        if (packed.IsDirect)
        {
            KernelConfig each = workspace.Device.Spread((long)output.Length * Samples.Count / table.Pixels.Length);
            var config = new KernelConfig(new Index3D(each.GridDim.X, table.Pixels.Length, 1), each.GroupDim);
            Kernels.DirectConvolution(Stream, config, Arena, table.Weights.View, table.View, args);
            return;
        }

        TileChoice choice = TileChoice.Make(workspace.Device, Kernels, plan.Precision, packed, table, Samples.Count);
        args.Splits = choice.Splits;
        args.SplitLength = choice.SplitLength;
        args.FoldLength = choice.FoldLength;
        var grid = new Index3D(choice.PixelTiles, choice.ChannelTiles, choice.Splits);
        choice.Kernel.Launch(
            Stream, new KernelConfig(grid, new Index3D(choice.Kernel.Threads, 1, 1)), Arena, table.Weights.View, table.View,
            workspace.Parts, workspace.Arrived, args);
    }

    private void Convolve(
        WinogradPlan winograd, PackedWeights weights, ConvolutionArgs convolution, in Tensor input, in Tensor residual, in Tensor output)
    {
        bool accumulates = convolution.Gradient.Accumulates != 0;
        convolution.Splits = winograd.Splits(workspace.Device, Samples.Count);
        convolution.HasResidual = 0;
        convolution.Gradient.Accumulates = 0;
        var args = new WinogradArgs
        {
            Convolution = convolution,
            InputOffset = input.Offset + winograd.FirstInput,
            InputRowStride = input.RowStride,
            InputPixelStride = input.PixelStride,
            Slices = winograd.Slices,
            Parts = winograd.Parts,
            PartSlices = winograd.PartSlices,
            Base = accumulates ? convolution.Output : convolution.Residual,
            HasBase = accumulates || !residual.IsEmpty ? 1 : 0,
            ClearsHalo = accumulates ? 0 : 1,
        };
        var grid = new Index3D(winograd.PixelGroups(Samples.Count), winograd.Blocks, convolution.Splits);
        Kernels.Winograd(
            Stream, new KernelConfig(grid, new Index3D(WinogradLayout.Threads, 1, 1)), Arena, weights.View, workspace.Parts, workspace.Arrived, args);
    }
}
