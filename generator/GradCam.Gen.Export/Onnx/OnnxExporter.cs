using GradCam.Files;
using GradCam.Gen.Model;

namespace GradCam.Gen.Export.Onnx;

/// <summary>
/// A net spec with its weights as an ONNX file (opset 17) that computes the same: one node an operation where ONNX has it, a few where not. Tensors and
/// initializers keep the spec's names. The input is [1, C, H, W]; an output that is a vector is [1, C].
/// </summary>
public static class OnnxExporter
{
    /// <summary>Exports a spec.</summary>
    /// <param name="specPath">The .net file.</param>
    /// <param name="weightsPath">The .safetensors file.</param>
    /// <param name="output">Where the ONNX file goes.</param>
    /// <exception cref="SpecException">The spec has errors, or does not fit the weights, or a file cannot be read.</exception>
    public static void Export(string specPath, string weightsPath, Stream output)
    {
        string text;
        try
        {
            text = File.ReadAllText(specPath);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new SpecException($"{specPath}: {exception.Message}", exception);
        }
        using WeightFile weights = WeightFile.Open(weightsPath);
        Export(SpecLoader.Load(text, Path.GetFileName(specPath), weights.Manifest(Path.GetFileName(weightsPath))), weights.Read, output);
    }

    /// <summary>Exports a spec to a file, which takes the place of an older one when it is whole.</summary>
    /// <param name="specPath">The .net file.</param>
    /// <param name="weightsPath">The .safetensors file.</param>
    /// <param name="outputPath">The ONNX file.</param>
    /// <exception cref="SpecException">The spec has errors, or does not fit the weights, or a file cannot be read, or the output would replace an input.</exception>
    /// <exception cref="IOException">The ONNX file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The ONNX file may not be written.</exception>
    public static void Export(string specPath, string weightsPath, string outputPath)
    {
        string output = Path.GetFullPath(outputPath);
        foreach (string input in new[] { specPath, weightsPath })
        {
            if (string.Equals(Path.GetFullPath(input), output, StringComparison.OrdinalIgnoreCase))
                throw new SpecException($"{outputPath}: this is what is exported; name another file for the ONNX file.");
        }

        AtomicFile.Write(outputPath, stream => Export(specPath, weightsPath, stream));
    }

    /// <summary>Exports a resolved network.</summary>
    /// <param name="network">The network, before any layers are merged.</param>
    /// <param name="read">A weight's elements by its key.</param>
    /// <param name="output">Where the ONNX file goes.</param>
    internal static void Export(Network network, Func<string, float[]> read, Stream output) => new GraphExport(network, read).Write(output);
}
