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

    /// <summary>The statements and the shapes of what they compute.</summary>
    internal NetProgram Program { get; }

    /// <summary>Writes the weights as a safetensors file, in half precision where the ONNX file has them so, else in single precision.</summary>
    public void WriteWeights(Stream stream) =>
        SafetensorsWriter.Write(stream, Program.Statements.SelectMany(statement => statement.Weights.Select(weight => ToWrite(statement.Output.Name + weight.Suffix, weight))).ToList());

    private static TensorToWrite ToWrite(string name, NetWeight weight)
    {
        OnnxTensor tensor = weight.Tensor;
        if (tensor.Raw is ByteRange raw && tensor.Type is ElementType.Float or ElementType.Float16)
            return new TensorToWrite(name, tensor.Type == ElementType.Float ? "F32" : "F16", weight.Shape, raw.Length, stream => stream.Write(raw.Buffer, raw.Start, raw.Length));
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
