namespace GradCam.Gen.Model;

/// <summary>What a layer computes. Its parameters only: operands, shapes and weights are the <see cref="Layer"/>'s.</summary>
internal abstract record Operation
{
    /// <summary>The name in the spec language.</summary>
    public abstract string Name { get; }
}

/// <summary>The network's input.</summary>
internal sealed record InputOperation : Operation
{
    public override string Name => "input";
}

internal sealed record ConvolutionOperation(Window Window, int Groups) : Operation
{
    public override string Name => "conv";
}

internal sealed record TransposedConvolutionOperation(Window Window, int Groups) : Operation
{
    public override string Name => "convtranspose";
}

/// <summary>A fully connected layer on a vector.</summary>
internal sealed record LinearOperation : Operation
{
    public override string Name => "linear";
}

/// <summary>A per-channel affine: batchnorm, scale or shift, which one says <see cref="Name"/>. The numbers are in <see cref="Layer.Affine"/>.</summary>
internal sealed record AffineOperation(string Kind) : Operation
{
    public override string Name => Kind;
}

internal sealed record LayerNormOperation(double Epsilon) : Operation
{
    public override string Name => "layernorm";
}

internal sealed record ParametricReluOperation : Operation
{
    public override string Name => "prelu";
}

/// <summary>A nonlinearity of its own; one that was fused is in <see cref="Layer.Activation"/>.</summary>
internal sealed record ActivationOperation(Activation Activation) : Operation
{
    public override string Name => Activation.Name;
}

internal sealed record MaxPoolOperation(Window Window) : Operation
{
    public override string Name => "maxpool";
}

internal sealed record AveragePoolOperation(Window Window, bool CountPadding) : Operation
{
    public override string Name => "avgpool";
}

/// <summary>Pooling to the size of the layer's output; global where that is 1x1.</summary>
internal sealed record AdaptivePoolOperation(bool Maximum) : Operation
{
    public override string Name => Maximum ? "maxpool" : "avgpool";
}

internal sealed record FlattenOperation : Operation
{
    public override string Name => "flatten";
}

internal sealed record SoftmaxOperation : Operation
{
    public override string Name => "softmax";
}

internal sealed record AddOperation : Operation
{
    public override string Name => "add";
}

internal sealed record MultiplyOperation : Operation
{
    public override string Name => "mul";
}

internal sealed record ConcatOperation : Operation
{
    public override string Name => "concat";
}

internal sealed record SliceOperation(int Start) : Operation
{
    public override string Name => "slice";
}

internal sealed record ShuffleOperation(int Groups) : Operation
{
    public override string Name => "shuffle";
}

internal sealed record LocalResponseNormOperation(int Size, double Alpha, double Beta, double K) : Operation
{
    public override string Name => "lrn";
}

internal sealed record PadOperation(Edges Edges, bool Reflect) : Operation
{
    public override string Name => "pad";
}

/// <summary>Resizing to the layer's output size.</summary>
internal sealed record UpsampleOperation(string Interpolation) : Operation
{
    public override string Name => "upsample";
}

/// <summary>A nonlinearity: its name in the language, its kind in the runtime, its parameters.</summary>
/// <param name="Name">As in the spec.</param>
/// <param name="Kind">A member of the runtime's ActivationKind.</param>
/// <param name="Alpha">First parameter.</param>
/// <param name="Beta">Second parameter.</param>
internal sealed record Activation(string Name, string Kind, double Alpha = 0, double Beta = 0)
{
    /// <summary>Same as the runtime's property: the derivative follows from the output, so the activation may run in place.</summary>
    public bool GradientFromOutput => Kind switch
    {
        "Relu" or "Clip" or "Sigmoid" or "Tanh" or "Selu" => true,
        "LeakyRelu" or "Elu" => Alpha >= 0,
        "HardSigmoid" => Alpha > 0,
        _ => false,
    };
}
