using GradCam.Gen.Model;
using static System.FormattableString;

namespace GradCam.Gen.Emit;

/// <summary>The table of layers in the class's documentation.</summary>
internal static class SummaryEmitter
{
    public static void Emit(SourceWriter writer, CompilationInput input, Plan plan)
    {
        Network network = plan.Network;
        var statistics = new Statistics(network);
        Layer logits = network.ById()[network.LogitsId];
        string cost = $"{Statistics.Scaled(statistics.TotalMultiplyAccumulates)}MAC, {Statistics.Count(statistics.TotalParameters)} parameters";
        string workspace = Statistics.Bytes(plan.WorkspaceLength);
        string count = network.HasClasses ? Invariant($"{logits.Shape.Channels} logit{(logits.Shape.Channels == 1 ? "" : "s")}") : $"a map, {logits.Shape}";
        writer.Summary($"{input.SpecName}: {string.Join(" and ", network.Inputs.Select(one => one.Shape))} to {count}. {cost}, workspace {workspace}.");
        writer.Line("/// <remarks><code>");
        foreach (string line in Table(plan, statistics))
            writer.Remark(line);
        writer.Line("/// </code>");
        foreach (string line in Heads(network, logits).Append(Image(network)).Where(line => line.Length > 0))
            writer.Remark(line);
        for (int i = 0; i < network.Targets.Count; i++)
            writer.Remark(Slice(plan, i, statistics));
        writer.Line("/// </remarks>");
    }

    /// <summary>How the logits become probabilities.</summary>
    private static IEnumerable<string> Heads(Network network, Layer logits)
    {
        if (network.Outputs[0].Head != OutputHead.None)
            yield return $"The final {HeadOf(network.Outputs[0])} is left to Probabilities: what is explained is its input, the logit.";
        else if (logits.Shape is { IsVector: true, Channels: 1 })
            yield return "Probabilities is the logit's sigmoid. Where the logit is a quantity and no class (a regression), read Logits.";
        foreach (Output output in network.Outputs.Skip(1).Where(output => output.Head != OutputHead.None))
            yield return $"The output {output.Name} holds logits, too: its {HeadOf(output)} is left to Outputs.Probabilities.";
    }

    private static string HeadOf(Output output) => output.Head == OutputHead.Softmax ? "softmax" : "sigmoid";

    private static string Image(Network network) =>
        network.GuessesPreprocessing ? "Nothing says how a photo becomes the input: pixels are scaled to 0 to 1, which is a guess."
        : network.Image is not { Order: not "none" } ? "The input is a prepared tensor: photos are refused."
        : "";

    private static IEnumerable<string> Table(Plan plan, Statistics statistics)
    {
        List<string[]> rows = [["layer", "output", "MAC", "parameters", "workspace (floats)"]];
        foreach (Layer layer in plan.Network.Layers)
        {
            long macs = statistics.MultiplyAccumulates(layer), parameters = statistics.Parameters(layer);
            rows.Add(
            [
                string.Join(" ", new[] { layer.Name }.Concat(Names(layer, plan.Network))),
                layer.Shape.ToString(),
                macs == 0 ? "-" : Statistics.Scaled(macs),
                parameters == 0 ? "-" : Statistics.Count(parameters),
                plan.Values.TryGetValue(layer.Id, out Location? location) ? Place(location) : "in strips",
            ]);
        }

        int[] widths = Enumerable.Range(0, 4).Select(column => rows.Max(row => row[column].Length)).ToArray();
        return rows.Select(
            row => $"{row[0].PadRight(widths[0])}  {row[1].PadRight(widths[1])}  {row[2].PadLeft(widths[2])}  {row[3].PadLeft(widths[3])}  {row[4]}");
    }

    private static string Place(Location location) =>
        Invariant($"0x{location.Buffer.Offset:x6}..0x{location.Buffer.End:x6}") + (location.IsWhole ? "" : Invariant($" channel {location.Channel}"));

    /// <summary>What was merged into a row, and the compiled layer that it is: "bn1", "relu", "= layer1".</summary>
    private static IEnumerable<string> Names(Layer layer, Network network) =>
        layer.Merged.Select(ShortName).Concat(
            network.Targets
                .Where(target => target.Id == layer.Id && target.Name != layer.Name && !layer.Merged.Any(merged => merged.Contains(target.Name + " ")))
                .Select(target => "= " + target.Name));

    /// <summary>"layer1.0.bn1 folded" becomes "bn1". A number alone would not be found: "layers.15 folded" becomes "layers.15".</summary>
    private static string ShortName(string merged)
    {
        string text = merged.Substring(0, merged.LastIndexOf(' '));
        int name = text.LastIndexOf(' ') + 1, last = Math.Max(name, text.LastIndexOf('.') + 1);
        return text.Substring(0, name) + text.Substring(last < text.Length && char.IsDigit(text[last]) ? name : last);
    }

    private static string Slice(Plan plan, int target, Statistics statistics)
    {
        string name = plan.Network.Targets[target].Name;
        // The dearer one of the two, where there are two.
        string whole = Cost(plan, plan.Steps(plan.Slices.First(slice => slice.Target == target)), statistics);
        SumsSlice? sums = plan.SumsSlices.FirstOrDefault(slice => slice.Target == target);
        return sums is null
            ? $"Grad-CAM at {name} keeps it and differentiates {whole}."
            : $"Grad-CAM at {name} keeps it and differentiates {Cost(plan, plan.Backward.Where(sums.Runs).Concat(sums.Steps), statistics)}; other methods " +
                $"{whole}.";
    }

    /// <summary>The layers that steps differentiate, and the multiply-accumulates of that.</summary>
    private static string Cost(Plan plan, IEnumerable<BackwardStep> steps, Statistics statistics)
    {
        List<BackwardStep> operations = steps.Where(step => step.Kind is BackwardKind.Operation or BackwardKind.Row).ToList();
        List<Layer> layers = operations.Select(step => step.Layer).Distinct().ToList();
        long macs = operations.Sum(statistics.MultiplyAccumulates);
        string names = layers.Count <= 6
            ? string.Join(", ", layers.Select(layer => layer.Name))
            : string.Join(", ", layers.Take(3).Select(layer => layer.Name)) + ", … " + layers[layers.Count - 1].Name;
        return $"{(layers.Count == 0 ? "nothing" : names)} ({Statistics.Scaled(macs)}MAC)";
    }
}
