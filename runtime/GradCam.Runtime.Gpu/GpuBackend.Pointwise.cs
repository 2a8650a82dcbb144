using GradCam.Gpu.Kernels;
using GradCam.Gpu.Planning;

namespace GradCam.Gpu;

/// <content>Activations, sums and products.</content>
internal readonly partial struct GpuBackend
{
    public void Activate(in Activation activation, in Tensor input, in Tensor output) =>
        Pointwise(PointwiseFormula.Copy, output, input, default, activation, default);

    public void ActivationBackward(in Activation activation, in Tensor saved, in Tensor outputGradient, in Tensor inputGradient, bool accumulate)
    {
        PointwiseFormula formula = activation.GradientFromOutput ? PointwiseFormula.GradientFromOutput : PointwiseFormula.GradientFromInput;
        Pointwise(formula, inputGradient, outputGradient, saved, activation, new GradientArgs(accumulate, default));
    }

    public void ParametricRelu(in ParametricRelu op, in Tensor input, in Tensor output)
    {
        PreparedChannels prepared = plan.Get<PreparedChannels>(op.Id);
        Pointwise(PointwiseFormula.ParametricRelu, output, input, default, default, default, prepared.Values, prepared.Summands);
    }

    public void ParametricReluBackward(
        in ParametricRelu op, in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        PreparedChannels prepared = plan.Get<PreparedChannels>(op.Id);
        Pointwise(
            PointwiseFormula.ParametricReluGradient, inputGradient, outputGradient, input, default, new GradientArgs(accumulate, gate), prepared.Values,
            prepared.Summands);
    }

    public void Add(in Tensor a, in Tensor b, in Activation activation, in Tensor output) =>
        Pointwise(PointwiseFormula.Add, output, a, b, activation, default);

    public void Multiply(in Tensor a, in Tensor b, in Activation activation, in Tensor output) =>
        Pointwise(PointwiseFormula.Multiply, output, a, b, activation, default);

    public void MultiplyBackward(in Tensor other, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        var gradient = new GradientArgs(accumulate, gate);
        if (IsPixel(inputGradient) && !IsPixel(outputGradient))
            SumPixels(outputGradient, other, inputGradient, scale: 1, gradient);
        else
            Pointwise(PointwiseFormula.Multiply, inputGradient, outputGradient, other, default, gradient);
    }
}
