using GradCam.Gpu.Kernels;

namespace GradCam.Gpu;

/// <content>Pooling.</content>
internal readonly partial struct GpuBackend
{
    public void MaxPool(in Window window, in Tensor input, in Tensor output) => MaxPool(WindowArgs.Of(window, countsPadding: false), input, output);

    public void MaxPoolBackward(
        in Window window, in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        PoolingArgs args = Pool(WindowArgs.Of(window, countsPadding: false), input, inputGradient, outputGradient, new GradientArgs(accumulate, gate));
        Kernels.MaxPoolGradient(Stream, Each(inputGradient), Arena, args);
    }

    public void AveragePool(in AveragePool op, in Tensor input, in Tensor output) =>
        Kernels.AveragePool(Stream, Each(output), Arena, Pool(WindowArgs.Of(op.Window, op.CountPadding), input, output, default, default));

    public void AveragePoolBackward(in AveragePool op, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        PoolingArgs args = Pool(
            WindowArgs.Of(op.Window, op.CountPadding), inputGradient, inputGradient, outputGradient, new GradientArgs(accumulate, gate));
        Kernels.AveragePoolGradient(Stream, Each(inputGradient), Arena, args);
    }

    public void AdaptiveAveragePool(in Tensor input, in Tensor output)
    {
        if (IsPixel(output))
            SumPixels(input, default, output, 1f / input.Pixels, default);
        else
            Kernels.AveragePool(Stream, Each(output), Arena, Pool(WindowArgs.Bins, input, output, default, default));
    }

    public void AdaptiveAveragePoolBackward(in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        PoolingArgs args = Pool(WindowArgs.Bins, inputGradient, inputGradient, outputGradient, new GradientArgs(accumulate, gate));
        Kernels.AveragePoolGradient(Stream, Each(inputGradient), Arena, args);
    }

    public void AdaptiveMaxPool(in Tensor input, in Tensor output) => MaxPool(WindowArgs.Bins, input, output);

    public void AdaptiveMaxPoolBackward(in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        PoolingArgs args = Pool(WindowArgs.Bins, input, inputGradient, outputGradient, new GradientArgs(accumulate, gate));
        Kernels.MaxPoolGradient(Stream, Each(inputGradient), Arena, args);
    }

    private void MaxPool(in WindowArgs window, in Tensor input, in Tensor output)
    {
        PoolingArgs args = Pool(window, input, output, default, default);
        bool takesQuads = output.Channels % 4 == 0 && IsAligned(input) && IsAligned(output);
        (args.TakesQuads, args.Elements) = takesQuads ? (1, MapArgs.Quarters(output)) : (0, args.Output);
        Kernels.MaxPool(Stream, workspace.Device.Spread((long)output.Length / (takesQuads ? 4 : 1) * Samples.Count), Arena, args);
    }

    private PoolingArgs Pool(in WindowArgs window, in Tensor input, in Tensor written, in Tensor outputGradient, in GradientArgs gradient) => new()
    {
        Samples = Samples,
        Output = new MapArgs(written),
        Input = new MapArgs(input),
        OutputGradient = new MapArgs(outputGradient),
        Window = window,
        Gradient = gradient,
    };
}
