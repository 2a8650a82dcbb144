using System.CommandLine;
using GradCam.Gen.Build.Onnx;
using GradCam.Gen.Export;
using Spectre.Console;

namespace GradCam.NetTool;

/// <summary><c>gradcam-net import model.onnx</c>: an ONNX file becomes a net spec and weights.</summary>
internal static class ImportCommand
{
    public static Command Create()
    {
        var model = new Argument<FileInfo>("model") { Description = "The ONNX file." };
        var output = new Option<string?>("--output") { Description = "The output to import, or a tensor or layer to end at; by default all outputs that can be explained." };
        var directory = new Option<DirectoryInfo?>("--directory", "-o") { Description = "Where to write; beside the ONNX file by default." };
        var height = new Option<int?>("--height") { Description = "The input's height, where the file leaves it open." };
        var width = new Option<int?>("--width") { Description = "The input's width, where the file leaves it open." };
        var image = new Option<string?>("--image") { Description = "The spec's image line: \"rgb resize 256 crop 224 mean 0.485 0.456 0.406 std 0.229 0.224 0.225\"." };
        var command = new Command("import", "Writes MODEL.net and MODEL.safetensors.") { model, directory, output, height, width, image };
        command.SetAction(result => Run(
            result.GetRequiredValue(model),
            result.GetValue(directory),
            new OnnxImportOptions { Height = result.GetValue(height), Width = result.GetValue(width), Image = result.GetValue(image), Output = result.GetValue(output) }));
        return command;
    }

    private static int Run(FileInfo model, DirectoryInfo? directory, OnnxImportOptions options)
    {
        ImportedNetwork network;
        try
        {
            network = OnnxImporter.Import(model.FullName, options);
            LayerTable.Check(network, Path.ChangeExtension(model.Name, ".net"));
        }
        catch (Exception exception) when (exception is OnnxImportException or SpecException)
        {
            Errors.Write(exception.Message);
            return 1;
        }
        DirectoryInfo target = directory ?? model.Directory!;
        string stem = Path.Combine(target.FullName, Path.GetFileNameWithoutExtension(model.Name));
        try
        {
            target.Create();
            File.WriteAllText(stem + ".net", network.Spec);
            using FileStream weights = File.Create(stem + ".safetensors");
            network.WriteWeights(weights);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Errors.Write(exception.Message);
            return 1;
        }
        AnsiConsole.MarkupLineInterpolated($"wrote {stem}.net and {stem}.safetensors");
        OnnxNotes.Write(network);
        return 0;
    }
}
