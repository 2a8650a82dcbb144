using GradCam.Files;
using GradCam.Gen.Build.Onnx;
using Microsoft.Build.Framework;

namespace GradCam.Gen.Build;

/// <summary>
/// The MSBuild task: makes a net spec and weights from every ONNX file, as text that the generator reads and a safetensors file that the network loads. A
/// file that cannot be imported is error GCG1004 in its name, with node, operator and opset; the others are still done.
/// </summary>
public sealed class ImportOnnx : Microsoft.Build.Utilities.Task
{
    /// <summary>
    /// The ONNX files, with the metadata <c>NetworkSpec</c> and <c>NetworkWeights</c> (where to write) and, where the file leaves them open or they are known
    /// better, <c>Image</c> (the spec's image line), <c>Height</c> and <c>Width</c> (of the input), and <c>OutputTensor</c> (the tensor to end at).
    /// </summary>
    [Required]
    public ITaskItem[] Models { get; set; } = [];

    /// <summary>The files beside them that hold their tensors, by full path: the import is to be done again when one changes.</summary>
    [Output]
    public string[] ExternalData { get; private set; } = [];

    /// <inheritdoc/>
    public override bool Execute()
    {
        var external = new List<string>();
        foreach (ITaskItem model in Models)
        {
            try
            {
                var options = new OnnxImportOptions
                {
                    Height = Number(model, "Height"),
                    Width = Number(model, "Width"),
                    Image = Text(model, "Image"),
                    Output = Text(model, "OutputTensor"),
                    // Which of them the network needs, the attribute says.
                    AllLayers = true,
                };
                ImportedNetwork network = OnnxImporter.Import(model.GetMetadata("FullPath"), options);
                using var weights = new MemoryStream();
                network.WriteWeights(weights);
                AtomicFile.WriteIfChanged(model.GetMetadata("NetworkWeights"), weights.ToArray());
                AtomicFile.WriteIfChanged(model.GetMetadata("NetworkSpec"), network.Spec);
                external.AddRange(network.ExternalFiles);
                Log.LogMessage(MessageImportance.Low, "{0}: {1}", model.ItemSpec, model.GetMetadata("NetworkSpec"));
            }
            catch (OnnxImportException exception)
            {
                Log.Report(BuildErrors.CannotBeImported, model.ItemSpec, exception.Message + BuildErrors.OrRemove("NetworkOnnx", model.ItemSpec));
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
            {
                Log.Report(BuildErrors.CannotBeImported, model.ItemSpec, $"cannot be imported: {exception.Message}");
            }
        }
        ExternalData = [.. external.Distinct(StringComparer.Ordinal)];
        return !Log.HasLoggedErrors;
    }

    private static string? Text(ITaskItem model, string name) => model.GetMetadata(name) is { Length: > 0 } text ? text : null;

    private static int? Number(ITaskItem model, string name)
    {
        if (Text(model, name) is not string text)
            return null;
        return int.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out int number) && number > 0
            ? number
            : throw new ArgumentException($"{name}=\"{text}\" is not a number of pixels");
    }
}
