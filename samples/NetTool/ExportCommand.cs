using System.CommandLine;
using GradCam.Gen.Export;
using GradCam.Gen.Export.Onnx;
using Spectre.Console;

namespace GradCam.NetTool;

/// <summary><c>gradcam-net export net.net net.safetensors</c>: the same network as an ONNX file.</summary>
internal static class ExportCommand
{
    public static Command Create()
    {
        var spec = new Argument<FileInfo>("spec") { Description = "The net spec." };
        var weights = new Argument<FileInfo>("weights") { Description = "Its weights, a safetensors file." };
        var output = new Option<FileInfo?>("--output", "-o") { Description = "The ONNX file; beside the spec by default." };
        var command = new Command("export", "Writes an ONNX file (opset 17).") { spec, weights, output };
        command.SetAction(result => Run(result.GetRequiredValue(spec), result.GetRequiredValue(weights), result.GetValue(output)));
        return command;
    }

    private static int Run(FileInfo spec, FileInfo weights, FileInfo? output)
    {
        string path = output?.FullName ?? Path.ChangeExtension(spec.FullName, ".onnx");
        try
        {
            // Beside it first: a spec with errors leaves an older file alone.
            string temporary = path + ".tmp";
            try
            {
                using (FileStream stream = File.Create(temporary))
                    OnnxExporter.Export(spec.FullName, weights.FullName, stream);
                File.Move(temporary, path, overwrite: true);
            }
            finally
            {
                File.Delete(temporary);
            }
        }
        catch (Exception exception) when (exception is SpecException or IOException or UnauthorizedAccessException)
        {
            Errors.Write(exception.Message);
            return 1;
        }
        AnsiConsole.WriteLine($"wrote {path}");
        return 0;
    }
}
