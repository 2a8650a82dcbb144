namespace GradCam.Gen.Build.Onnx;

/// <summary>
/// Finds activations that an exporter has written out in smaller operators (x sigmoid(x), x clip(x + 3, 0, 6) / 6, 0.5 x (1 + erf(x / sqrt 2)) …). There are
/// many ways to write each one, so it is not the nodes that are compared but the functions: a pointwise part of the graph with one source is a function of
/// one real number, which is evaluated at many points and compared with those of the language.
/// </summary>
internal static class RecogniseActivations
{
    /// <summary>Domain of the nodes that this and other passes put into the graph.</summary>
    public const string Domain = "gradcam";

    private const int MaximumNodes = 16;

    /// <summary>Functions that are tried in all, so that a hostile graph of pointwise nodes ends in time.</summary>
    private const int MaximumFunctions = 10_000;

    private static readonly double[] Points = MakePoints();

    public static void Run(WorkGraph graph)
    {
        graph.Index();
        var order = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < graph.Nodes.Count; i++)
        {
            foreach (string output in graph.Nodes[i].Outputs)
                order[output] = i;
        }
        HashSet<string> shapes = graph.ShapeTensors();
        int tried = 0;
        var function = new ScalarFunction(graph);
        var values = new double[Points.Length];
        // From the end: the largest function that ends in a node goes before those inside it, which then are not used any more.
        for (int i = graph.Nodes.Count - 1; i >= 0; i--)
        {
            OnnxNode node = graph.Nodes[i];
            if (!node.Outputs.Any(output => graph.Uses(output) > 0) || shapes.Overlaps(node.Outputs))
                continue;
            if (tried > MaximumFunctions)
                break;
            try
            {
                if (Find(function, values, node, order, ref tried) is OnnxNode activation)
                    graph.Replace(i, activation);
            }
            catch (OnnxImportException)
            {
                // A node with attributes of a wrong kind is no part of an activation; the lowering reports it.
            }
        }
        RemoveUnusedNodes.Run(graph);
        graph.Index();
    }

    private static OnnxNode? Find(ScalarFunction function, double[] values, OnnxNode node, Dictionary<string, int> order, ref int tried)
    {
        OnnxNode? best = null;
        if (!function.Begin(node))
            return null;
        // From the smallest part on.
        while (function.Extend(order) && function.Nodes <= MaximumNodes)
        {
            if (!function.IsFunction)
                continue;
            if (++tried > MaximumFunctions)
                break;
            function.Settle();
            if (Name(function, values) is not string statement)
                continue;
            best = new OnnxNode
            {
                Name = node.Name,
                Operator = "Activation",
                Domain = Domain,
                Inputs = [function.Source],
                Outputs = [node.Outputs[0]],
                Attributes = new Dictionary<string, OnnxAttribute>(StringComparer.Ordinal) { ["statement"] = new OnnxAttribute { Text = statement } },
            };
        }
        return best;
    }

    /// <summary>The statement of the language that computes the function, or null.</summary>
    private static string? Name(ScalarFunction function, double[] values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = function.At(Points[i]);
            if (double.IsNaN(values[i]) || double.IsInfinity(values[i]))
                return null;
        }
        bool Is(Func<double, double> candidate)
        {
            for (int i = 0; i < values.Length; i++)
            {
                // Exporters write the constants in single or half precision.
                if (Math.Abs(values[i] - candidate(Points[i])) > 3e-5 * (1 + Math.Abs(values[i])))
                    return false;
            }
            return true;
        }

        double far = function.At(-1000), near = function.At(1000);
        if (Is(x => Math.Max(x, 0)))
            return "relu";
        if (Is(x => Math.Min(Math.Max(x, 0), 6)))
            return "relu6";
        if (far < near && Math.Abs(near) < 900 && Math.Abs(far) < 900 && Is(x => Math.Min(Math.Max(x, far), near)))
            return $"clip {Number(far)} {Number(near)}";
        if (Is(SpecialFunctions.Sigmoid))
            return "sigmoid";
        if (Is(Math.Tanh))
            return "tanh";
        if (Is(x => x * SpecialFunctions.Sigmoid(x)))
            return "silu";
        if (Is(x => x * Math.Min(Math.Max(x / 6 + 0.5, 0), 1)))
            return "hardswish";
        if (Is(SpecialFunctions.Gelu))
            return "gelu";
        if (Is(SpecialFunctions.GeluTanh))
            return "gelu tanh";
        if (Is(x => x * Math.Tanh(SpecialFunctions.Softplus(x))))
            return "mish";
        if (Is(SpecialFunctions.Softplus))
            return "softplus";
        double slope = function.At(-1) / -1;
        if (slope != 1 && Is(x => x > 0 ? x : slope * x))
            return $"leakyrelu slope {Number(slope)}";
        double alpha = -far;
        if (Math.Abs(far) < 900 && Is(x => x > 0 ? x : alpha * (Math.Exp(x) - 1)))
            return $"elu alpha {Number(alpha)}";
        if (Is(x => 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * (Math.Exp(x) - 1))))
            return "selu";
        double beta = function.At(0);
        double rise = (function.At(0.125) - function.At(-0.125)) / 0.25;
        if (rise > 0 && Is(x => Math.Min(Math.Max(rise * x + beta, 0), 1)))
            return Math.Abs(rise - 1.0 / 6) < 1e-6 && Math.Abs(beta - 0.5) < 1e-6 ? "hardsigmoid" : $"hardsigmoid alpha {Number(rise)} beta {Number(beta)}";
        return null;
    }

    private static string Number(double value) => NumberText.Format((float)value);

    private static double[] MakePoints()
    {
        // Irregular, so that no kink and no period hides between them; densest around 0.
        var points = new List<double> { 0 };
        for (int i = 1; i <= 60; i++)
        {
            double point = 0.013 * i + 0.0077 * i * i;
            points.Add(point);
            points.Add(-point * 1.003);
        }
        return points.ToArray();
    }
}
