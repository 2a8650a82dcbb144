using GradCam.Gen.Model;
using static System.FormattableString;

namespace GradCam.Gen.Emit;

/// <summary>The forward pass: the schedule, then one method a layer.</summary>
internal static class ForwardEmitter
{
    public static void Emit(SourceWriter writer, Plan plan, Names names)
    {
        Network network = plan.Network;
        Dictionary<int, IReadOnlyList<Layer>> chains = plan.Chains.ToDictionary(chain => chain[chain.Count - 1].Id);
        var steps = network.Layers.Where(layer => plan.Values.ContainsKey(layer.Id))
            .Select(layer => (Layer: layer, Calls: chains.TryGetValue(layer.Id, out var chain) ? [Chain(names, chain)] : Calls(plan, names, layer)))
            .Where(step => step.Calls.Count > 0).ToList();

        writer.Summary("The forward pass.");
        writer.Open("public static void RunForward(ref TBackend backend)");
        foreach ((Layer layer, _) in steps)
            writer.Line($"Forward.{names.Layer(layer.Id)}(ref backend);");
        writer.Close();
        writer.Line();

        var statistics = new Statistics(network);
        Dictionary<int, Layer> byId = network.ById();
        writer.Summary("The layers, in running order.");
        writer.Open("private static class Forward");
        foreach ((Layer layer, List<string> calls) in steps)
        {
            if (chains.TryGetValue(layer.Id, out IReadOnlyList<Layer>? chain))
            {
                writer.Line("/// <summary>");
                writer.Line("/// In strips of rows, of which nothing but the last layer's output is stored:");
                foreach (Layer link in chain)
                    writer.Remark(Describe(link, byId, statistics));
                writer.Line("/// </summary>");
            }
            else
            {
                writer.Summary(Describe(layer, byId, statistics));
            }

            string head = $"public static void {names.Layer(layer.Id)}(ref TBackend backend)";
            if (calls.Count == 1)
            {
                writer.Member(head, calls[0]);
                continue;
            }

            writer.Open(head);
            foreach (string call in calls)
                writer.Call(call + ";");
            writer.Close();
        }

        writer.Close();
    }

    private static string Describe(Layer layer, Dictionary<int, Layer> byId, Statistics statistics)
    {
        string inputs = string.Join(" and ", layer.Inputs.Select(id => byId[id].Shape.ToString()).Distinct());
        var parts = new List<string> { $"{layer.Name}: {inputs} to {layer.Shape}" };
        string detail = layer.Operation switch
        {
            ConvolutionOperation convolution => convolution.Window + (convolution.Groups == 1 ? "" : Invariant($", {convolution.Groups} groups")),
            TransposedConvolutionOperation convolution => "transposed " + convolution.Window,
            MaxPoolOperation pool => "maximum over " + pool.Window,
            AveragePoolOperation pool => "mean over " + pool.Window,
            AdaptivePoolOperation pool => (pool.Maximum ? "maximum" : "mean") + (layer.Shape.IsVector ? " over all pixels" : " over bins"),
            var operation => operation.Name,
        };
        parts.Add(detail);
        parts.AddRange(layer.Merged);
        long macs = statistics.MultiplyAccumulates(layer);
        return string.Join(", ", parts) + (macs == 0 ? "." : $"; {Statistics.Scaled(macs)}MAC.");
    }

    private static string Chain(Names names, IReadOnlyList<Layer> chain)
    {
        Layer last = chain[chain.Count - 1];
        bool pools = last.Operation is MaxPoolOperation;
        string operations = string.Join(", ", chain.Take(pools ? chain.Count - 1 : chain.Count).Select(layer => names.Operation(layer.Id)));
        string input = names.Value(chain[0].Input), output = names.Value(last.Id);
        if (pools)
            return $"backend.ConvolutionChain([{operations}], maxPool: {names.Operation(last.Id)}, {input}, {output})";
        string residual = last.Residual is int id ? names.Value(id) : "default";
        return $"backend.ConvolutionChain([{operations}], {input}, residual: {residual}, output: {output})";
    }

    private static List<string> Calls(Plan plan, Names names, Layer layer)
    {
        string output = names.Value(layer.Id);
        string input = layer.Inputs.Count == 0 ? "" : names.Value(layer.Input);
        string activation = "activation: " + OperationsEmitter.Activation(layer.Activation);
        string operation = names.Operation(layer.Id);
        switch (layer.Operation)
        {
            case InputOperation or SliceOperation:
                return [];
            case ConvolutionOperation:
                string residual = layer.Residual is int id ? $"residual: {names.Value(id)}, " : "";
                return [$"backend.Convolution({operation}, {input}, {residual}output: {output})"];
            case TransposedConvolutionOperation:
                return [$"backend.TransposedConvolution({operation}, {input}, {output})"];
            case LinearOperation:
                return [$"backend.Linear({operation}, {input}, {output})"];
            case AffineOperation:
                return [$"backend.Affine({operation}, {input}, {output})"];
            case LayerNormOperation:
                return [$"backend.LayerNorm({operation}, {input}, {output})"];
            case ParametricReluOperation:
                return [$"backend.ParametricRelu({operation}, {input}, {output})"];
            case ActivationOperation own:
                return [$"backend.Activate({OperationsEmitter.Activation(own.Activation)}, {input}, {output})"];
            case MaxPoolOperation:
                return [$"backend.MaxPool({operation}, {input}, {output})"];
            case AveragePoolOperation:
                return [$"backend.AveragePool({operation}, {input}, {output})"];
            case AdaptivePoolOperation pool:
                return [$"backend.Adaptive{(pool.Maximum ? "Max" : "Average")}Pool({input}, {output})"];
            case FlattenOperation:
                return [$"backend.Flatten({input}, {output})"];
            case SoftmaxOperation:
                return [$"backend.Softmax({input}, {output})"];
            case AddOperation:
                return [$"backend.Add({input}, {names.Value(layer.Inputs[1])}, {activation}, {output})"];
            case MultiplyOperation:
                return [$"backend.Multiply({input}, {names.Value(layer.Inputs[1])}, {activation}, {output})"];
            case ConcatOperation:
                return Copies(plan, names, layer);
            case ShuffleOperation shuffle:
                return [Invariant($"backend.ChannelShuffle({shuffle.Groups}, {input}, {output})")];
            case LocalResponseNormOperation:
                return [$"backend.LocalResponseNorm({operation}, {input}, {output})"];
            case PadOperation pad:
                return [$"backend.Pad({operation}, reflect: {(pad.Reflect ? "true" : "false")}, {input}, {output})"];
            case UpsampleOperation upsample:
                return [$"backend.Upsample(global::GradCam.Interpolation.{upsample.Interpolation}, {input}, {output})"];
            default:
                throw new InvalidOperationException($"no emission for {layer.Operation.Name}");
        }
    }

    /// <summary>The operands of a concatenation that do not lie in its output.</summary>
    private static List<string> Copies(Plan plan, Names names, Layer concat)
    {
        var calls = new List<string>();
        Location output = plan.Values[concat.Id];
        int channel = 0;
        foreach (int input in concat.Inputs)
        {
            Location operand = plan.Values[input];
            if (operand.Buffer != output.Buffer || operand.Channel != output.Channel + channel)
                calls.Add(Invariant($"backend.Copy({names.Value(input)}, {names.Value(concat.Id)}.Slice({channel}, {operand.Shape.Channels}))"));
            channel += operand.Shape.Channels;
        }

        return calls;
    }
}
