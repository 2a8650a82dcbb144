namespace GradCam.Gen.Build.Onnx;

/// <summary>
/// Runs of <c>scale</c> and <c>shift</c>: neighbours of a kind become one, a factor between two summands leaves one factor and one summand, and those
/// right after a layer normalisation without weights become its weights.
/// </summary>
internal static class MergeAffine
{
    /// <summary>Statements looked at in all: what a hostile file leaves unmerged is as right, if longer.</summary>
    private const long MaximumSteps = 20_000_000;

    public static void Run(NetProgram program)
    {
        long steps = 0;
        do
            steps += program.Statements.Count;
        while (steps < MaximumSteps && MergeOne(program));
    }

    private static bool MergeOne(NetProgram program)
    {
        Dictionary<NetValue, int> uses = program.CountUses();
        Dictionary<NetValue, NetStatement> producers = program.Statements.ToDictionary(statement => statement.Output);
        bool changed = false;
        for (int i = 0; i < program.Statements.Count; i++)
        {
            NetStatement last = program.Statements[i];
            if (last.Operation is not ("scale" or "shift") || Before(last) is not NetStatement first)
                continue;
            if (first.Operation == last.Operation)
            {
                program.Statements[i] = Replace(last, last.Operation, first.Inputs[0], Combine(first, last, last.Operation == "scale" ? (a, b) => a * b : (a, b) => a + b), last);
                program.Statements.Remove(first);
                changed = true;
            }
            else if (last.Operation == "shift" && first.Operation == "scale" && Before(first) is { Operation: "shift" } start)
            {
                // (x + a) b + c = b x + (a b + c)
                var product = new NetValue(first.Output.Channels, first.Output.Height, first.Output.Width);
                float[] moved = Combine(start, first, (a, b) => a * b);
                NetStatement scale = Replace(first, "scale", start.Inputs[0], first.Weights[0].Tensor.ToFloats(), first, product);
                NetStatement shift = Replace(last, "shift", product, Combine(moved, last.Weights[0].Tensor.ToFloats(), (a, b) => a + b), last);
                program.Statements[i] = shift;
                program.Statements[program.Statements.IndexOf(first)] = scale;
                program.Statements.Remove(start);
                changed = true;
            }
            else if (first.Operation == "layernorm" && first.Arguments.EndsWith("affine off", StringComparison.Ordinal) && last.Operation == "scale"
                && last.Weights[0].Tensor.Count == last.Output.Channels && After(last) is { Operation: "shift" } summand && summand.Weights[0].Tensor.Count == last.Output.Channels)
            {
                var norm = new NetStatement
                {
                    Operation = "layernorm",
                    Arguments = first.Arguments.Substring(0, first.Arguments.Length - "affine off".Length).Trim(),
                    Inputs = first.Inputs,
                    Output = summand.Output,
                    Weights = [last.Weights[0] with { Suffix = ".weight" }, summand.Weights[0] with { Suffix = ".bias" }],
                    TensorName = summand.TensorName,
                    NodeName = first.NodeName,
                    WeightName = last.WeightName ?? summand.WeightName,
                };
                program.Statements[program.Statements.IndexOf(summand)] = norm;
                program.Statements.Remove(first);
                program.Statements.Remove(last);
                changed = true;
            }
            if (changed)
                return true;
        }
        return false;

        NetStatement? Before(NetStatement statement) =>
            producers.TryGetValue(statement.Inputs[0], out NetStatement? producer) && uses[producer.Output] == 1 && producer.Operation is "scale" or "shift" or "layernorm" ? producer : null;

        NetStatement? After(NetStatement statement) => uses[statement.Output] == 1 ? program.Readers(statement.Output).FirstOrDefault() : null;
    }

    private static NetStatement Replace(NetStatement statement, string operation, NetValue input, float[] values, NetStatement named, NetValue? output = null) => new()
    {
        Operation = operation,
        Arguments = "",
        Inputs = [input],
        Output = output ?? statement.Output,
        Weights = [new NetWeight("", [values.Length], OnnxTensor.FromFloats([values.Length], values))],
        TensorName = named.TensorName,
        NodeName = named.NodeName,
        WeightName = named.WeightName,
    };

    private static float[] Combine(NetStatement first, NetStatement last, Func<double, double, double> combine) =>
        Combine(first.Weights[0].Tensor.ToFloats(), last.Weights[0].Tensor.ToFloats(), combine);

    private static float[] Combine(float[] a, float[] b, Func<double, double, double> combine) =>
        Enumerable.Range(0, Math.Max(a.Length, b.Length)).Select(i => (float)combine(a[a.Length == 1 ? 0 : i], b[b.Length == 1 ? 0 : i])).ToArray();
}
