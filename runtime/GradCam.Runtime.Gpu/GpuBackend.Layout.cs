using GradCam.Gpu.Kernels;

namespace GradCam.Gpu;

/// <content>Operations that move elements.</content>
internal readonly partial struct GpuBackend
{
    public void Flatten(in Tensor input, in Tensor output) => Layout(LayoutFormula.Flatten, input, output, default);

    public void FlattenBackward(in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) =>
        Layout(LayoutFormula.FlattenGradient, outputGradient, inputGradient, new GradientArgs(accumulate, gate));

    public void ChannelShuffle(int groups, in Tensor input, in Tensor output) => Layout(LayoutFormula.Shuffle, input, output, default, groups);

    public void ChannelShuffleBackward(int groups, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) =>
        Layout(LayoutFormula.ShuffleGradient, outputGradient, inputGradient, new GradientArgs(accumulate, gate), groups);

    public void Pad(in Edges edges, bool reflect, in Tensor input, in Tensor output) =>
        Layout(reflect ? LayoutFormula.Reflect : LayoutFormula.Pad, input, output, default, 1, edges.Top, edges.Left);

    public void PadBackward(in Edges edges, bool reflect, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        LayoutFormula formula = reflect ? LayoutFormula.ReflectGradient : LayoutFormula.PadGradient;
        Layout(formula, outputGradient, inputGradient, new GradientArgs(accumulate, gate), 1, edges.Top, edges.Left);
    }

    public void Upsample(Interpolation interpolation, in Tensor input, in Tensor output)
    {
        var args = new UpsampleArgs { Samples = Samples, Output = new MapArgs(output), Input = new MapArgs(input), Interpolation = (int)interpolation };
        Kernels.Upsample(Stream, Each(output), Arena, args);
    }

    public void UpsampleBackward(Interpolation interpolation, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        var args = new UpsampleArgs
        {
            Samples = Samples,
            Output = new MapArgs(inputGradient),
            Input = new MapArgs(outputGradient),
            Interpolation = (int)interpolation,
            Gradient = new GradientArgs(accumulate, gate),
        };
        Kernels.UpsampleGradient(Stream, Each(inputGradient), Arena, args);
    }

    private void Layout(
        LayoutFormula formula, in Tensor input, in Tensor output, in GradientArgs gradient, int groups = 1, int top = 0, int left = 0)
    {
        var args = new LayoutArgs
        {
            Samples = Samples,
            Output = new MapArgs(output),
            Input = new MapArgs(input),
            Formula = (int)formula,
            Groups = groups,
            Top = top,
            Left = left,
            Gradient = gradient,
        };
        Kernels.Layout(Stream, Each(output), Arena, args);
    }
}
