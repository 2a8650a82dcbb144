namespace GradCam.Gen.Build.Onnx;

/// <summary>Replaces each call of one of the file's own operators by the operator's nodes, as PyTorch's newer exporter writes them.</summary>
internal static class InlineFunctions
{
    private const int MaximumDepth = 16;
    private const int MaximumNodes = 200_000;

    public static List<OnnxNode> Run(OnnxModel model)
    {
        if (model.Functions.Count == 0)
            return model.Graph.Nodes;
        var nodes = new List<OnnxNode>();
        int calls = 0;
        foreach (OnnxNode node in model.Graph.Nodes)
            Add(model, node, nodes, 0, ref calls);
        return nodes;
    }

    private static void Add(OnnxModel model, OnnxNode node, List<OnnxNode> nodes, int depth, ref int calls)
    {
        if (!model.Functions.TryGetValue(node.Domain + "." + node.Operator, out OnnxFunction? function))
        {
            nodes.Add(node);
            return;
        }
        if (depth == MaximumDepth)
            throw new OnnxImportException("functions call each other more than 16 levels deep", node, model.Opset);
        if (++calls > MaximumNodes || nodes.Count > MaximumNodes)
            throw new OnnxImportException($"functions unfold to more than {MaximumNodes} nodes", node, model.Opset);
        string prefix = $"{node.DisplayName}/{calls}/";
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        for (int i = 0; i < function.Inputs.Count; i++)
            names[function.Inputs[i]] = node.Input(i);
        for (int i = 0; i < function.Outputs.Count && i < node.Outputs.Count; i++)
            names[function.Outputs[i]] = node.Outputs[i];
        foreach (OnnxNode inner in function.Nodes)
        {
            var attributes = new Dictionary<string, OnnxAttribute>(StringComparer.Ordinal);
            foreach (KeyValuePair<string, OnnxAttribute> pair in inner.Attributes)
            {
                string? reference = pair.Value.Reference;
                if (string.IsNullOrEmpty(reference))
                    attributes[pair.Key] = pair.Value;
                else if (node.Attributes.TryGetValue(reference!, out OnnxAttribute? given) || function.Defaults.TryGetValue(reference!, out given))
                    attributes[pair.Key] = given;
            }
            var copy = new OnnxNode
            {
                Name = inner.Name.Length == 0 ? "" : prefix + inner.Name,
                Operator = inner.Operator,
                Domain = inner.Domain,
                Inputs = inner.Inputs.Select(Rename).ToList(),
                Outputs = inner.Outputs.Select(Rename).ToList(),
                Attributes = attributes,
            };
            Add(model, copy, nodes, depth + 1, ref calls);
        }

        string Rename(string name) => name.Length == 0 ? "" : names.TryGetValue(name, out string? known) ? known : prefix + name;
    }
}
