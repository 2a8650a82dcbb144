using GradCam.Gen.Model;

namespace GradCam.Gen.Operations;

/// <summary>
/// What a layer computes, with its parameters; operands, shapes and weights are the <see cref="Layer"/>'s. Passes, emitters and exporters ask here for all that
/// they need to know of an operation. What would make a network wrong if it were forgotten is abstract; the traits below it allow something, and an operation
/// that is silent about one goes without. The words that make an operation, with arguments and rules, head its file.
/// </summary>
internal abstract record Operation
{
    /// <summary>The name in the language.</summary>
    public abstract string Name { get; }

    /// <summary>Its parameters in generated code; null where a call needs none.</summary>
    public abstract ParameterList? Parameters(LayerCode code);

    /// <summary>The calls that compute the layer.</summary>
    public abstract IReadOnlyList<string> Forward(LayerCode code);

    /// <summary>The values of the forward pass that its gradient reads: they are kept.</summary>
    public abstract GradientReads GradientReads { get; }

    /// <summary>The call that computes the gradient of an operand from the layer's.</summary>
    public abstract string Backward(GradientCode code);

    /// <summary>What it reads beyond its input's map, and what its gradient reads beyond the map of the output's gradient.</summary>
    public abstract (Edges Input, Edges OutputGradient) Halos(Extent input, Extent output);

    /// <summary>Multiply-accumulates of a forward pass.</summary>
    public abstract long MultiplyAccumulates(Shape input, Shape output);

    /// <summary>Appends the layer to an ONNX graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="name">The name of its tensor, which no other has.</param>
    public abstract OnnxValue Export(IOnnxGraph graph, Layer layer, string name);

    /// <summary>What it is, for the comments of generated code.</summary>
    public virtual string Describe(Shape output) => Name;

    /// <summary>What it is, for a table of layers.</summary>
    public virtual string Title => Name;

    /// <summary>Where its output lies.</summary>
    public virtual Placement Placement => Placement.OwnBuffer;

    /// <summary>Of an output that lies in an operand, the operand's channel where it begins.</summary>
    public virtual int FirstChannel => 0;

    /// <summary>True where it may overwrite an operand of its output's shape.</summary>
    public virtual bool RunsInPlace => false;

    /// <summary>What its kernel does on the way, where a layer behind it would do that alone.</summary>
    public virtual Fusions Takes => Fusions.None;

    /// <summary>How its operands get their gradients.</summary>
    public virtual GradientFlow Flow => GradientFlow.Computed;

    /// <summary>True where a channel of the output depends on the same channel of the input alone, and the gradient runs on one channel as on all.</summary>
    public virtual bool KeepsChannelsApart => false;

    /// <summary>How the sums over the pixels of the input's gradient follow from those of the output's.</summary>
    public virtual GradientSums Sums(Extent input, Extent output) => GradientSums.Unknown;

    /// <summary>True where every value of the output is one of the input's values.</summary>
    public virtual bool PicksValues => false;

    /// <summary>True where it changes nothing from vector to vector.</summary>
    public virtual bool IsIdentityOnVectors => false;

    /// <summary>True for what takes rows and columns away by pooling.</summary>
    public virtual bool IsPool => false;

    /// <summary>The axis of its weight that counts the output's channels; null where it keeps its input's number.</summary>
    public virtual int? OutputAxis => null;
}

/// <summary>What of the forward pass a gradient reads.</summary>
internal enum GradientReads
{
    Nothing,
    Inputs,
    Output,
}

/// <summary>Where a layer's output lies.</summary>
internal enum Placement
{
    OwnBuffer,

    /// <summary>Whoever makes the operands writes them where the output lies, one behind the other: a concatenation.</summary>
    AroundOperands,

    /// <summary>Some of the operand's channels, where they are: a slice.</summary>
    InOperand,

    /// <summary>The caller writes it: the network's input.</summary>
    Given,
}

/// <summary>What an operation's kernel may do with its output before that is written.</summary>
[Flags]
internal enum Fusions
{
    None = 0,
    Affine = 1,
    Residual = 2,
    Activation = 4,
}

/// <summary>How the gradient goes from a layer to its operands.</summary>
internal enum GradientFlow
{
    /// <summary>By <see cref="Operation.Backward"/>.</summary>
    Computed,

    /// <summary>By <see cref="Operation.Backward"/>, which may overwrite the output's gradient.</summary>
    ComputedInPlace,

    /// <summary>Each operand has the layer's gradient: a sum.</summary>
    Passed,

    /// <summary>Each operand has its channels of the layer's gradient: a concatenation.</summary>
    Split,

    /// <summary>The layer's gradient is added to some channels of the operand's: a slice.</summary>
    Added,
}

/// <summary>What the sums over the pixels of an output's gradient say of those of the input's.</summary>
internal enum GradientSums
{
    /// <summary>Nothing.</summary>
    Unknown,

    /// <summary>They are the same.</summary>
    Same,

    /// <summary>The gradient of one pixel, applied to the sums, makes them.</summary>
    Computed,
}
