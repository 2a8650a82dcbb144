namespace GradCam.Gen.Build.Onnx;

/// <summary>A feature map of the network: channels x height x width. A vector is C x 1 x 1.</summary>
internal sealed class NetValue(int channels, int height, int width)
{
    public int Channels { get; } = channels;

    public int Height { get; } = height;

    public int Width { get; } = width;

    public bool IsVector => Height == 1 && Width == 1;

    /// <summary>The name in the spec; set by <see cref="NameValues"/>.</summary>
    public string Name { get; set; } = "";

    public int Size(char axis) => axis switch
    {
        'C' => Channels,
        'H' => Height,
        _ => Width,
    };

    public override string ToString() => $"{Channels}x{Height}x{Width}";
}

/// <summary>A tensor for the weight file: its key is the statement's name and <see cref="Suffix"/>.</summary>
/// <param name="Suffix">".weight", ".bias" …; empty for a parameter.</param>
/// <param name="Shape">The shape in the weight file.</param>
/// <param name="Tensor">The elements, in that shape's order.</param>
internal sealed record NetWeight(string Suffix, int[] Shape, OnnxTensor Tensor);

/// <summary>Pixels that an operation adds at the edges.</summary>
internal readonly record struct NetEdges(int Top, int Left, int Bottom, int Right)
{
    public bool IsEmpty => (Top | Left | Bottom | Right) == 0;

    public override string ToString() =>
        Top == Left && Left == Bottom && Bottom == Right ? Text(Top)
        : Top == Bottom && Left == Right && Top >= 0 && Left >= 0 ? $"{Text(Top)}x{Text(Left)}"
        : $"{Text(Top)} {Text(Left)} {Text(Bottom)} {Text(Right)}";

    /// <summary>A minus behind a number would be a subtraction.</summary>
    private static string Text(int edge) => edge < 0 ? $"({NumberText.Format(edge)})" : NumberText.Format(edge);
}

/// <summary>One statement of the spec to be.</summary>
internal sealed class NetStatement
{
    public required string Operation { get; init; }

    /// <summary>The arguments' text before the padding.</summary>
    public required string Arguments { get; init; }

    /// <summary>The arguments' text behind the padding.</summary>
    public string Options { get; init; } = "";

    public NetEdges Pad { get; set; }

    /// <summary>Reflection instead of zeros, in a <c>pad</c>.</summary>
    public bool Reflect { get; init; }

    public required List<NetValue> Inputs { get; init; }

    public required NetValue Output { get; init; }

    public List<NetWeight> Weights { get; init; } = [];

    /// <summary>The name of the tensor in the file.</summary>
    public required string TensorName { get; set; }

    /// <summary>The weight's name in the file without its suffix, where the file has one: the name that a state_dict gives the layer.</summary>
    public string? WeightName { get; set; }

    /// <summary>The node's name in the file.</summary>
    public string NodeName { get; init; } = "";
}

/// <summary>An output of the file after the lowering.</summary>
/// <param name="Name">What the file calls it.</param>
/// <param name="Value">Its value, or null.</param>
/// <param name="View">How the file looks at the value, or null.</param>
/// <param name="Failure">Why there is no value, or null.</param>
internal sealed record LoweredOutput(string Name, NetValue? Value, TensorView? View, OnnxImportException? Failure);

/// <summary>The network as statements in the order in which they run.</summary>
internal sealed class NetProgram
{
    /// <summary>How the file looks at the input.</summary>
    public required TensorView InputView { get; init; }

    public NetValue Input => InputView.Value;

    public List<NetStatement> Statements { get; } = [];

    public List<NetValue> Outputs { get; } = [];

    /// <summary>What the file calls each of the outputs.</summary>
    public List<string> OutputNames { get; } = [];

    /// <summary>Values that stay although no output needs them: what the rest of the file, which could not be imported, is computed from.</summary>
    public HashSet<NetValue> Kept { get; } = [];

    /// <summary>How many outputs the file has.</summary>
    public int FileOutputs { get; set; }

    /// <summary>How the file looks at each of the outputs.</summary>
    public List<TensorView> OutputViews { get; } = [];

    /// <summary>What the user should know, for comments at the spec's top.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>For each value, how many times it is read, outputs included.</summary>
    public Dictionary<NetValue, int> CountUses()
    {
        var uses = new Dictionary<NetValue, int>();
        foreach (NetValue value in Statements.SelectMany(statement => statement.Inputs).Concat(Outputs).Concat(Kept))
            uses[value] = uses.TryGetValue(value, out int count) ? count + 1 : 1;
        return uses;
    }
}
