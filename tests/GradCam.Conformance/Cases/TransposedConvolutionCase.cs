using GradCam.Reference;

namespace GradCam.Conformance.Cases;

/// <summary>A transposed convolution, with output padding where the stride leaves room for it.</summary>
internal sealed class TransposedConvolutionCase : OperationCase
{
    private readonly TransposedConvolution _op;

    public TransposedConvolutionCase(CaseRandom random)
        : base(random)
    {
        // The map that the convolution of this window reads is the one that the transposed convolution writes.
        ConvolutionShape shape = ConvolutionShape.Draw(random);
        Window window = shape.Window;
        float scale = 1 / MathF.Sqrt((float)shape.Outputs / shape.Groups * window.Kernel.Height * window.Kernel.Width);
        _op = new TransposedConvolution(
            random.Between(0, 3), window, shape.Groups,
            Weight([shape.Outputs, shape.Inputs / shape.Groups, window.Kernel.Height, window.Kernel.Width], () => random.Normal() * scale),
            MaybeWeight(0.6, shape.Inputs), MaybeAffine(shape.Inputs, 0.4), random.FusedActivation());
        Input = Source(shape.Outputs, shape.Output, WindowReach.Scatter(window, shape.Output, shape.Input));
        Output = Target(shape.Inputs, shape.Input);
        OutputGradient = Source(shape.Inputs, shape.Input, WindowReach.Gather(window, shape.Input, shape.Output));
        AddInputGradient(Input);
    }

    public override double Tolerance => ConvolutionShape.Tolerance(_op.Window);

    public override double BackwardTolerance => Tolerance;

    public override string Description => $"{_op}";

    public override void Forward<TBackend>(ref TBackend backend) => backend.TransposedConvolution(_op, Input, Output);

    public override void Backward<TBackend>(ref TBackend backend) =>
        backend.TransposedConvolutionBackward(_op, OutputGradient, InputGradient, Accumulate, Gate);
}
