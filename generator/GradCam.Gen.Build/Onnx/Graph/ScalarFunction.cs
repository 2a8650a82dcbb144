namespace GradCam.Gen.Build.Onnx;

/// <summary>
/// A part of the graph that computes one real number from another at each element: pointwise operators and constants of one element between
/// <see cref="Source"/> and the last of its nodes. One object serves for many parts, one after another: trying one allocates next to nothing.
/// </summary>
internal sealed class ScalarFunction
{
    private const int MaximumInputs = 16;

    private readonly WorkGraph _graph;
    private readonly List<OnnxNode> _nodes = [];
    private readonly List<string> _frontier = [];
    private readonly Dictionary<string, double> _values = new(StringComparer.Ordinal);
    private readonly Func<int, double?> _input;
    private OnnxNode? _evaluated;
    private double _x;

    public ScalarFunction(WorkGraph graph)
    {
        _graph = graph;
        _input = Input;
    }

    public string Source { get; private set; } = "";

    /// <summary>How many nodes it takes.</summary>
    public int Nodes => _nodes.Count;

    /// <summary>Begins with the smallest part that ends in a node; false where the node is not pointwise.</summary>
    public bool Begin(OnnxNode root)
    {
        _nodes.Clear();
        _frontier.Clear();
        if (!IsPointwise(_graph, root))
            return false;
        Add(root);
        return true;
    }

    /// <summary>True when what was added so far is a function of one tensor: <see cref="Source"/>.</summary>
    public bool IsFunction => _frontier.Count == 1;

    /// <summary>
    /// Takes in the node that computes the latest of the tensors that are read, which cannot be the source of an earlier one; false where there is none, or
    /// none that is pointwise.
    /// </summary>
    public bool Extend(IReadOnlyDictionary<string, int> order)
    {
        if (_frontier.Count == 0)
            return false;
        string latest = Latest(order);
        if (_graph.Producer(latest) is not OnnxNode producer || !IsPointwise(_graph, producer))
            return false;
        _frontier.Remove(latest);
        Add(producer);
        return true;
    }

    /// <summary>Settles <see cref="Source"/>.</summary>
    public void Settle() => Source = _frontier[0];

    /// <summary>Its value at a point.</summary>
    public double At(double x)
    {
        _x = x;
        _values.Clear();
        // They were added from the result backwards.
        for (int i = _nodes.Count - 1; i >= 0; i--)
        {
            _evaluated = _nodes[i];
            _values[_nodes[i].Outputs[0]] = Apply(_nodes[i], _input);
        }
        return _values[_nodes[0].Outputs[0]];
    }

    private double? Input(int index)
    {
        string tensor = _evaluated!.Input(index);
        return tensor.Length == 0 ? null
            : tensor == Source ? _x
            : _values.TryGetValue(tensor, out double value) ? value
            : _graph.Scalar(tensor);
    }

    private void Add(OnnxNode node)
    {
        _nodes.Add(node);
        foreach (string input in node.Inputs)
        {
            if (input.Length > 0 && _graph.Constant(input) is null && !_frontier.Contains(input))
                _frontier.Add(input);
        }
    }

    private string Latest(IReadOnlyDictionary<string, int> order)
    {
        string latest = _frontier[0];
        int last = -2;
        foreach (string tensor in _frontier)
        {
            int at = order.TryGetValue(tensor, out int place) ? place : -1;
            if (at > last)
                (latest, last) = (tensor, at);
        }
        return latest;
    }

    private static bool IsPointwise(WorkGraph graph, OnnxNode node)
    {
        if (node.Outputs.Count != 1 || (node.Domain.Length > 0 && !(node.Domain == "com.microsoft" && node.Operator is "Gelu" or "FastGelu" or "QuickGelu")))
            return false;
        switch (node.Operator)
        {
            case "Add" or "Sub" or "Mul" or "Div" or "Pow":
                return node.Inputs.Count == 2 && ScalarConstants(graph, node);
            case "Min" or "Max" or "Sum" or "Clip":
                return node.Inputs.Count is > 0 and <= MaximumInputs && ScalarConstants(graph, node);
            case "Neg" or "Abs" or "Exp" or "Log" or "Sqrt" or "Reciprocal" or "Erf" or "Tanh" or "Sigmoid" or "Softplus" or "Softsign"
                or "HardSigmoid" or "HardSwish" or "Relu" or "LeakyRelu" or "Elu" or "Identity":
                return node.Inputs.Count == 1;
            default:
                return false;
        }
    }

    private static bool ScalarConstants(WorkGraph graph, OnnxNode node)
    {
        foreach (string input in node.Inputs)
        {
            if (input.Length > 0 && graph.Constant(input) is OnnxTensor constant && (constant.Count != 1 || constant.Shape.Length > 1))
                return false;
        }
        return true;
    }

    private static double Apply(OnnxNode node, Func<int, double?> input)
    {
        double a = input(0) ?? 0;
        double B() => input(1) ?? 0;
        switch (node.Operator)
        {
            case "Add":
                return a + B();
            case "Sub":
                return a - B();
            case "Mul":
                return a * B();
            case "Div":
                return a / B();
            case "Pow":
                return Math.Pow(a, B());
            case "Min":
                for (int i = 1; i < node.Inputs.Count; i++)
                    a = Math.Min(a, input(i) ?? 0);
                return a;
            case "Max":
                for (int i = 1; i < node.Inputs.Count; i++)
                    a = Math.Max(a, input(i) ?? 0);
                return a;
            case "Sum":
                for (int i = 1; i < node.Inputs.Count; i++)
                    a += input(i) ?? 0;
                return a;
            case "Clip":
                double low = input(1) ?? node.Float("min", float.MinValue);
                double high = input(2) ?? node.Float("max", float.MaxValue);
                return Math.Min(Math.Max(a, low), high);
            case "Neg":
                return -a;
            case "Abs":
                return Math.Abs(a);
            case "Exp":
                return Math.Exp(a);
            case "Log":
                return Math.Log(a);
            case "Sqrt":
                return Math.Sqrt(a);
            case "Reciprocal":
                return 1 / a;
            case "Erf":
                return SpecialFunctions.Erf(a);
            case "Tanh":
                return Math.Tanh(a);
            case "Sigmoid":
                return SpecialFunctions.Sigmoid(a);
            case "Softplus":
                return SpecialFunctions.Softplus(a);
            case "Softsign":
                return a / (1 + Math.Abs(a));
            case "HardSigmoid":
                return Math.Min(Math.Max(node.Float("alpha", 0.2f) * a + node.Float("beta", 0.5f), 0), 1);
            case "HardSwish":
                return a * Math.Min(Math.Max(a / 6 + 0.5, 0), 1);
            case "Relu":
                return Math.Max(a, 0);
            case "LeakyRelu":
                return a > 0 ? a : node.Float("alpha", 0.01f) * a;
            case "Elu":
                return a > 0 ? a : node.Float("alpha", 1f) * (Math.Exp(a) - 1);
            case "Gelu":
                return SpecialFunctions.Gelu(a);
            case "FastGelu":
                return SpecialFunctions.GeluTanh(a);
            case "QuickGelu":
                return a * SpecialFunctions.Sigmoid(node.Float("alpha", 1.702f) * a);
            default:
                return a;
        }
    }
}
