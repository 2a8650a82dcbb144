namespace GradCam.Gen.Build.Onnx;

/// <summary>The nodes that some tensors are computed by, in the file's order; what else is in the file, whatever it be, is not looked at.</summary>
internal static class NeededNodes
{
    public static List<OnnxNode> Of(List<OnnxNode> nodes, IEnumerable<string> tensors)
    {
        var producers = new Dictionary<string, int>(StringComparer.Ordinal);
        // Of a tensor that is computed twice both nodes: an error, later.
        var twins = new Dictionary<int, int>();
        for (int i = 0; i < nodes.Count; i++)
        {
            foreach (string output in nodes[i].Outputs)
            {
                if (output.Length == 0)
                    continue;
                if (producers.TryGetValue(output, out int first) && first != i)
                    twins[first] = i;
                else
                    producers[output] = i;
            }
        }
        var needed = new bool[nodes.Count];
        var open = new Stack<int>();
        foreach (string tensor in tensors)
            Need(tensor);
        while (open.Count > 0)
        {
            int node = open.Pop();
            if (twins.TryGetValue(node, out int twin))
                Push(twin);
            foreach (string input in nodes[node].Inputs)
                Need(input);
        }
        return nodes.Where((_, i) => needed[i]).ToList();

        void Need(string tensor)
        {
            if (producers.TryGetValue(tensor, out int producer))
                Push(producer);
        }

        void Push(int node)
        {
            if (needed[node])
                return;
            needed[node] = true;
            open.Push(node);
        }
    }
}
