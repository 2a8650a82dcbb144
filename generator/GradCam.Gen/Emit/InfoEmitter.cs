using GradCam.Gen.Model;
using GradCam.Gen.Operations;
using GradCam.Gen.Syntax;
using static System.FormattableString;

namespace GradCam.Gen.Emit;

/// <summary>The network's description, which the runtime reads.</summary>
internal static class InfoEmitter
{
    private const string BatchNormTensors = "BatchNormTensors";

    /// <summary>Tensors of a layer that share a line.</summary>
    private const int MostOnALine = 4;

    public static void Emit(SourceWriter writer, CompilationInput input, Plan plan, Names names)
    {
        Network network = plan.Network;
        var statistics = new Statistics(network);
        writer.Summary("What the runtime knows of the network.");
        writer.Open("public static global::GradCam.NetworkInfo Info { get; } = new()");
        writer.Line($"Name = {SourceWriter.Literal(input.Class.Name.TrimStart('@'))},");
        List(writer, "Inputs", network.Inputs.Select(one => $"new() {{ Name = {SourceWriter.Literal(one.Name)}, Tensor = {names.Value(one.Id)} }}"));
        List(writer, "Outputs", network.Outputs.Select(output => Output(plan, output, names)));
        List(writer, "Layers", network.Targets.Select((_, i) => Layer(plan, i, names)));
        writer.Line($"WorkspaceLength = {Invariant($"{plan.WorkspaceLength}")},");
        writer.Line($"MultiplyAccumulates = {Invariant($"{statistics.TotalMultiplyAccumulates}")},");
        writer.Line($"Parameters = {Invariant($"{statistics.TotalParameters}")},");
        writer.Line($"Preprocessing = {Preprocessing(network)},");
        if (network.Image is not { Order: not "none" })
            writer.Line($"PreprocessingOrigin = global::GradCam.PreprocessingOrigin.{(network.GuessesPreprocessing ? "Assumed" : "TensorsOnly")},");
        if (input.Weights is { } file)
        {
            writer.Line($"WeightFile = {SourceWriter.Literal(file.File)},");
            writer.Line($"WeightFileSha256 = {SourceWriter.Literal(file.Sha256)},");
        }

        List(writer, "Labels", (input.Labels ?? default).Select(SourceWriter.Literal));
        Weights(writer, network.Weights);
        writer.Close("};");
        writer.Line();
        Shorthand(writer, network.Weights);
    }

    /// <summary>The table of weights. The tensors of a layer share a line, with the first one's index, by which operations refer to them.</summary>
    private static void Weights(SourceWriter writer, IReadOnlyList<TensorEntry> weights)
    {
        if (weights.Count == 0)
        {
            writer.Line("Weights = [],");
            return;
        }

        int digits = Invariant($"{weights.Count - 1}").Length;
        writer.Line("Weights =");
        writer.Begin("[");
        for (int i = 0; i < weights.Count;)
        {
            int count = 1;
            while (count < MostOnALine && i + count < weights.Count && Path(weights[i + count]) == Path(weights[i]))
                count++;
            string index = $"/* {Invariant($"{i}").PadLeft(digits)} */ ";
            List<TensorEntry> layer = [.. Enumerable.Range(i, count).Select(n => weights[n])];
            bool isBatchNorm = IsBatchNorm(layer);
            string line = isBatchNorm
                ? $"{index}.. {BatchNormTensors}({SourceWriter.Literal(Path(layer[0]))}, {Invariant($"{layer[0].Shape[0]}")}),"
                : $"{index}{string.Join(", ", layer.Select(Weight))},";
            if (!isBatchNorm && !writer.Fits(line))
                (line, count) = ($"{index}{Weight(layer[0])},", 1);
            writer.Line(line);
            i += count;
        }

        writer.Close("],");
    }

