using System.CommandLine;
using System.Globalization;
using GradCam.Gen.Build.Onnx;
using GradCam.Gen.Export;
using GradCam.Gen.Tool.Files;
using GradCam.Gen.Tool.Networks;
using GradCam.Gen.Tool.Terminal;
using Spectre.Console;

namespace GradCam.Gen.Tool.Commands;

/// <summary><c>gradcam inspect FILE</c>: the layers of a .net or .onnx file, the tensors of a .safetensors file.</summary>
internal static class InspectCommand
{
    public const string Examples = """
        Examples:
          gradcam inspect model.net                  its layers, their cost, and the names that [GradCam] takes
          gradcam inspect model.onnx --height 224 --width 224
                                                     of a file that takes any size
          gradcam inspect model.safetensors | grep conv
                                                     tensors; one a line, never broken in files and pipes
        """;

    public static Command Create()
    {
        var file = new Argument<FileInfo>("FILE") { Description = "A .net, .onnx or .safetensors file." };
        var options = new OnnxOptions();
        var command = new Command("inspect", "Lists layers and possible Grad-CAM layers, or tensors.") { file };
        options.AddTo(command);
        command.SetAction(result => GradCamTool.Run(
            result.InvocationConfiguration.Error,
            () => Inspect(result.GetRequiredValue(file), options.Read(result), result.InvocationConfiguration.Output)));
        return command;
    }

    private static void Inspect(FileInfo file, OnnxImportOptions options, TextWriter output)
    {
        NetFiles.MustExist(file);
        if (NetFiles.Has(file, ".net"))
            WriteLayers(LayerTable.OfSpec(file.FullName), output);
        else if (NetFiles.Has(file, ".onnx"))
            WriteLayers(LayerTable.OfOnnx(file.FullName, options), output);
        else if (NetFiles.Has(file, ".safetensors"))
            WriteTensors(TensorTable.Read(file.FullName), output);
        else
            throw new FileException($"{file}: expected a .net, .onnx or .safetensors file, by its name.");
    }

    private static void Write(Table table, TextWriter output) => ConsoleFactory.Create(output).Write(table);

    private static string Safe(string text) => Markup.Escape(Printable.Name(text));

    private static void WriteLayers(LayerTable layers, TextWriter output)
    {
        Table table = new Table().Border(TableBorder.None).AddColumns("layer", "operation", "output");
        table.AddColumn(new TableColumn("MAC").RightAligned()).AddColumn(new TableColumn("parameters").RightAligned()).AddColumn("Grad-CAM");
        bool several = layers.Rows.Any(row => row.Outputs.Count > 0);
        if (several)
            table.AddColumn("for output");
        foreach (LayerRow row in layers.Rows)
        {
            List<string> cells =
            [
                Safe(row.Name),
                row.Operation,
                $"{row.Channels}x{row.Height}x{row.Width}",
                row.MultiplyAccumulates == 0 ? "-" : LayerTable.Scaled(row.MultiplyAccumulates),
                row.Parameters == 0 ? "-" : row.Parameters.ToString("N0", CultureInfo.InvariantCulture),
                row.GradCamName is string name ? name == row.Name ? "yes" : Safe(name) : "",
            ];
            if (several)
                cells.Add(Safe(string.Join(", ", row.Outputs)));
            table.AddRow([.. cells]);
        }

        Write(table, output);
        string total = LayerTable.Scaled(layers.Rows.Sum(row => row.MultiplyAccumulates));
        long parameters = layers.Rows.Sum(row => row.Parameters);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{total}MAC, {parameters:N0} parameters."));
        if (layers.Imported is ImportedNetwork imported)
            OnnxNotes.Write(imported, output);
        if (!layers.IsExplainable)
            return;
        using CompiledNetwork network = CompiledNetwork.Compile(layers.GenerateSource());
        MemoryUse memory = network.Measure();
        double stored = sizeof(float) * (double)parameters, all = memory.WeightBytes + memory.SessionBytes;
        string packed = MiB(memory.WeightBytes), session = MiB(memory.SessionBytes);
        output.WriteLine($"Weights as float32 {MiB(stored)}; packed on this machine {packed}, a session {session},");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"together {all / Math.Max(1, stored):N2} times the float32 weights."));
        if (layers.Head is string head)
            output.WriteLine($"It ends in a {head}, which is left to Probabilities: what is explained is its input, the logit.");
        if (layers.GuessesPreprocessing && layers.Imported is null)
            output.WriteLine("Nothing says how a photo becomes the input: pixels would be scaled to 0 to 1. State it in an image line, or image none.");
        if (layers.Outputs.Count > 1 && layers.Imported is null)
        {
            string outputs = string.Join(", ", layers.Outputs.Select(Printable.Name));
            output.WriteLine($"Outputs: {outputs}. The first is explained, or the one that [Network(Output = …)] names.");
        }
        if (layers.Suggested is not LayerRow last)
            return;
        output.WriteLine($"The usual layer for Grad-CAM: [GradCam(\"{Printable.Name(last.GradCamName!)}\")].");
        if (!last.Operation.StartsWith("relu", StringComparison.Ordinal))
            output.WriteLine($"It is no relu ({last.Operation}): where its values are negative, Grad-CAM++ has poles, and other methods are to be preferred.");
    }

    private static string MiB(double bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / (1 << 20):N1} MiB");

    private static void WriteTensors(IReadOnlyList<TensorRow> tensors, TextWriter output)
    {
        Table table = new Table().Border(TableBorder.None).AddColumns("tensor", "type", "shape");
        table.AddColumn(new TableColumn("elements").RightAligned());
        foreach (TensorRow tensor in tensors)
        {
            string shape = $"[{string.Join(", ", tensor.Shape)}]";
            table.AddRow(Safe(tensor.Name), Safe(tensor.Type), Safe(shape), tensor.Elements.ToString("N0", CultureInfo.InvariantCulture));
        }
        Write(table, output);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{tensors.Count} tensors, {tensors.Sum(tensor => tensor.Elements):N0} elements."));
        IEnumerable<TensorRow> convolutions = tensors.Where(tensor => tensor.Shape.Count == 4 && tensor.Name.EndsWith(".weight", StringComparison.Ordinal));
        string[] layers = [.. convolutions.Select(tensor => tensor.Name[..^".weight".Length])];
        if (layers.Length > 0)
            output.WriteLine($"Convolutions, which are possible Grad-CAM layers: {string.Join(", ", layers.Select(Printable.Name))}.");
    }
}
