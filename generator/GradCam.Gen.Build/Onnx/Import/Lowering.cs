namespace GradCam.Gen.Build.Onnx;

/// <summary>
/// Walks the graph once and turns it into statements. Every tensor is either a constant or a <see cref="TensorView"/> of a map, so shapes are known as it
/// goes, and what a graph computes from them (Shape, Gather, Concat …) is folded on the way.
/// </summary>
internal sealed class Lowering
{
    /// <summary>The largest map that the generator takes.</summary>
    public const int MaximumElements = int.MaxValue / 8;

    /// <summary>What a statement costs with its shapes, on its way through the passes and as a line of the spec.</summary>
    private const int StatementSize = 3072;

    private readonly Dictionary<string, TensorView> _views = new(StringComparer.Ordinal);
    private readonly Dictionary<string, OnnxImportException> _failures = new(StringComparer.Ordinal);
    private readonly Dictionary<NetValue, NetStatement> _producers = [];
    private readonly ConstantFolder _folder;

    private readonly bool _anyArrangement;

    /// <param name="graph">The graph.</param>
    /// <param name="program">Where the statements go.</param>
    /// <param name="anyArrangement">Takes outputs in any arrangement, as they are: for tests of the operators that rearrange.</param>
    public Lowering(WorkGraph graph, NetProgram program, bool anyArrangement)
    {
        _anyArrangement = anyArrangement;
        Graph = graph;
        Program = program;
        _folder = new ConstantFolder(graph.Budget);
    }

    public WorkGraph Graph { get; }

    public NetProgram Program { get; }

    public int Opset => Graph.Opset;

    public ImportBudget Budget => Graph.Budget;

    public ConstantFolder Folder => _folder;

    /// <summary>
    /// Lowers all nodes. Of one that cannot be lowered, and of all that depend on it, the reason is kept: other outputs may do without it.
    /// </summary>
    public void Run(string inputName, TensorView input)
    {
        _views[inputName] = input;
        foreach (OnnxNode node in Graph.Nodes)
        {
            if (node.Inputs.FirstOrDefault(_failures.ContainsKey) is string broken)
            {
                Fail(node, _failures[broken]);
                continue;
            }
            try
            {
                Lower(node);
            }
            catch (OnnxImportException exception)
            {
                Fail(node, exception.Node is null ? Graph.Error(node, exception.Message) : exception);
            }
            catch (OverflowException)
            {
                Fail(node, Graph.Error(node, "a size overflows"));
            }
        }
    }

    /// <summary>What became of an output: its value and how the file looks at it, or why there is none.</summary>
    public LoweredOutput Output(string name)
    {
        try
        {
            NetValue value = Output(name, out TensorView view);
            return new LoweredOutput(name, value, value == view.Value ? view : TensorView.Map(value), null);
        }
        catch (OnnxImportException exception)
        {
            if (_views.TryGetValue(name, out TensorView? view))
                Program.Kept.Add(view.Value);
            return new LoweredOutput(name, null, null, exception);
        }
    }

    public bool IsConstant(string tensor) => Graph.Constants.ContainsKey(tensor);

    /// <summary>An input that must be computed at run time.</summary>
    public TensorView View(OnnxNode node, int index)
    {
        string name = node.Input(index);
        if (_views.TryGetValue(name, out TensorView? view))
            return view;
        throw new OnnxImportException(
            name.Length == 0 ? $"input {index} is missing" : $"input {index} ('{name}') is a constant; the network's input does not reach it");
    }

    /// <summary>An input that must be a constant.</summary>
    /// <param name="node">The node.</param>
    /// <param name="index">Which input.</param>
    /// <param name="what">What it is, for the message.</param>
    public OnnxTensor Constant(OnnxNode node, int index, string what)
    {
        string name = node.Input(index);
        if (name.Length == 0)
            throw new OnnxImportException($"its {what} is missing");
        return Graph.Constant(name)
            ?? throw new OnnxImportException($"its {what} ('{name}') is computed from the network's input; only constants are supported");
    }

    /// <summary>An optional constant input.</summary>
    public OnnxTensor? OptionalConstant(OnnxNode node, int index, string what) => node.Input(index).Length == 0 ? null : Constant(node, index, what);

    public void Set(OnnxNode node, TensorView view) => Set(node, 0, view);

    public void Set(OnnxNode node, int output, TensorView view)
    {
        if (output < node.Outputs.Count && node.Outputs[output].Length > 0)
            _views[node.Outputs[output]] = view;
    }

    /// <summary>Fails for outputs that are not computed here (a mask, indices), where somebody reads them.</summary>
    public void NoFurtherOutputs(OnnxNode node, int allowed = 1)
    {
        for (int i = allowed; i < node.Outputs.Count; i++)
        {
            if (node.Outputs[i].Length > 0 && Graph.Uses(node.Outputs[i]) > 0)
                _failures[node.Outputs[i]] = Graph.Error(node, $"its output {i} ('{node.Outputs[i]}') is used, which is not supported");
        }
    }

