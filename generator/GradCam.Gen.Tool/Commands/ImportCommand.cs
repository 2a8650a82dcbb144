using System.CommandLine;
using System.Text;
using GradCam.Gen.Build.Onnx;
using GradCam.Gen.Export;
using GradCam.Gen.Tool.Files;
using GradCam.Gen.Tool.Networks;
using GradCam.Gen.Tool.Terminal;

namespace GradCam.Gen.Tool.Commands;

/// <summary><c>gradcam import model.onnx</c>: an ONNX file becomes a net spec and weights.</summary>
internal static class ImportCommand
{
    public const string Examples = """
        Examples:
          gradcam import model.onnx                  model.net and model.safetensors beside it
          gradcam import model.onnx -o networks --force
                                                     in the folder networks, over what an older import wrote
          gradcam import model.onnx --height 224 --width 224
                                                     of a file that takes any size
          gradcam import model.onnx --output logits
                                                     as far as this output, or any tensor in the graph, needs
          gradcam import model.onnx --image "rgb resize 256 crop 224 mean 0.485 0.456 0.406 std 0.229 0.224 0.225"
                                                     with torchvision's preprocessing
        """;

    public static Command Create()
    {
        var model = new Argument<FileInfo>("MODEL") { Description = "The ONNX file." };
        var directory = new Option<DirectoryInfo?>("--out", "-o")
        {
            Description = "The folder to write into, made if it is not there; beside the ONNX file by default.",
            HelpName = "FOLDER",
        };
        var force = new Option<bool>("--force", "-f") { Description = "Replace MODEL.net and MODEL.safetensors if they are there." };
        var image = new Option<string?>("--image")
        {
            Description = "The spec's image line: \"rgb resize 256 crop 224 mean 0.485 0.456 0.406 std 0.229 0.224 0.225\".",
            HelpName = "LINE",
        };
        var options = new OnnxOptions();
        var command = new Command("import", "Writes MODEL.net and MODEL.safetensors.") { model, directory, force, image };
        options.AddTo(command);
        command.SetAction(result => GradCamTool.Run(
            result.InvocationConfiguration.Error,
            () => Import(
                result.GetRequiredValue(model),
                result.GetValue(directory),
                options.Read(result, result.GetValue(image)),
                result.GetValue(force),
                result.InvocationConfiguration.Output)));
        return command;
    }

    private static void Import(FileInfo model, DirectoryInfo? directory, OnnxImportOptions options, bool force, TextWriter output)
    {
        NetFiles.MustExist(model);
        string stem = Path.Combine((directory ?? model.Directory!).FullName, Path.GetFileNameWithoutExtension(model.Name));
        string spec = stem + ".net", weights = stem + ".safetensors";
        NetFiles.MustBeFree([spec, weights], [model], force);
        ImportedNetwork network = OnnxImporter.Import(model.FullName, options);
        LayerTable.Check(network, model.Name);
        NetFiles.Write(force, (spec, stream => stream.Write(Encoding.UTF8.GetBytes(network.Spec))), (weights, network.WriteWeights));
        output.WriteLine(Printable.Name($"wrote {spec} and {weights}"));
        OnnxNotes.Write(network, output);
    }
}
