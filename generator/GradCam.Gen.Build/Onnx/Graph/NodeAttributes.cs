namespace GradCam.Gen.Build.Onnx;

/// <summary>Reads attributes with their defaults. A wrong kind is reported by the caller's error.</summary>
internal static class NodeAttributes
{
    public static int Int(this OnnxNode node, string name, int whenAbsent)
    {
        if (!node.Attributes.TryGetValue(name, out OnnxAttribute? attribute))
            return whenAbsent;
        long value = attribute.Integer ?? throw Wrong(name, "an integer");
        return value is >= int.MinValue and <= int.MaxValue ? (int)value : throw new OnnxImportException($"attribute {name} is {value}");
    }

    public static float Float(this OnnxNode node, string name, float whenAbsent) =>
        node.Attributes.TryGetValue(name, out OnnxAttribute? attribute) ? attribute.Float ?? attribute.Integer ?? throw Wrong(name, "a number") : whenAbsent;

    public static string Text(this OnnxNode node, string name, string whenAbsent) =>
        node.Attributes.TryGetValue(name, out OnnxAttribute? attribute) ? attribute.Text ?? throw Wrong(name, "a text") : whenAbsent;

    public static int[]? Ints(this OnnxNode node, string name)
    {
        if (!node.Attributes.TryGetValue(name, out OnnxAttribute? attribute))
            return null;
        long[] values = attribute.Integers ?? throw Wrong(name, "a list of integers");
        var result = new int[values.Length];
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = values[i] is >= int.MinValue and <= int.MaxValue
                ? (int)values[i]
                : throw new OnnxImportException($"attribute {name} holds {values[i]}");
        }

        return result;
    }

    public static bool Has(this OnnxNode node, string name) => node.Attributes.ContainsKey(name);

    /// <summary>The name of an input, or an empty text where the node has none there.</summary>
    public static string Input(this OnnxNode node, int index) => index < node.Inputs.Count ? node.Inputs[index] : "";

    private static OnnxImportException Wrong(string name, string expected) => new($"attribute {name} is not {expected}");
}