    /// <summary>Appends a statement and returns its result.</summary>
    public NetValue Emit(OnnxNode node, string operation, string arguments, NetValue input, NetValue output) =>
        Emit(node, operation, arguments, [input], output).Output;

    /// <summary>Appends a statement.</summary>
    public NetStatement Emit(
        OnnxNode node, string operation, string arguments, List<NetValue> inputs, NetValue output, NetEdges pad = default, bool reflect = false,
        string options = "")
    {
        if (output.Channels < 1 || output.Height < 1 || output.Width < 1 || (double)output.Channels * output.Height * output.Width > MaximumElements)
            throw new OnnxImportException($"its result would be {output}");
        var statement = new NetStatement
        {
            Operation = operation,
            Arguments = arguments,
            Options = options,
            Inputs = inputs,
            Output = output,
            Pad = pad,
            Reflect = reflect,
            TensorName = node.Outputs.Count > 0 ? node.Outputs[0] : "",
            NodeName = node.Name,
        };
        Budget.Charge(StatementSize, "statements");
        Program.Statements.Add(statement);
        _producers.Add(output, statement);
        return statement;
    }

    /// <summary>An input as a map: [1, C, H, W] in this order. A channel shuffle on the way becomes a statement.</summary>
    public NetValue Map(OnnxNode node, int index) => Map(node, View(node, index), $"input {index}");

    /// <summary>An input as a map; a line [1, C, L], as one-dimensional operators take it, is a map of one row.</summary>
    public NetValue MapOrLine(OnnxNode node, int index, out bool isLine)
    {
        TensorView view = View(node, index);
        isLine = view.Rank == 3;
        return Map(node, isLine ? view.Unsqueeze(2) : view, $"input {index}");
    }

    /// <summary>Sets a node's result to a map or, where it is one-dimensional, to a line.</summary>
    public void SetMapOrLine(OnnxNode node, NetValue value, bool isLine) => Set(node, isLine ? TensorView.Map(value).Remove([2]) : TensorView.Map(value));

    /// <summary>A view as a map.</summary>
    public NetValue Map(OnnxNode node, TensorView view, string what)
    {
        if (view.Rank != 4)
            throw new OnnxImportException($"{what} has shape {ShapeText.Format(view.Shape)}; only two-dimensional maps [1, C, H, W] are supported");
        view = Unshuffled(node, view);
        NetValue value = view.Value;
        if (view.Dimensions[0].Count == 0
            && view.SameFactors(1, TensorView.Whole(value, 'C'))
            && view.SameFactors(2, TensorView.Whole(value, 'H'))
            && view.SameFactors(3, TensorView.Whole(value, 'W')))
            return value;
        throw new OnnxImportException(
            $"{what}, of shape {ShapeText.Format(view.Shape)}, is a {value} map in another arrangement than [1, channels, rows, columns]");
    }

    /// <summary>
    /// Where a view's channels (g, n) are read as (n, g), in one dimension, emits the channel shuffle (Zhang et al. 2018) that this is; any other view is
    /// returned as it is.
    /// </summary>
    public TensorView Unshuffled(OnnxNode node, TensorView view)
    {
        for (int i = 0; i < view.Rank; i++)
        {
            if (view.Dimensions[i] is [{ Axis: 'C', Stride: 1 } first, { Axis: 'C' } second]
                && second.Stride == first.Size && first.Size * second.Size == view.Value.Channels)
            {
                NetValue value = view.Value;
                NetValue shuffled = Emit(node, "shuffle", NumberText.Format(second.Size), value, new NetValue(value.Channels, value.Height, value.Width));
                return view.Replace(i, shuffled, TensorView.Whole(shuffled, 'C'));
            }
        }
        return view;
    }

    /// <summary>
    /// A view whose factors all lie in one dimension, as a vector: emits a <c>flatten</c> where it is a map's. Null for other views, or for another order
    /// than C, H, W.
    /// </summary>
    public TensorView? Flattened(OnnxNode node, TensorView view)
    {
        int only = view.OnlyDimension();
        if (only < 0)
            return null;
        if (view.Value.IsVector)
            return view;
        NetValue map = view.Value;
        if (!view.SameFactors(only, [.. TensorView.Whole(map, 'C'), .. TensorView.Whole(map, 'H'), .. TensorView.Whole(map, 'W')]))
            return null;
        NetValue vector = Flatten(node, view.Value);
        return view.Replace(only, vector, TensorView.Whole(vector, 'C'));
    }

    /// <summary>Emits a <c>flatten</c>.</summary>
    public NetValue Flatten(OnnxNode node, NetValue value) =>
        Emit(node, "flatten", "", value, new NetValue(checked(value.Channels * value.Height * value.Width), 1, 1));

    /// <summary>A constant of the graph as a weight, in a shape of as many elements.</summary>
    public static NetWeight Weight(string suffix, int[] shape, OnnxTensor tensor) => new(suffix, shape, tensor);

