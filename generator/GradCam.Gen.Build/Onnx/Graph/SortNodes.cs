namespace GradCam.Gen.Build.Onnx;

/// <summary>
/// Brings the nodes into an order in which every tensor is computed before it is read, the file's own wherever possible; reports circles and tensors that
/// nothing computes.
/// </summary>
internal static class SortNodes
{
    public static List<OnnxNode> Run(List<OnnxNode> nodes, ICollection<string> known, int opset)
    {
        var producer = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < nodes.Count; i++)
        {
            foreach (string output in nodes[i].Outputs)
            {
                if (output.Length == 0)
                    continue;
                if (producer.ContainsKey(output) || known.Contains(output))
                    throw new OnnxImportException($"tensor '{output}' is computed twice", nodes[i], opset);
                producer.Add(output, i);
            }
        }

        var missing = new int[nodes.Count];
        var readers = new Dictionary<int, List<int>>();
        for (int i = 0; i < nodes.Count; i++)
        {
            foreach (string input in nodes[i].Inputs)
            {
                if (input.Length == 0 || known.Contains(input))
                    continue;
                if (!producer.TryGetValue(input, out int source))
                    throw new OnnxImportException($"reads tensor '{input}', which nothing computes", nodes[i], opset);
                missing[i]++;
                if (!readers.TryGetValue(source, out List<int>? list))
                    readers.Add(source, list = []);
                list.Add(i);
            }
        }

        var ready = new SortedSet<int>(Enumerable.Range(0, nodes.Count).Where(i => missing[i] == 0));
        var sorted = new List<OnnxNode>(nodes.Count);
        while (ready.Count > 0)
        {
            int next = ready.Min;
            ready.Remove(next);
            sorted.Add(nodes[next]);
            if (!readers.TryGetValue(next, out List<int>? list))
                continue;
            foreach (int reader in list)
            {
                if (--missing[reader] == 0)
                    ready.Add(reader);
            }
        }
        if (sorted.Count < nodes.Count)
            throw new OnnxImportException("the graph is circular here", nodes[Array.FindIndex(missing, count => count > 0)], opset);
        return sorted;
    }
}
