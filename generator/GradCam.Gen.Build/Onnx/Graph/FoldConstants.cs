namespace GradCam.Gen.Build.Onnx;

/// <summary>Computes the nodes whose inputs are all constant, and takes away those that hand their input through at inference.</summary>
internal static class FoldConstants
{
    public static void Run(WorkGraph graph)
    {
        var folder = new ConstantFolder(graph.Budget);
        var aliases = new Dictionary<string, string>(StringComparer.Ordinal);
        var outputs = new HashSet<string>(graph.Outputs.Select(output => output.Name), StringComparer.Ordinal);
        var kept = new List<OnnxNode>();
        foreach (OnnxNode node in graph.Nodes)
        {
            for (int i = 0; i < node.Inputs.Count; i++)
            {
                if (aliases.TryGetValue(node.Inputs[i], out string? source))
                    node.Inputs[i] = source;
            }
            if (TryFold(graph, folder, node))
                continue;
            // The graph's outputs keep their producer, so that they keep their name.
            if (HandsThrough(node) && !outputs.Contains(node.Outputs[0]))
                aliases[node.Outputs[0]] = node.Inputs[0];
            else
                kept.Add(node);
        }
        graph.Nodes = kept;
    }

    private static bool TryFold(WorkGraph graph, ConstantFolder folder, OnnxNode node)
    {
        var inputs = new OnnxTensor?[node.Inputs.Count];
        for (int i = 0; i < inputs.Length; i++)
        {
            if (node.Inputs[i].Length == 0)
                continue;
            inputs[i] = graph.Constant(node.Inputs[i]);
            if (inputs[i] is null)
                return false;
        }
        OnnxTensor[]? results;
        try
        {
            results = folder.Evaluate(node, inputs, graph.Opset);
        }
        catch (Exception exception) when (exception is OnnxImportException or OverflowException)
        {
            // The lowering meets the node again and reports it, if an output needs it.
            return false;
        }
        if (results is null)
            return false;
        for (int i = 0; i < node.Outputs.Count && i < results.Length; i++)
        {
            if (node.Outputs[i].Length > 0)
                graph.Constants[node.Outputs[i]] = results[i];
        }
        return true;
    }

    private static bool HandsThrough(OnnxNode node) =>
        node.Domain.Length == 0
        && node.Operator is "Identity" or "Dropout"
        && node.Inputs.Count > 0 && node.Inputs[0].Length > 0
        && node.Outputs.Count(output => output.Length > 0) == 1 && node.Outputs[0].Length > 0;
}
