namespace GradCam.Gen.Build.Onnx;

/// <summary>Drops nodes that no output of the graph needs.</summary>
internal static class RemoveUnusedNodes
{
    public static void Run(WorkGraph graph)
    {
        var needed = new HashSet<string>(graph.Outputs.Select(output => output.Name), StringComparer.Ordinal);
        var kept = new List<OnnxNode>();
        for (int i = graph.Nodes.Count - 1; i >= 0; i--)
        {
            OnnxNode node = graph.Nodes[i];
            if (!node.Outputs.Any(needed.Contains))
                continue;
            kept.Add(node);
            foreach (string input in node.Inputs)
                needed.Add(input);
        }
        kept.Reverse();
        graph.Nodes = kept;
    }
}
