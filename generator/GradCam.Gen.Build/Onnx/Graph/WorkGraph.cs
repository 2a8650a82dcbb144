namespace GradCam.Gen.Build.Onnx;

/// <summary>The graph while the import's passes work on it: nodes in the order in which they run, and the constants known so far.</summary>
internal sealed class WorkGraph
{
    private readonly Dictionary<string, OnnxNode> _producers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _uses = new(StringComparer.Ordinal);

    public required int Opset { get; init; }

    public required List<OnnxNode> Nodes { get; set; }

    public required Dictionary<string, OnnxTensor> Constants { get; init; }

    /// <summary>Tensors that are there but cannot be used, and why.</summary>
    public required Dictionary<string, string> Unusable { get; init; }

    public required List<OnnxValueInfo> Inputs { get; init; }

    public required List<OnnxValueInfo> Outputs { get; init; }

    public required ImportBudget Budget { get; init; }

    /// <summary>Brings <see cref="Producer"/> and <see cref="Uses"/> up to date.</summary>
    public void Index()
    {
        _producers.Clear();
        _uses.Clear();
        foreach (OnnxNode node in Nodes)
        {
            foreach (string output in node.Outputs)
                _producers[output] = node;
            foreach (string input in node.Inputs)
                Use(input);
        }
        foreach (OnnxValueInfo output in Outputs)
            Use(output.Name);
    }

    /// <summary>The node that computes a tensor, or null.</summary>
    public OnnxNode? Producer(string tensor) => _producers.TryGetValue(tensor, out OnnxNode? node) ? node : null;

    /// <summary>How often a tensor is read, as the graph's output included.</summary>
    public int Uses(string tensor) => _uses.TryGetValue(tensor, out int count) ? count : 0;

    /// <summary>The tensors that are computed from shapes and constants alone.</summary>
    public HashSet<string> ShapeTensors()
    {
        var tensors = new HashSet<string>(StringComparer.Ordinal);
        foreach (OnnxNode node in Nodes)
        {
            if (node.Operator is "Shape" or "Size"
                || (node.Inputs.Count > 0 && node.Inputs.All(input => input.Length == 0 || Constant(input) is not null || tensors.Contains(input))))
                tensors.UnionWith(node.Outputs);
        }
        return tensors;
    }

    /// <summary>Puts a node in another's place that computes the same tensor, and forgets the uses of what only the old one needed.</summary>
    public void Replace(int index, OnnxNode node)
    {
        OnnxNode old = Nodes[index];
        Nodes[index] = node;
        foreach (string output in node.Outputs)
            _producers[output] = node;
        foreach (string input in node.Inputs)
            Use(input);
        Forget(old);
    }

    public OnnxTensor? Constant(string tensor) => Constants.TryGetValue(tensor, out OnnxTensor? constant) ? constant : null;

    /// <summary>A constant of one element, or null.</summary>
    public double? Scalar(string tensor) => Constant(tensor) is { Count: 1 } constant ? constant.Real(0) : null;

    public OnnxImportException Error(OnnxNode node, string message) => new(message, node, Opset);

    private void Forget(OnnxNode node)
    {
        var open = new Stack<OnnxNode>([node]);
        while (open.Count > 0)
        {
            foreach (string input in open.Pop().Inputs)
            {
                if (input.Length == 0)
                    continue;
                _uses[input] = Uses(input) - 1;
                if (Producer(input) is OnnxNode producer && producer.Outputs.All(output => Uses(output) == 0) && _uses[input] == 0)
                    open.Push(producer);
            }
        }
    }

    private void Use(string tensor)
    {
        if (tensor.Length > 0)
            _uses[tensor] = Uses(tensor) + 1;
    }
}
