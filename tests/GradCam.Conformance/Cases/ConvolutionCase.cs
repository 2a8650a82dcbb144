using GradCam.Reference;

namespace GradCam.Conformance.Cases;

/// <summary>A convolution: dense, grouped or depthwise, with everything that may be folded into it.</summary>
public sealed class ConvolutionCase : OperationCase
{
    private readonly Convolution _op;
    private readonly Tensor _residual;
    private readonly int? _channel;

    /// <summary>A case.</summary>
    /// <param name="random">Its numbers.</param>
    /// <param name="singleChannel">Whether the gradient is that of one output channel alone.</param>
    /// <param name="threeByThree">Whether it is dense, 3x3 and of stride 1, where a backend may take Winograd's algorithm.</param>
    /// <param name="shape">Its shape; null to draw one.</param>
    public ConvolutionCase(CaseRandom random, bool singleChannel = false, bool threeByThree = false, ConvolutionShape? shape = null)
        : base(random)
    {
        shape ??= threeByThree ? ConvolutionShape.DrawThreeByThree(random) : ConvolutionShape.Draw(random);
        while (singleChannel && shape.Groups != 1)
            shape = ConvolutionShape.Draw(random);
        Window window = shape.Window;
        float scale = 1 / MathF.Sqrt((float)shape.Inputs / shape.Groups * window.Kernel.Height * window.Kernel.Width);
        int[] kernel = [shape.Outputs, shape.Inputs / shape.Groups, window.Kernel.Height, window.Kernel.Width];
        if (window.Kernel == 1 && random.Chance(0.3))
            kernel = kernel[..2];
        _op = new Convolution(
            random.Between(0, 3), window, shape.Groups, Weight(kernel, () => random.Normal() * scale), MaybeWeight(0.6, shape.Outputs),
            MaybeAffine(shape.Outputs, 0.5), random.FusedActivation());

        Input = Source(shape.Inputs, shape.Input, WindowReach.Gather(window, shape.Input, shape.Output));
        int residual = random.Smooth ? random.Between(0, 1) : random.Between(0, 3);
        _residual = residual is 1 or 2 ? Source(shape.Outputs, shape.Output) : default;
        Output = residual == 2 ? _residual : Target(shape.Outputs, shape.Output);
        _channel = singleChannel ? random.Between(0, shape.Outputs - 1) : null;
        OutputGradient = singleChannel ? Source(1, shape.Output) : Source(shape.Outputs, shape.Output, WindowReach.Scatter(window, shape.Output, shape.Input));
        AddInputGradient(Input);
    }

    public override double Tolerance => ConvolutionShape.Tolerance(_op.Window);

    public override double BackwardTolerance => Tolerance;

    /// <summary>The operation's number.</summary>
    public int Id => _op.Id;

    public override string Description => $"{_op} residual {(_residual.IsEmpty ? "none" : _residual == Output ? "in place" : "apart")}";

    public override void Forward<TBackend>(ref TBackend backend)
    {
        if (_residual.IsEmpty)
            backend.Convolution(_op, Input, Output);
        else
            backend.Convolution(_op, Input, _residual, Output);
    }

    public override void Backward<TBackend>(ref TBackend backend)
    {
        if (_channel is int channel)
            backend.ConvolutionBackwardChannel(_op, channel, OutputGradient, InputGradient, Accumulate, Gate);
        else
            backend.ConvolutionBackward(_op, OutputGradient, InputGradient, Accumulate, Gate);
    }

    public override double[] LossGradient(ReferenceWorkspace workspace)
    {
        double[] gradient = workspace.Load(OutputGradient);
        if (_channel is not int channel)
            return gradient;
        double[] all = new double[Output.Length];
        for (int pixel = 0; pixel < Output.Pixels; pixel++)
            all[pixel * Output.Channels + channel] = gradient[pixel];
        return all;
    }
}
