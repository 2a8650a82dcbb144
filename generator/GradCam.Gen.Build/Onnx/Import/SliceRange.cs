namespace GradCam.Gen.Build.Onnx;

/// <summary>What a Slice keeps of an axis.</summary>
internal readonly record struct SliceRange(int Axis, int Start, int Step, int Count)
{
    /// <summary>The ranges of a Slice node, from attributes (before opset 10) or inputs.</summary>
    public static List<SliceRange> Of(
        OnnxNode node, OnnxTensor? starts, OnnxTensor? ends, OnnxTensor? axes, OnnxTensor? steps, int[] shape, int opset)
    {
        long[]? first, last, along, by = null;
        if (opset < 10 || node.Has("starts"))
        {
            first = Longs(node, "starts");
            last = Longs(node, "ends");
            along = Longs(node, "axes");
        }
        else
        {
            first = starts?.ToIntegers();
            last = ends?.ToIntegers();
            along = axes?.ToIntegers();
            by = steps?.ToIntegers();
        }
        if (first is null || last is null)
            throw new OnnxImportException("starts or ends are missing");
        if (last.Length != first.Length || (along is not null && along.Length != first.Length) || (by is not null && by.Length != first.Length))
            throw new OnnxImportException("starts, ends, axes and steps differ in length");
        int[] at = Indexing.Axes(along ?? Enumerable.Range(0, first.Length).Select(i => (long)i), shape.Length);
        var ranges = new List<SliceRange>();
        for (int i = 0; i < at.Length; i++)
        {
            (int start, int step, int count) = Indexing.Slice(first[i], last[i], by?[i] ?? 1, shape[at[i]]);
            ranges.Add(new SliceRange(at[i], start, step, count));
        }
        return ranges;
    }

    /// <summary>The sizes of a Split's parts, from its input, its attribute or the number of its outputs.</summary>
    public static int[] Split(OnnxNode node, OnnxTensor? sizes, int size)
    {
        long[]? given = sizes?.ToIntegers() ?? Longs(node, "split");
        int parts = node.Outputs.Count;
        if (given is null)
        {
            // Equal parts; from opset 18 on the last one may be smaller.
            int part = parts == 0 ? 0 : (size + parts - 1) / parts;
            given = Enumerable.Range(0, parts).Select(i => (long)Math.Max(Math.Min(part, size - i * part), 0)).ToArray();
        }
        if (given.Length != parts || given.Any(part => part < 0 || part > size) || given.Sum() != size)
            throw new OnnxImportException($"splits {size} into [{string.Join(", ", given.Take(32))}] for {parts} outputs");
        return Array.ConvertAll(given, part => (int)part);
    }

    private static long[]? Longs(OnnxNode node, string name) => node.Ints(name)?.Select(value => (long)value).ToArray();
}
