using System.CommandLine;
using GradCam.Gen.Export.Onnx;
using GradCam.Gen.Tool.Files;
using GradCam.Gen.Tool.Terminal;

namespace GradCam.Gen.Tool.Commands;

/// <summary><c>gradcam export net.net net.safetensors</c>: the same network as an ONNX file.</summary>
internal static class ExportCommand
{
    public const string Examples = """
        Examples:
          gradcam export model.net model.safetensors
                                                     model.onnx beside the spec
          gradcam export model.net model.safetensors -o /tmp/check.onnx --force
                                                     another file, replaced if it is there
        """;

    public static Command Create()
    {
        var spec = new Argument<FileInfo>("SPEC") { Description = "The net spec." };
        var weights = new Argument<FileInfo>("WEIGHTS") { Description = "Its weights, a safetensors file." };
        var file = new Option<FileInfo?>("--out", "-o")
        {
            Description = "The ONNX file; beside the spec by default. Its folder is made if it is not there.",
            HelpName = "FILE",
        };
        var force = new Option<bool>("--force", "-f") { Description = "Replace the ONNX file if it is there." };
        var command = new Command("export", "Writes an ONNX file (opset 17).") { spec, weights, file, force };
        command.SetAction(result => GradCamTool.Run(
            result.InvocationConfiguration.Error,
            () => Export(
                result.GetRequiredValue(spec),
                result.GetRequiredValue(weights),
                result.GetValue(file),
                result.GetValue(force),
                result.InvocationConfiguration.Output)));
        return command;
    }

    private static void Export(FileInfo spec, FileInfo weights, FileInfo? file, bool force, TextWriter output)
    {
        NetFiles.MustExist(spec);
        NetFiles.MustExist(weights);
        if (NetFiles.Has(spec, ".safetensors") && NetFiles.Has(weights, ".net"))
            throw new UsageException($"The spec comes first, then its weights: gradcam export {weights} {spec}");
        string path = file?.FullName ?? Path.ChangeExtension(spec.FullName, ".onnx");
        NetFiles.MustBeFree([path], [spec, weights], force);
        NetFiles.Write(force, (path, stream => OnnxExporter.Export(spec.FullName, weights.FullName, stream)));
        output.WriteLine(Printable.Name($"wrote {path}"));
    }
}