    /// <summary>The name that a weight's initializer gives its layer: "layer1.0.conv1.weight" is of layer1.0.conv1.</summary>
    public static string? LayerName(params string[] initializers)
    {
        foreach (string name in initializers)
        {
            foreach (string suffix in WeightSuffixes)
            {
                if (name.Length > suffix.Length && name.EndsWith(suffix, StringComparison.Ordinal))
                    return name.Substring(0, name.Length - suffix.Length);
            }
        }
        return null;
    }

    private static readonly string[] WeightSuffixes = [".weight", ".bias"];

    private void Lower(OnnxNode node)
    {
        foreach (OnnxAttribute attribute in node.Attributes.Values)
        {
            if (attribute.Unsupported is not null)
                throw new OnnxImportException($"it has {attribute.Unsupported} as attribute, which is not supported");
        }
        foreach (string input in node.Inputs)
        {
            if (Graph.Unusable.TryGetValue(input, out string? reason))
                throw new OnnxImportException($"reads tensor '{input}', which {reason}");
            if (input.Length > 0 && !IsConstant(input) && !_views.ContainsKey(input))
                throw new OnnxImportException($"reads tensor '{input}', which is not computed");
        }
        if (FoldShape(node) || FoldConstant(node))
            return;
        if (!OperatorTable.TryGet(node.Domain, node.Operator, out Action<Lowering, OnnxNode>? lower))
        {
            string shape = node.Inputs.Count > 0 && _views.TryGetValue(node.Inputs[0], out TensorView? view)
                ? $" (on a tensor of shape {ShapeText.Format(view.Shape)})"
                : "";
            throw new OnnxImportException("this operator is not supported" + shape);
        }

        lower!(this, node);
    }

    private bool FoldShape(OnnxNode node)
    {
        if (node.Domain.Length > 0 || node.Operator is not ("Shape" or "Size") || !_views.TryGetValue(node.Input(0), out TensorView? view))
            return false;
        Graph.Constants[node.Outputs[0]] = node.Operator == "Shape"
            ? ConstantFolder.Shape(node, view.Shape)
            : OnnxTensor.FromIntegers([], [view.Shape.Aggregate(1L, (product, size) => product * size)]);
        return true;
    }

    private bool FoldConstant(OnnxNode node)
    {
        var inputs = new OnnxTensor?[node.Inputs.Count];
        for (int i = 0; i < inputs.Length; i++)
        {
            if (node.Inputs[i].Length > 0 && (inputs[i] = Graph.Constant(node.Inputs[i])) is null)
                return false;
        }
        OnnxTensor[]? results = _folder.Evaluate(node, inputs, Opset);
        if (results is null)
            return false;
        for (int i = 0; i < results.Length && i < node.Outputs.Count; i++)
        {
            if (node.Outputs[i].Length > 0)
                Graph.Constants[node.Outputs[i]] = results[i];
        }
        return true;
    }

    private void Fail(OnnxNode node, OnnxImportException failure)
    {
        foreach (string output in node.Outputs)
        {
            if (!_views.ContainsKey(output))
                _failures[output] = failure;
        }
        foreach (string input in node.Inputs)
        {
            if (_views.TryGetValue(input, out TensorView? view))
                Program.Kept.Add(view.Value);
        }
    }

    /// <summary>
    /// The value of an output of the graph. Where the file flattens a vector or map at its end, the flattening is a statement, so that the output keeps its
    /// name.
    /// </summary>
    private NetValue Output(string name, out TensorView outputView)
    {
        if (_failures.TryGetValue(name, out OnnxImportException? failure))
            throw failure;
        if (!_views.TryGetValue(name, out TensorView? view))
            throw new OnnxImportException(IsConstant(name) ? $"output '{name}' does not depend on the network's input" : $"output '{name}' is not computed");
        OnnxNode? producer = Graph.Producer(name);
        if (producer is null)
            throw new OnnxImportException($"output '{name}' is the network's input");
        outputView = view;
        try
        {
            if (_anyArrangement && _producers.ContainsKey(view.Value))
                return view.Value;
            if (_anyArrangement)
            {
                NetValue copy = Emit(producer, "identity", "", view.Value, new NetValue(view.Value.Channels, view.Value.Height, view.Value.Width));
                outputView = view.Of(copy);
                return copy;
            }
            NetValue value = view.OnlyDimension() >= 0
                ? Flattened(producer, view)?.Value
                    ?? throw new OnnxImportException($"flattens a {view.Value} map in another order than channels, rows, columns")
                : Map(producer, view.Rank == 3 ? view.Unsqueeze(0) : view, "the output");
            _producers.TryGetValue(value, out NetStatement? last);
            if (last is null || (last.TensorName != name && view.Rank == 2 && producer.Operator is "Flatten" or "Reshape" or "Squeeze"))
                return Emit(producer, last is null ? "identity" : "flatten", "", value, new NetValue(value.Channels, value.Height, value.Width));
            return value;
        }
        catch (OnnxImportException exception) when (exception.Node is null)
        {
            throw Graph.Error(producer, exception.Message);
        }
    }
}
