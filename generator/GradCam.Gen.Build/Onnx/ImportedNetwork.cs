using System.Text;
using GradCam.Files;
using GradCam.Gen.Build.Safetensors;

namespace GradCam.Gen.Build.Onnx;

/// <summary>What an ONNX file became.</summary>
public sealed class ImportedNetwork
{
    internal ImportedNetwork(
        string spec, NetProgram program, IReadOnlyList<ImportedOutput> outputs, ImageLine image, IReadOnlyDictionary<string, string> metadata)
    {
        Spec = spec;
        Program = program;
        Outputs = outputs;
        Image = image;
        Metadata = [.. metadata.Select(pair => (NameValues.OneLine(pair.Key, 80), NameValues.OneLine(pair.Value, 160)))];
    }

    /// <summary>The net spec.</summary>
    public string Spec { get; }

    /// <summary>What the user should know about the import; also comments in the spec.</summary>
    public IReadOnlyList<string> Notes => Program.Notes;

    /// <summary>The outputs of the file, in its order, or the one that was chosen.</summary>
    public IReadOnlyList<ImportedOutput> Outputs { get; }

    /// <summary>How a photo becomes the input, as far as it is known.</summary>
    public ImageLine Image { get; }

    /// <summary>What the exporter says about the model (metadata_props), each on one line, long ones cut off.</summary>
    public IReadOnlyList<(string Key, string Value)> Metadata { get; }

    /// <summary>Full paths of the files beside the ONNX file that hold tensors of it (external data).</summary>
    public IReadOnlyList<string> ExternalFiles { get; internal init; } = [];

    /// <summary>The statements and the shapes of what they compute.</summary>
    internal NetProgram Program { get; }

    /// <summary>The tensors, by the names that the spec gives them.</summary>
    internal IEnumerable<(string Name, NetWeight Weight)> Weights =>
        Program.Statements.SelectMany(statement => statement.Weights.Select(weight => (statement.Output.Name + weight.Suffix, weight)));

    /// <summary>Writes the weights as a safetensors file, in half precision where the ONNX file has them so, else in single precision.</summary>
    public void WriteWeights(Stream stream) =>
        SafetensorsWriter.Write(stream, Weights.Select(tensor => ToWrite(tensor.Name, tensor.Weight)).ToList());

    /// <summary>Writes the spec and the weights. The files come to their places when both are whole: an exception leaves neither half written.</summary>
    /// <param name="specPath">The .net file.</param>
    /// <param name="weightsPath">The .safetensors file.</param>
    /// <param name="overwrite">True where older files may be replaced.</param>
    /// <exception cref="IOException">The files cannot be written, or are there already.</exception>
    /// <exception cref="UnauthorizedAccessException">The files may not be written.</exception>
    public void Save(string specPath, string weightsPath, bool overwrite = false)
    {
        foreach (string path in new[] { specPath, weightsPath })
        {
            if (!overwrite && File.Exists(path))
                throw new IOException($"{path} is there already and would be overwritten.");
        }

        using AtomicFile spec = AtomicFile.Create(specPath);
        using AtomicFile weights = AtomicFile.Create(weightsPath);
        byte[] text = new UTF8Encoding(false).GetBytes(Spec);
        spec.Stream.Write(text, 0, text.Length);
        WriteWeights(weights.Stream);
        spec.Complete();
        weights.Complete();
        weights.Commit(overwrite);
        spec.Commit(overwrite);
    }

    private static TensorToWrite ToWrite(string name, NetWeight weight)
    {
        OnnxTensor tensor = weight.Tensor;
        if (tensor.Raw is ByteRange raw && tensor.Type is ElementType.Float or ElementType.Float16)
        {
            return new TensorToWrite(
                name, tensor.Type == ElementType.Float ? "F32" : "F16", weight.Shape, raw.Length, stream => stream.Write(raw.Buffer, raw.Start, raw.Length));
        }

        return new TensorToWrite(name, "F32", weight.Shape, 4L * tensor.Count, stream =>
        {
            float[] values = tensor.ToFloats();
            var bytes = new byte[Math.Min(values.Length, 16384) * sizeof(float)];
            for (int start = 0; start < values.Length; start += bytes.Length / sizeof(float))
            {
                int count = Math.Min(bytes.Length, (values.Length - start) * sizeof(float));
                Buffer.BlockCopy(values, start * sizeof(float), bytes, 0, count);
                stream.Write(bytes, 0, count);
            }
        });
    }
}