    /// <summary>What most tensors of most networks are.</summary>
    private static void Shorthand(SourceWriter writer, IReadOnlyList<TensorEntry> weights)
    {
        if (!Enumerable.Range(0, Math.Max(0, weights.Count - 3)).Any(i => IsBatchNorm([weights[i], weights[i + 1], weights[i + 2], weights[i + 3]])))
            return;
        writer.Summary("The four tensors of a batch norm.");
        writer.Member(
            $"private static global::GradCam.WeightInfo[] {BatchNormTensors}(string path, int channels)",
            $"[{string.Join(", ", AffineOperation.BatchNormRoles.Select(role => $"new(path + \".{role}\", channels)"))}]");
        writer.Line();
    }

    private static bool IsBatchNorm(List<TensorEntry> layer) =>
        layer.Count == 4 && layer[0].Shape.Count == 1
        && layer.All(weight => weight.Shape.Equals(layer[0].Shape))
        && layer.Select(weight => weight.Name).SequenceEqual(AffineOperation.BatchNormRoles.Select(role => $"{Path(layer[0])}.{role}"));

    private static string Path(TensorEntry weight) => weight.Name.Substring(0, Math.Max(0, weight.Name.LastIndexOf('.')));

    private static string Output(Plan plan, Output output, Names names)
    {
        string head = output.Head == OutputHead.None ? "" : $", Head = global::GradCam.OutputHead.{output.Head}";
        string seed = plan.Backward.FirstOrDefault(step => step.Kind == BackwardKind.Given && step.Operand == output.Id) is { } given
            ? $", Seed = {names.Gradient(given.To)}"
            : "";
        return $"new() {{ Name = {SourceWriter.Literal(output.Name)}, Tensor = {names.Value(output.Id)}{head}{seed} }}";
    }

    private static string Weight(TensorEntry weight) =>
        $"new({SourceWriter.Literal(weight.Name)}{string.Concat(weight.Shape.Select(size => Invariant($", {size}")))})";

    private static string Layer(Plan plan, int index, Names names)
    {
        Network network = plan.Network;
        Target target = network.Targets[index];
        List<Slice> slices = [.. plan.Slices.Where(slice => slice.Target == index)];
        List<string> members = [$"Name = {SourceWriter.Literal(target.Name)}", $"Activation = {names.Value(target.Id)}"];
        List<string> gradients = [.. slices.Select(slice => names.Gradient(plan.GradientOf(slice)))];
        for (int i = 0; i < slices.Count; i++)
        {
            if (i == 0 || gradients[i] != gradients[0])
                members.Add($"{(slices[i].Seed == SliceSeed.Class ? "" : "Seeded")}Gradient = {gradients[i]}");
        }

        if (plan.SumsSlices.FirstOrDefault(slice => slice.Target == index) is { } sums)
            members.Add($"GradientSums = {names.Gradient(sums.Sums)}");
        if (target.Suffix)
            members.Add("HasSuffix = true");
        HashSet<int> given = [.. plan.Steps(new Slice(index, SliceSeed.Tensors)).Where(step => step.Kind == BackwardKind.Given).Select(step => step.Operand)];
        int[] outputs = [.. Enumerable.Range(0, network.Outputs.Count).Where(output => given.Contains(network.Outputs[output].Id))];
        if (outputs.Length < network.Outputs.Count)
            members.Add($"Outputs = [{string.Join(", ", outputs.Select(output => Invariant($"{output}")))}]");
        return $"new() {{ {string.Join(", ", members)} }}";
    }

    private static void List(SourceWriter writer, string name, IEnumerable<string> items)
    {
        string[] lines = items.Select(item => item + ",").ToArray();
        if (lines.Length == 0)
        {
            writer.Line($"{name} = [],");
            return;
        }

        writer.Line($"{name} =");
        writer.Line("[");
        writer.Indented(lines);
        writer.Line("],");
    }

    private static string Preprocessing(Network network)
    {
        ImageSyntax? image = network.Image;
        string order = (image?.Order ?? (network.Input.Shape.Channels == 1 ? "gray" : "rgb")) switch { "gray" => "Gray", "bgr" => "Bgr", _ => "Rgb" };
        var properties = new List<string> { $"Order = global::GradCam.ChannelOrder.{order}" };
        if (image is { Resize: > 0 } or { Crop: > 0 })
            properties.Add(Invariant($"ResizeShorterSide = {(image.Resize > 0 ? image.Resize : image.Crop)}"));
        if (image?.Scale is double scale)
            properties.Add($"Scale = {SourceWriter.Float(scale)}");
        if (image is { Mean.Count: > 0 })
            properties.Add($"Mean = [{string.Join(", ", image.Mean.Select(SourceWriter.Float))}]");
        if (image is { Std.Count: > 0 })
            properties.Add($"StandardDeviation = [{string.Join(", ", image.Std.Select(SourceWriter.Float))}]");
        return $"new() {{ {string.Join(", ", properties)} }}";
    }
}
