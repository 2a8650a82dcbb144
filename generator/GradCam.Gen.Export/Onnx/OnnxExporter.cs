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

    /// <summary>Exports a resolved network.</summary>
    /// <param name="network">The network, before any layers are merged.</param>
    /// <param name="read">A weight's elements by its key.</param>
    /// <param name="output">Where the ONNX file goes.</param>
    internal static void Export(Network network, Func<string, float[]> read, Stream output) => new GraphExport(network, read).Write(output);
}
