namespace GradCam.Gen.Build.Onnx;

/// <summary>
/// Runs of <c>scale</c> and <c>shift</c>: neighbours of a kind become one, a factor between two summands leaves one factor and one summand, and those
/// right after a layer or group normalisation without weights become its weights.
/// </summary>
internal sealed class MergeAffine
{
    private const string WithoutWeights = "affine off";

    private readonly NetProgram _program;
    private readonly Dictionary<NetValue, int> _uses;
    private readonly Dictionary<NetValue, NetStatement> _producers = [];
    private readonly Dictionary<NetStatement, int> _places = [];
    private readonly HashSet<NetStatement> _merged = [];

    private MergeAffine(NetProgram program)
    {
        _program = program;
        _uses = program.CountUses();
        for (int i = 0; i < program.Statements.Count; i++)
            Put(program.Statements[i], i);
    }

    public static void Run(NetProgram program)
    {
        var pass = new MergeAffine(program);
        for (int i = 0; i < program.Statements.Count; i++)
            pass.MergeInto(program.Statements[i]);
        program.Statements.RemoveAll(pass._merged.Contains);
    }

    /// <summary>Merges a statement with those before it, as long as it goes on.</summary>
    private void MergeInto(NetStatement last)
    {
        while (last.Operation is "scale" or "shift" && Before(last) is NetStatement first)
        {
            if (first.Operation == last.Operation)
            {
                last = Replace(
                    last, last, last.Operation, first.Inputs[0], Combine(first, last, last.Operation == "scale" ? (a, b) => a * b : (a, b) => a + b),
                    last.Output);
                _merged.Add(first);
            }
            else if (last.Operation == "shift" && first.Operation == "scale" && Before(first) is { Operation: "shift" } start)
            {
                // (x + a) b + c = b x + (a b + c)
                var product = new NetValue(first.Output.Channels, first.Output.Height, first.Output.Width);
                float[] moved = Combine(start, first, (a, b) => a * b);
                NetStatement scale = Replace(first, first, "scale", start.Inputs[0], first.Weights[0].Tensor.ToFloats(), product);
                _uses[product] = 1;
                Replace(last, last, "shift", product, Combine(moved, last.Weights[0].Tensor.ToFloats(), (a, b) => a + b), last.Output);
                _merged.Add(start);
                last = scale;
            }
            else if (last.Operation == "shift" && first.Operation == "scale"
                && Before(first) is { Operation: "layernorm" or "groupnorm" or "instancenorm" } norm && HasAllChannels(first) && HasAllChannels(last))
            {
                Put(
                    new NetStatement
                    {
                        Operation = norm.Operation,
                        Arguments = norm.Arguments.Substring(0, norm.Arguments.Length - WithoutWeights.Length).Trim(),
                        Inputs = norm.Inputs,
                        Output = last.Output,
                        Weights = [first.Weights[0] with { Suffix = ".weight" }, last.Weights[0] with { Suffix = ".bias" }],
                        TensorName = last.TensorName,
                        NodeName = norm.NodeName,
                        WeightName = first.WeightName ?? last.WeightName,
                    },
                    _places[last]);
                _merged.Add(norm);
                _merged.Add(first);
                return;
            }
            else
            {
                return;
            }
        }
    }

    /// <summary>The statement before one that reads it alone, where the two may be merged.</summary>
    private NetStatement? Before(NetStatement statement) =>
        _producers.TryGetValue(statement.Inputs[0], out NetStatement? producer) && _uses[producer.Output] == 1
        && (producer.Operation is "scale" or "shift"
            || (producer.Operation is "layernorm" or "groupnorm" or "instancenorm" && producer.Arguments.EndsWith(WithoutWeights, StringComparison.Ordinal)))
            ? producer
            : null;

    private static bool HasAllChannels(NetStatement statement) => statement.Weights[0].Tensor.Count == statement.Output.Channels;

    private void Put(NetStatement statement, int place)
    {
        _program.Statements[place] = statement;
        _places[statement] = place;
        _producers[statement.Output] = statement;
    }

    private NetStatement Replace(NetStatement old, NetStatement named, string operation, NetValue input, float[] values, NetValue output)
    {
        var statement = new NetStatement
        {
            Operation = operation,
            Arguments = "",
            Inputs = [input],
            Output = output,
            Weights = [new NetWeight("", [values.Length], OnnxTensor.FromFloats([values.Length], values))],
            TensorName = named.TensorName,
            NodeName = named.NodeName,
            WeightName = named.WeightName,
        };
        Put(statement, _places[old]);
        return statement;
    }

    private static float[] Combine(NetStatement first, NetStatement last, Func<double, double, double> combine) =>
        Combine(first.Weights[0].Tensor.ToFloats(), last.Weights[0].Tensor.ToFloats(), combine);

    private static float[] Combine(float[] a, float[] b, Func<double, double, double> combine) =>
        Enumerable.Range(0, Math.Max(a.Length, b.Length)).Select(i => (float)combine(a[a.Length == 1 ? 0 : i], b[b.Length == 1 ? 0 : i])).ToArray();
}
