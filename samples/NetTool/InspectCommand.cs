using System.CommandLine;
using System.Globalization;
using GradCam.Gen.Build.Onnx;
using GradCam.Gen.Export;
using Spectre.Console;

namespace GradCam.NetTool;

/// <summary><c>gradcam-net inspect FILE</c>: the layers of a .net or .onnx file, the tensors of a .safetensors file.</summary>
internal static class InspectCommand
{
    public static Command Create()
    {
        var file = new Argument<FileInfo>("file") { Description = "A .net, .onnx or .safetensors file." };
        var height = new Option<int?>("--height") { Description = "The input's height, where an ONNX file leaves it open." };
        var width = new Option<int?>("--width") { Description = "The input's width, where an ONNX file leaves it open." };
        var output = new Option<string?>("--output") { Description = "The output of an ONNX file to look at, or a tensor or layer to end at." };
        var command = new Command("inspect", "Lists layers and possible Grad-CAM layers, or tensors.") { file, height, width, output };
        command.SetAction(result => Run(
            result.GetRequiredValue(file),
            new OnnxImportOptions { Height = result.GetValue(height), Width = result.GetValue(width), Output = result.GetValue(output) }));
        return command;
    }

    private static int Run(FileInfo file, OnnxImportOptions options)
    {
        try
        {
            switch (file.Extension)
            {
                case ".net":
                    WriteLayers(LayerTable.OfSpec(file.FullName));
                    return 0;
                case ".onnx":
                    WriteLayers(LayerTable.OfOnnx(file.FullName, options));
                    return 0;
                case ".safetensors":
                    WriteTensors(TensorTable.Read(file.FullName));
                    return 0;
                default:
                    Errors.Write($"{file.Name} is neither a .net nor an .onnx nor a .safetensors file");
                    return 1;
            }
        }
        catch (Exception exception) when (exception is SpecException or OnnxImportException)
        {
            Errors.Write(exception.Message);
            return 1;
        }
    }

    private static void WriteLayers(LayerTable layers)
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
                Markup.Escape(row.Name),
                row.Operation,
                $"{row.Channels}x{row.Height}x{row.Width}",
                row.MultiplyAccumulates == 0 ? "-" : LayerTable.Scaled(row.MultiplyAccumulates),
                row.Parameters == 0 ? "-" : row.Parameters.ToString("N0", CultureInfo.InvariantCulture),
                row.GradCamName is string name ? name == row.Name ? "yes" : Markup.Escape(name) : "",
            ];
            if (several)
                cells.Add(Markup.Escape(string.Join(", ", row.Outputs)));
            table.AddRow([.. cells]);
        }
        AnsiConsole.Write(table);
        string total = LayerTable.Scaled(layers.Rows.Sum(row => row.MultiplyAccumulates));
        long parameters = layers.Rows.Sum(row => row.Parameters);
        AnsiConsole.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{total}MAC, {parameters:N0} parameters."));
        if (layers.Imported is ImportedNetwork imported)
            OnnxNotes.Write(imported);
        if (!layers.IsExplainable)
            return;
        MemoryUse memory = GeneratedNetwork.Measure(layers.GenerateSource());
        double stored = sizeof(float) * (double)parameters, all = memory.WeightBytes + memory.SessionBytes;
        string packed = MiB(memory.WeightBytes), session = MiB(memory.SessionBytes);
        AnsiConsole.WriteLine($"Weights as float32 {MiB(stored)}; packed on this machine {packed}, a session {session},");
        AnsiConsole.WriteLine(string.Create(CultureInfo.InvariantCulture, $"together {all / Math.Max(1, stored):N2} times the float32 weights."));
        if (layers.EndsInSoftmax)
            AnsiConsole.WriteLine("It ends in a softmax: what is explained is its input, the logit.");
        if (layers.Outputs.Count > 1 && layers.Imported is null)
            AnsiConsole.WriteLine($"Outputs: {string.Join(", ", layers.Outputs)}. The first is explained, or the one that [Network(Output = …)] names.");
        if (layers.Suggested is LayerRow last)
            AnsiConsole.WriteLine($"The usual layer for Grad-CAM: [GradCam(\"{last.GradCamName}\")].");
    }

    private static string MiB(double bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / (1 << 20):N1} MiB");

    private static void WriteTensors(IReadOnlyList<TensorRow> tensors)
    {
        Table table = new Table().Border(TableBorder.None).AddColumns("tensor", "type", "shape");
        table.AddColumn(new TableColumn("elements").RightAligned());
        foreach (TensorRow tensor in tensors)
            table.AddRow(Markup.Escape(tensor.Name), tensor.Type, Markup.Escape("[" + string.Join(", ", tensor.Shape) + "]"), tensor.Elements.ToString("N0", CultureInfo.InvariantCulture));
        AnsiConsole.Write(table);
        AnsiConsole.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{tensors.Count} tensors, {tensors.Sum(tensor => tensor.Elements):N0} elements."));
        string[] layers = [.. tensors.Where(tensor => tensor.Shape.Count == 4 && tensor.Name.EndsWith(".weight", StringComparison.Ordinal)).Select(tensor => tensor.Name[..^".weight".Length])];
        if (layers.Length > 0)
            AnsiConsole.WriteLine($"Convolutions, which are possible Grad-CAM layers: {string.Join(", ", layers)}.");
    }
}
