using GradCam.Gen.Build.Safetensors;
using GradCam.Gen.Export;
using GradCam.Gen.Export.Onnx;

namespace GradCam.Onnx.Tests;

/// <summary>What an export does to the files that are there.</summary>
public sealed class ExportFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("export-tests").FullName;

    private string Spec => Path.Combine(_folder, "a.net");

    private string Weights => Path.Combine(_folder, "a.safetensors");

    private string Output => Path.Combine(_folder, "a.onnx");

    public ExportFileTests()
    {
        File.WriteAllText(Spec, "input 1x4x4\navgpool global\nfc: linear 2 bias off\n");
        using FileStream stream = File.Create(Weights);
        SafetensorsWriter.Write(stream, [new TensorToWrite("fc.weight", "F32", [2, 1], 8, file => file.Write(new byte[8]))]);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_file_holds_what_the_stream_does()
    {
        using var stream = new MemoryStream();
        OnnxExporter.Export(Spec, Weights, stream);
        OnnxExporter.Export(Spec, Weights, Output);
        Assert.Equal(stream.ToArray(), File.ReadAllBytes(Output));
        Assert.Equal(3, Directory.GetFiles(_folder).Length);
    }

    [Fact]
    public void A_spec_with_errors_leaves_the_older_file()
    {
        File.WriteAllText(Output, "old");
        File.AppendAllText(Spec, "fc2: linaer 3\n");
        Assert.Throws<SpecException>(() => OnnxExporter.Export(Spec, Weights, Output));
        Assert.Equal("old", File.ReadAllText(Output));
        Assert.Equal(3, Directory.GetFiles(_folder).Length);
    }

    [Fact]
    public void What_is_exported_is_not_replaced()
    {
        byte[] before = File.ReadAllBytes(Weights);
        Assert.Contains(Weights, Assert.Throws<SpecException>(() => OnnxExporter.Export(Spec, Weights, Weights)).Message, StringComparison.Ordinal);
        Assert.Throws<SpecException>(() => OnnxExporter.Export(Spec, Weights, Spec));
        Assert.Equal(before, File.ReadAllBytes(Weights));
    }
}
