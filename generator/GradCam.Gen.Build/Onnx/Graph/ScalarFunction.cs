namespace GradCam.Gen.Build.Onnx;

/// <summary>
/// A part of the graph that computes one real number from another at each element: pointwise operators and constants of one element between
/// <see cref="Source"/> and <see cref="Result"/>.
/// </summary>
internal sealed class ScalarFunction
{
    private readonly WorkGraph _graph;
    private readonly HashSet<OnnxNode> _nodes;

    private ScalarFunction(WorkGraph graph, string source, string result, HashSet<OnnxNode> nodes)
    {
        _graph = graph;
        _nodes = nodes;
        Source = source;
        Result = result;
    }

    public string Source { get; }

    public string Result { get; }

    /// <summary>All parts that end in a node, from the smallest on, up to a limit of nodes.</summary>
    public static IEnumerable<ScalarFunction> EndingIn(WorkGraph graph, OnnxNode root, IReadOnlyDictionary<string, int> order, int limit)
    {
        if (!IsPointwise(graph, root))
            yield break;
        var nodes = new HashSet<OnnxNode> { root };
        var frontier = new HashSet<string>(Runtime(graph, root), StringComparer.Ordinal);
        while (nodes.Count <= limit && frontier.Count > 0)
        {
            string latest = frontier.OrderByDescending(tensor => order.TryGetValue(tensor, out int at) ? at : -1).First();
            if (frontier.Count == 1)
                yield return new ScalarFunction(graph, latest, root.Outputs[0], [.. nodes]);
            // The latest tensor cannot be the source of an earlier one, so it must be computed from what is left.
            if (graph.Producer(latest) is not OnnxNode producer || !IsPointwise(graph, producer))
                yield break;
            nodes.Add(producer);
            frontier.Remove(latest);
            frontier.UnionWith(Runtime(graph, producer));
        }
    }

    /// <summary>How many nodes it takes.</summary>
    public int Nodes => _nodes.Count;

    /// <summary>Its value at a point.</summary>
    public double At(double x) => Evaluate(Result, x, new Dictionary<string, double>(StringComparer.Ordinal));

    private static IEnumerable<string> Runtime(WorkGraph graph, OnnxNode node) =>
        node.Inputs.Where(input => input.Length > 0 && graph.Constant(input) is null);

    private static bool IsPointwise(WorkGraph graph, OnnxNode node)
    {
        if (node.Outputs.Count != 1 || (node.Domain.Length > 0 && !(node.Domain == "com.microsoft" && node.Operator is "Gelu" or "FastGelu" or "QuickGelu")))
            return false;
        switch (node.Operator)
        {
            case "Add" or "Sub" or "Mul" or "Div" or "Pow":
                return node.Inputs.Count == 2 && ScalarConstants(graph, node);
            case "Min" or "Max" or "Sum" or "Clip":
                return node.Inputs.Count > 0 && ScalarConstants(graph, node);
            case "Neg" or "Abs" or "Exp" or "Log" or "Sqrt" or "Reciprocal" or "Erf" or "Tanh" or "Sigmoid" or "Softplus" or "Softsign" or "HardSigmoid" or "HardSwish"
                or "Relu" or "LeakyRelu" or "Elu" or "Identity":
                return node.Inputs.Count == 1;
            default:
                return false;
        }
    }

    private static bool ScalarConstants(WorkGraph graph, OnnxNode node) =>
        node.Inputs.All(input => input.Length == 0 || graph.Constant(input) is not OnnxTensor constant || (constant.Count == 1 && constant.Shape.Length <= 1));

    private double Evaluate(string tensor, double x, Dictionary<string, double> known)
    {
        if (tensor == Source)
            return x;
        if (_graph.Scalar(tensor) is double constant)
            return constant;
        if (known.TryGetValue(tensor, out double value))
            return value;
        OnnxNode node = _graph.Producer(tensor)!;
        value = Apply(node, index => index < node.Inputs.Count && node.Inputs[index].Length > 0 ? Evaluate(node.Inputs[index], x, known) : null);
        known[tensor] = value;
        return value;
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
                return Enumerable.Range(0, node.Inputs.Count).Min(i => input(i) ?? 0);
            case "Max":
                return Enumerable.Range(0, node.Inputs.Count).Max(i => input(i) ?? 0);
            case "Sum":
                return Enumerable.Range(0, node.Inputs.Count).Sum(i => input(i) ?? 0);
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
