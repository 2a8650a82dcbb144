using GradCam.Gen.Model;
using GradCam.Gen.Spec;
using static System.FormattableString;

namespace GradCam.Gen.Emit;

/// <summary>The network's description, which the runtime reads.</summary>
internal static class InfoEmitter
{
    public static void Emit(SourceWriter writer, CompilationInput input, Plan plan, Names names)
    {
        Network network = plan.Network;
        var statistics = new Statistics(network);
        writer.Summary("What the runtime knows of the network.");
        writer.Open("public static global::GradCam.NetworkInfo Info { get; } = new()");
        writer.Line($"Name = {SourceWriter.Literal(input.Class.Name.TrimStart('@'))},");
        writer.Line($"Input = {names.Value(network.Input.Id)},");
        writer.Line($"Outputs = [{string.Join(", ", network.Outputs.Select(output => Output(output, names)))}],");
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
        int digits = Invariant($"{network.Weights.Count - 1}").Length;
        List(writer, "Weights", network.Weights.Select((weight, i) => $"/* {Invariant($"{i}").PadLeft(digits)} */ {Weight(weight)}"));
        writer.Close("};");
        writer.Line();
    }

    private static string Output(Output output, Names names)
    {
        string head = output.Head == OutputHead.None ? "" : $", global::GradCam.OutputHead.{output.Head}";
        return $"new({SourceWriter.Literal(output.Name)}, {names.Value(output.Id)}{head})";
    }

    private static string Weight(TensorEntry weight) =>
        $"new({SourceWriter.Literal(weight.Name)}{string.Concat(weight.Shape.Select(size => Invariant($", {size}")))})";

    private static string Layer(Plan plan, int index, Names names)
    {
        Target target = plan.Network.Targets[index];
        string sums = plan.SumsSlices.FirstOrDefault(slice => slice.Target == index) is { } slice ? $", {names.Gradient(slice.Sums)}" : "";
        return $"new({SourceWriter.Literal(target.Name)}, {names.Value(target.Id)}, {names.Gradient(plan.GradientOf(index))}{sums})";
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
            properties.Add($"Std = [{string.Join(", ", image.Std.Select(SourceWriter.Float))}]");
        return $"new() {{ {string.Join(", ", properties)} }}";
    }
}
