using GradCam.Gpu.Kernels;
using GradCam.Gpu.Planning;
using ILGPU;

namespace GradCam.Gpu;

/// <content>Normalisations.</content>
internal readonly partial struct GpuBackend
{
    public void Affine(in ChannelAffine op, in Tensor input, in Tensor output)
    {
        PreparedChannels prepared = plan.Get<PreparedChannels>(op.Id);
        Pointwise(PointwiseFormula.Affine, output, input, default, op.Activation, default, prepared.Values, prepared.Summands);
    }

    public void AffineBackward(in ChannelAffine op, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        PreparedChannels prepared = plan.Get<PreparedChannels>(op.Id);
        Pointwise(
            PointwiseFormula.Scale, inputGradient, outputGradient, default, default, new GradientArgs(accumulate, gate), prepared.Values, prepared.Summands);
    }

    public void LayerNorm(in LayerNorm op, in Tensor input, in Tensor output) => Normalize(op.Id, groups: 0, op.Epsilon, input, output);

    public void LayerNormBackward(
        in LayerNorm op, in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) =>
        NormalizeBackward(op.Id, groups: 0, op.Epsilon, input, outputGradient, inputGradient, new GradientArgs(accumulate, gate));

    public void GroupNorm(in GroupNorm op, in Tensor input, in Tensor output) => Normalize(op.Id, op.Groups, op.Epsilon, input, output);

    public void GroupNormBackward(
        in GroupNorm op, in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default) =>
        NormalizeBackward(op.Id, op.Groups, op.Epsilon, input, outputGradient, inputGradient, new GradientArgs(accumulate, gate));

    public void LocalResponseNorm(in LocalResponseNorm op, in Tensor input, in Tensor output) =>
        Kernels.LocalResponse(Stream, Each(output), Arena, Neighbourhood(op, Normalization(input, output)));

    public void LocalResponseNormBackward(
        in LocalResponseNorm op, in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        NormalizationArgs args = Neighbourhood(op, Normalization(input, inputGradient));
        args.OutputGradient = new MapArgs(outputGradient);
        args.Gradient = new GradientArgs(accumulate, gate);
        Kernels.LocalResponseGradient(Stream, Each(inputGradient), Arena, args);
    }

    public void Softmax(in Tensor input, in Tensor output) => Kernels.Softmax(Stream, Rows(output.Pixels), Arena, Normalization(input, output));

    public void SoftmaxBackward(in Tensor output, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        NormalizationArgs args = Normalization(output, inputGradient);
        args.OutputGradient = new MapArgs(outputGradient);
        args.Gradient = new GradientArgs(accumulate, gate);
        Kernels.SoftmaxGradient(Stream, Rows(inputGradient.Pixels), Arena, args);
    }

    private void Normalize(int id, int groups, double epsilon, in Tensor input, in Tensor output)
    {
        PreparedChannels prepared = plan.Get<PreparedChannels>(id);
        NormalizationArgs args = Normalization(input, output);
        args.Summands = prepared.Summands;
        args.Groups = groups;
        args.Epsilon = (float)epsilon;
        Kernels.Normalize(Stream, Rows(groups > 0 ? groups : output.Pixels), Arena, prepared.Values, args);
    }

    private void NormalizeBackward(
        int id, int groups, double epsilon, in Tensor input, in Tensor outputGradient, in Tensor inputGradient, in GradientArgs gradient)
    {
        PreparedChannels prepared = plan.Get<PreparedChannels>(id);
        NormalizationArgs args = Normalization(input, inputGradient);
        args.OutputGradient = new MapArgs(outputGradient);
        args.Summands = prepared.Summands;
        args.Groups = groups;
        args.Epsilon = (float)epsilon;
        args.Gradient = gradient;
        Kernels.NormalizeGradient(Stream, Rows(groups > 0 ? groups : inputGradient.Pixels), Arena, prepared.Values, args);
    }

    private NormalizationArgs Normalization(in Tensor input, in Tensor written) =>
        new() { Samples = Samples, Output = new MapArgs(written), Input = new MapArgs(input) };

    private static NormalizationArgs Neighbourhood(in LocalResponseNorm op, NormalizationArgs args)
    {
        (args.Size, args.Alpha, args.Beta, args.K) = (op.Size, op.Alpha, op.Beta, op.Bias);
        return args;
    }

    /// <summary>A launch of one team for each row of a sample.</summary>
    private KernelConfig Rows(int rows) => workspace.Device.SpreadRows((long)rows * Samples.Count);
}
