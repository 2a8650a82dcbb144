using GradCam.Gen.Operations;
using GradCam.Gen.Syntax;

namespace GradCam.Gen.Model;

/// <summary>A network as the passes hand it on: layers in the order in which they run, each naming the layers whose outputs it takes.</summary>
internal sealed record Network
{
    public required string Name { get; init; }

    public required ImageSyntax? Image { get; init; }

    /// <summary>In running order; the first are the inputs. A pass that merges two layers keeps the later one's <see cref="Layer.Id"/>.</summary>
    public required IReadOnlyList<Layer> Layers { get; init; }

    /// <summary>The first is the one that is explained; the others follow in the spec's order.</summary>
    public required IReadOnlyList<Output> Outputs { get; init; }

    /// <summary>The layers to explain at, in the order of the attributes.</summary>
    public required IReadOnlyList<Target> Targets { get; init; }

    /// <summary>Ids of the values that have a name: every label's full path, and "input".</summary>
    public required IReadOnlyDictionary<string, int> Labels { get; init; }

    /// <summary>The weight tensors that layers read, in order; <see cref="WeightBinding.Index"/> points here.</summary>
    public IReadOnlyList<TensorEntry> Weights { get; init; } = [];

    public int LogitsId => Outputs[0].Id;

    /// <summary>Whether the first output is a vector of logits, one a class. A map is explained for regions of its channels.</summary>
    public bool HasClasses => Layers.First(layer => layer.Id == LogitsId).Shape.IsVector;

    /// <summary>True where photos fit the input and nobody said how they become it.</summary>
    public bool GuessesPreprocessing => Image is null && Input.Shape is { IsVector: false, Channels: 1 or 3 };

    /// <summary>The first input.</summary>
    public Layer Input => Layers[0];

    /// <summary>All inputs, which come before the other layers.</summary>
    public IEnumerable<Layer> Inputs => Layers.TakeWhile(layer => layer.IsInput);

    public Dictionary<int, Layer> ById() => Layers.ToDictionary(layer => layer.Id);

    /// <summary>For every id the layers that read it, in running order; a layer that reads it twice is there twice.</summary>
    public ILookup<int, Layer> Consumers() =>
        Layers.SelectMany(layer => layer.Operands.Select(id => (id, layer))).ToLookup(pair => pair.id, pair => pair.layer);

    /// <summary>The values that depend on a value, without itself: what runs behind it.</summary>
    public HashSet<int> DependentsOf(int id)
    {
        var found = new HashSet<int>();
        foreach (Layer layer in Layers)
            if (layer.Operands.Any(operand => operand == id || found.Contains(operand)))
                found.Add(layer.Id);
        return found;
    }

    /// <summary>The values that must exist as such: those to explain at, and the outputs.</summary>
    public HashSet<int> Pinned() => [.. Targets.Select(target => target.Id), .. Outputs.Select(output => output.Id)];
}

/// <summary>A named output.</summary>
/// <param name="Name">Its name in the spec.</param>
/// <param name="Id">Its value: the logits where a head was taken off.</param>
/// <param name="Head">What was taken off.</param>
internal sealed record Output(string Name, int Id, OutputHead Head = OutputHead.None);

/// <summary>What makes an output's logits probabilities; names as in the runtime's enum.</summary>
internal enum OutputHead
{
    None,
    Softmax,
    Sigmoid,
}

/// <summary>A layer to explain at.</summary>
/// <param name="Name">Its label.</param>
/// <param name="Id">Its value.</param>
/// <param name="Suffix">Whether the layers behind it can run alone.</param>
internal sealed record Target(string Name, int Id, bool Suffix = false);

/// <summary>One layer, and what passes merged into it: output = activation(affine(operation(inputs)) + residual).</summary>
internal sealed record Layer
{
    /// <summary>The number of its output value; unique, and kept through all passes.</summary>
    public required int Id { get; init; }

    /// <summary>Full name: its label, or the operation's name in the scope around it.</summary>
    public required string Name { get; init; }

    public required Operation Operation { get; init; }

    public required IReadOnlyList<int> Inputs { get; init; }

    public required Shape Shape { get; init; }

    public required TextRange Range { get; init; }

    /// <summary>The statement of the network that uses the block in which it stands; null outside of blocks.</summary>
    public TextRange? Use { get; init; }

    /// <summary>Where its number of channels is said: the arguments of blocks' uses that it comes from, the outermost first, and the statement.</summary>
    public required EquatableArray<TextRange> ChannelsFrom { get; init; }

    /// <summary>The weights it needs; bound to the weight file by BindWeights.</summary>
    public IReadOnlyList<WeightBinding> Weights { get; init; } = [];

    /// <summary>A per-channel affine on the operation's output: its own (batchnorm, scale, shift) or folded in.</summary>
    public Affine? Affine { get; init; }

    /// <summary>A value added before the activation, or null.</summary>
    public int? Residual { get; init; }

    /// <summary>An activation applied last, or null.</summary>
    public Activation? Activation { get; init; }

    /// <summary>What was merged in, for comments: "bn1 folded", "relu fused".</summary>
    public IReadOnlyList<string> Merged { get; init; } = [];

    /// <summary>Every value it reads.</summary>
    public IEnumerable<int> Operands => Residual is int residual ? Inputs.Concat([residual]) : Inputs;

    public int Input => Inputs[0];

    public bool IsInput => Operation is InputOperation;

    /// <summary>Index of the weight of that role, or null.</summary>
    public int? Weight(string role) => Weights.FirstOrDefault(weight => weight.Role == role)?.Index;
}

/// <summary>A weight tensor that a layer needs.</summary>
/// <param name="Role">weight, bias, running_mean, running_var.</param>
/// <param name="Key">Its name in the weight file.</param>
/// <param name="Shapes">The shapes it may have; the first is the usual one.</param>
/// <param name="Index">Its place in <see cref="Network.Weights"/>; -1 until bound.</param>
internal sealed record WeightBinding(string Role, string Key, IReadOnlyList<EquatableArray<int>> Shapes, int Index = -1);

/// <summary>A per-channel affine: a batch norm, then a scale, then a shift, each where present.</summary>
internal sealed record Affine
{
    public IReadOnlyList<WeightBinding>? BatchNorm { get; init; }

    public double Epsilon { get; init; }

    public WeightBinding? Scale { get; init; }

    public WeightBinding? Shift { get; init; }

    /// <summary>This one, then <paramref name="next"/>, as one; null where the order batch norm, scale, shift does not allow it.</summary>
    public Affine? Then(Affine next)
    {
        int last = Shift is not null ? 3 : Scale is not null ? 2 : BatchNorm is not null ? 1 : 0;
        int first = next.BatchNorm is not null ? 1 : next.Scale is not null ? 2 : 3;
        if (first <= last)
            return null;
        return new Affine
        {
            BatchNorm = BatchNorm ?? next.BatchNorm,
            Epsilon = BatchNorm is null ? next.Epsilon : Epsilon,
            Scale = Scale ?? next.Scale,
            Shift = Shift ?? next.Shift,
        };
    }

    public IEnumerable<WeightBinding> Weights => (BatchNorm ?? []).Concat(new[] { Scale, Shift }.Where(weight => weight is not null).Select(weight => weight!));

    public Affine Bind(Func<WeightBinding, WeightBinding> bind) => this with
    {
        BatchNorm = BatchNorm?.Select(bind).ToList(),
        Scale = Scale is null ? null : bind(Scale),
        Shift = Shift is null ? null : bind(Shift),
    };
}
