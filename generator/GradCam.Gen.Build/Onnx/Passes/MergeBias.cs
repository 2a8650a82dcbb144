namespace GradCam.Gen.Build.Onnx;

/// <summary>A summand for each channel right after a convolution or linear layer without a bias is its bias (MatMul + Add, Conv + BiasAdd).</summary>
internal static class MergeBias
{
    private const string NoBias = "bias off";

    public static void Run(NetProgram program)
    {
        Dictionary<NetValue, int> uses = program.CountUses();
        Dictionary<NetValue, NetStatement> producers = program.Statements.ToDictionary(statement => statement.Output);
        var merged = new HashSet<NetStatement>();
        for (int i = 0; i < program.Statements.Count; i++)
        {
            NetStatement shift = program.Statements[i];
            if (shift.Operation != "shift" || !producers.TryGetValue(shift.Inputs[0], out NetStatement? layer) || uses[layer.Output] != 1
                || layer.Operation is not ("conv" or "linear" or "convtranspose") || !layer.Options.EndsWith(NoBias, StringComparison.Ordinal))
                continue;
            int channels = layer.Output.Channels;
            float[] values = shift.Weights[0].Tensor.ToFloats();
            OnnxTensor bias = values.Length == channels
                ? shift.Weights[0].Tensor
                : OnnxTensor.FromFloats([channels], Enumerable.Repeat(values[0], channels).ToArray());
            var whole = new NetStatement
            {
                Operation = layer.Operation,
                Arguments = layer.Arguments,
                Options = layer.Options.Substring(0, layer.Options.Length - NoBias.Length).Trim(),
                Pad = layer.Pad,
                Inputs = layer.Inputs,
                Output = shift.Output,
                Weights = [layer.Weights[0], new NetWeight(".bias", [channels], bias)],
                TensorName = shift.TensorName,
                NodeName = layer.NodeName,
                WeightName = layer.WeightName ?? shift.WeightName,
            };
            program.Statements[i] = whole;
            merged.Add(layer);
            producers[whole.Output] = whole;
        }
        program.Statements.RemoveAll(merged.Contains);
    }
}
