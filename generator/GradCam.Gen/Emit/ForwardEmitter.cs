using GradCam.Gen.Model;
using GradCam.Gen.Operations;
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
            .Select(layer => (Layer: layer, Calls: Calls(layer)))
            .Where(step => step.Calls.Count > 0).ToList();

        IReadOnlyList<string> Calls(Layer layer) => chains.TryGetValue(layer.Id, out IReadOnlyList<Layer>? chain)
            ? [ConvolutionOperation.ForwardChain(chain, names)]
            : layer.Operation.Forward(new LayerCode(plan, names, layer));

        writer.Summary("The forward pass.");
        writer.Open("public static void RunForward(ref TBackend backend)");
        foreach ((Layer layer, _) in steps)
            writer.Line($"Forward.{names.Layer(layer.Id)}(ref backend);");
        writer.Close();
        writer.Line();
        Suffixes(writer, network, names, [.. steps.Select(step => step.Layer.Id)]);

        var statistics = new Statistics(network);
        Dictionary<int, Layer> byId = network.ById();
        writer.Summary("The layers, in running order.");
        writer.Open("private static class Forward");
        foreach ((Layer layer, IReadOnlyList<string> calls) in steps)
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

    /// <summary>The parts of the schedule behind the layers whose attribute asks for them.</summary>
    private static void Suffixes(SourceWriter writer, Network network, Names names, List<int> steps)
    {
        writer.Summary("The forward pass from a compiled layer on, in the same memory.");
        const string Otherwise = "throw new global::System.ArgumentOutOfRangeException(\"layer\", layer, \"It takes [GradCam(…, Suffix = true)].\")";
        const string Signature = "public static void RunSuffix(ref TBackend backend, int layer)";
        if (network.Targets.All(target => !target.Suffix))
        {
            writer.Member(Signature, Otherwise);
            writer.Line();
            return;
        }

        writer.Open(Signature);
        writer.Open("switch (layer)");
        for (int i = 0; i < network.Targets.Count; i++)
        {
            if (!network.Targets[i].Suffix)
                continue;
            HashSet<int> rerun = network.DependentsOf(network.Targets[i].Id);
            writer.Line(Invariant($"case {i}:"));
            writer.Indented([.. steps.Where(rerun.Contains).Select(id => $"Forward.{names.Layer(id)}(ref backend);"), "break;"]);
        }

        writer.Line($"default: {Otherwise};");
        writer.Close();
        writer.Close();
        writer.Line();
    }

    private static string Describe(Layer layer, Dictionary<int, Layer> byId, Statistics statistics)
    {
        string inputs = string.Join(" and ", layer.Inputs.Select(id => byId[id].Shape.ToString()).Distinct());
        var parts = new List<string> { $"{layer.Name}: {inputs} to {layer.Shape}" };
        parts.Add(layer.Operation.Describe(layer.Shape));
        parts.AddRange(layer.Merged);
        long macs = statistics.MultiplyAccumulates(layer);
        return string.Join(", ", parts) + (macs == 0 ? "." : $"; {Statistics.Scaled(macs)}MAC.");
    }
}
