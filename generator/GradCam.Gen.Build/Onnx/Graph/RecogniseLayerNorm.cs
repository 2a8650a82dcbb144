namespace GradCam.Gen.Build.Onnx;

/// <summary>
/// Finds layer normalisation written out as (x - mean(x)) / sqrt(mean((x - mean(x))^2) + eps), before its factor and summand. What it leaves is
/// a node that <see cref="NormalizationOperators"/> lowers; factor and summand are ordinary products and sums, which <see cref="MergeAffine"/> puts back.
/// </summary>
internal static class RecogniseLayerNorm
{
    public static void Run(WorkGraph graph)
    {
        graph.Index();
        for (int i = 0; i < graph.Nodes.Count; i++)
        {
            try
            {
                if (Find(graph, graph.Nodes[i]) is OnnxNode norm)
                    graph.Replace(i, norm);
            }
            catch (OnnxImportException)
            {
                // A node with attributes of a wrong kind is no part of a layer normalisation; the lowering reports it.
            }
        }
        RemoveUnusedNodes.Run(graph);
        graph.Index();
    }

    private static OnnxNode? Find(WorkGraph graph, OnnxNode node)
    {
        if (node.Domain.Length > 0 || node.Inputs.Count != 2)
            return null;
        foreach ((string deviation, string divisor) in Quotients(graph, node))
        {
            if (Centred(graph, deviation) is not (string x, int[] axes)
                || graph.Producer(divisor) is not { Operator: "Add", Domain: "" } sum
                || Variance(graph, sum, axes, x) is not float epsilon)
                continue;
            return new OnnxNode
            {
                Name = node.Name,
                Operator = "LayerNorm",
                Domain = RecogniseActivations.Domain,
                Inputs = [x],
                Outputs = [node.Outputs[0]],
                Attributes = new Dictionary<string, OnnxAttribute>(StringComparer.Ordinal)
                {
                    ["axes"] = new OnnxAttribute { Integers = Array.ConvertAll(axes, axis => (long)axis) },
                    ["epsilon"] = new OnnxAttribute { Float = epsilon },
                },
            };
        }
        return null;
    }

    /// <summary>(a, b) for each way in which a node is a / sqrt(b).</summary>
    private static IEnumerable<(string Dividend, string Radicand)> Quotients(WorkGraph graph, OnnxNode node)
    {
        if (node.Operator == "Div" && Root(graph, node.Inputs[1], 0.5) is string divisor)
            yield return (node.Inputs[0], divisor);
        if (node.Operator != "Mul")
            yield break;
        for (int i = 0; i < 2; i++)
        {
            string factor = node.Inputs[i];
            if (Root(graph, factor, -0.5) is string power)
                yield return (node.Inputs[1 - i], power);
            if (graph.Producer(factor) is { Operator: "Reciprocal", Domain: "" } reciprocal && Root(graph, reciprocal.Inputs[0], 0.5) is string root)
                yield return (node.Inputs[1 - i], root);
        }
    }

    private static string? Root(WorkGraph graph, string tensor, double exponent) => graph.Producer(tensor) switch
    {
        { Operator: "Sqrt", Domain: "", Inputs.Count: 1 } node when exponent == 0.5 => node.Inputs[0],
        { Operator: "Pow", Domain: "", Inputs.Count: 2 } node when graph.Scalar(node.Inputs[1]) == exponent => node.Inputs[0],
        _ => null,
    };

    /// <summary>x and the axes, where a tensor is x - mean(x).</summary>
    private static (string X, int[] Axes)? Centred(WorkGraph graph, string tensor) =>
        graph.Producer(tensor) is { Operator: "Sub", Domain: "", Inputs.Count: 2 } sub
        && Mean(graph, sub.Inputs[1]) is (string x, int[] axes) && x == sub.Inputs[0]
            ? (x, axes)
            : null;

    private static (string X, int[] Axes)? Mean(WorkGraph graph, string tensor)
    {
        if (graph.Producer(tensor) is not { Operator: "ReduceMean", Domain: "" } node || node.Inputs.Count == 0 || node.Int("keepdims", 1) == 0)
            return null;
        int[]? axes = node.Input(1).Length > 0
            ? graph.Constant(node.Inputs[1])?.ToIntegers().Select(axis => (int)axis).ToArray()
            : node.Ints("axes");
        return axes is null ? null : (node.Inputs[0], axes);
    }

    /// <summary>eps, where a sum is mean((x - mean(x))^2) + eps.</summary>
    private static float? Variance(WorkGraph graph, OnnxNode sum, int[] axes, string x)
    {
        if (sum.Inputs.Count != 2)
            return null;
        for (int i = 0; i < 2; i++)
        {
            if (graph.Scalar(sum.Inputs[i]) is double epsilon
                && Mean(graph, sum.Inputs[1 - i]) is (string square, int[] squareAxes) && squareAxes.SequenceEqual(axes)
                && graph.Producer(square) is { Domain: "", Inputs.Count: 2 } product
                && (product.Operator == "Pow" ? graph.Scalar(product.Inputs[1]) == 2 : product.Operator == "Mul" && product.Inputs[0] == product.Inputs[1])
                && Centred(graph, product.Inputs[0]) is (string source, int[] sourceAxes) && source == x && sourceAxes.SequenceEqual(axes))
                return (float)epsilon;
        }
        return null;
    }
}
