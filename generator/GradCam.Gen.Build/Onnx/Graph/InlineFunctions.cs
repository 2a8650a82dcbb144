namespace GradCam.Gen.Build.Onnx;

/// <summary>Replaces each call of one of the file's own operators by the operator's nodes, as PyTorch's newer exporter writes them.</summary>
internal sealed class InlineFunctions
{
    private const int MaximumDepth = 16;
    private const int MaximumNodes = 200_000;

    /// <summary>Bytes of a copied node with its lists, and of each name in it.</summary>
    private const int NodeSize = 600, NameSize = 120;

    private readonly OnnxModel _model;
    private readonly ImportBudget _budget;
    private readonly List<OnnxNode> _nodes = [];
    private int _calls;

    private InlineFunctions(OnnxModel model, ImportBudget budget)
    {
        _model = model;
        _budget = budget;
    }

    public static List<OnnxNode> Run(OnnxModel model, ImportBudget budget)
    {
        if (model.Functions.Count == 0)
            return model.Graph.Nodes;
        var inliner = new InlineFunctions(model, budget);
        foreach (OnnxNode node in model.Graph.Nodes)
            inliner.Add(node, 0);
        return inliner._nodes;
    }

    private void Add(OnnxNode node, int depth)
    {
        if (!_model.Functions.TryGetValue(node.Domain + "." + node.Operator, out OnnxFunction? function))
        {
            _nodes.Add(node);
            return;
        }
        if (depth == MaximumDepth)
            throw new OnnxImportException("functions call each other more than 16 levels deep", node, _model.Opset);
        if (++_calls > MaximumNodes || _nodes.Count > MaximumNodes)
            throw new OnnxImportException($"functions unfold to more than {MaximumNodes} nodes", node, _model.Opset);
        string prefix = $"{node.DisplayName}/{_calls}/";
        if (prefix.Length > NamePool.MaximumLength)
            throw new OnnxImportException($"functions unfold to names of more than {NamePool.MaximumLength} characters", node, _model.Opset);
        _budget.Charge(NodeSize + 2 * prefix.Length + NameSize * ((long)function.Inputs.Count + function.Outputs.Count), "calls of functions");
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        for (int i = 0; i < function.Inputs.Count; i++)
            names[function.Inputs[i]] = node.Input(i);
        for (int i = 0; i < function.Outputs.Count && i < node.Outputs.Count; i++)
            names[function.Outputs[i]] = node.Outputs[i];
        foreach (OnnxNode inner in function.Nodes)
        {
            _budget.Charge(NodeSize + NameSize * ((long)inner.Attributes.Count + inner.Inputs.Count + inner.Outputs.Count), "calls of functions");
            var attributes = new Dictionary<string, OnnxAttribute>(StringComparer.Ordinal);
            foreach (KeyValuePair<string, OnnxAttribute> pair in inner.Attributes)
            {
                string? reference = pair.Value.Reference;
                if (string.IsNullOrEmpty(reference))
                    attributes[pair.Key] = pair.Value;
                else if (node.Attributes.TryGetValue(reference!, out OnnxAttribute? given) || function.Defaults.TryGetValue(reference!, out given))
                    attributes[pair.Key] = given;
            }
            Add(
                new OnnxNode
                {
                    Name = inner.Name.Length == 0 ? "" : Prefixed(inner.Name),
                    Operator = inner.Operator,
                    Domain = inner.Domain,
                    Inputs = inner.Inputs.ConvertAll(Rename),
                    Outputs = inner.Outputs.ConvertAll(Rename),
                    Attributes = attributes,
                },
                depth + 1);
        }

        string Rename(string name)
        {
            if (name.Length == 0)
                return "";
            if (!names.TryGetValue(name, out string? renamed))
                names.Add(name, renamed = Prefixed(name));
            return renamed;
        }

        string Prefixed(string name)
        {
            _budget.Charge(2 * (prefix.Length + name.Length), "names in functions");
            return prefix + name;
        }
    }
}
