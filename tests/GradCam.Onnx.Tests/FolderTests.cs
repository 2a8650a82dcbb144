using GradCam.Gen.Build.Onnx;
using GradCam.Gen.Export.Onnx;
using Xunit.Abstractions;

namespace GradCam.Onnx.Tests;

/// <summary>
/// Every ONNX file of a folder of one's own, named by the environment variable GRADCAM_ONNX_FOLDER (exports of torchvision's networks, say): it imports, gives
/// ONNX Runtime's results here, at every output, and again when it is exported.
/// </summary>
public sealed class FolderTests(ITestOutputHelper output)
{
    private static readonly string? Folder = Environment.GetEnvironmentVariable("GRADCAM_ONNX_FOLDER");

    public static TheoryData<string> Files => Folder is not null && Directory.Exists(Folder)
        ? [.. Directory.EnumerateFiles(Folder, "*.onnx").Select(path => Path.GetFileName(path)!).Order()]
        : [""];

    [SkippableTheory]
    [MemberData(nameof(Files))]
    public void Imports_as_onnx_runtime_runs_it(string file)
    {
        Skip.If(file.Length == 0, "GRADCAM_ONNX_FOLDER names no folder");
        string path = Path.Combine(Folder!, file);
        ImportedNetwork imported = OnnxImporter.Import(path, new OnnxImportOptions { AllOutputs = true });
        NetworkSource source = NetworkSource.OfAllOutputs(imported);
        using CompiledNetwork compiled = CompiledNetwork.Compile(source);
        float[] input = Difference.Noise(compiled.Info.Input.Length, 1);
        float[][] expected = OnnxRuntimeRun.Run(File.ReadAllBytes(path), NodeTest.Arrange(input, imported.Program.InputView));

        // The first output is the one that OfAllOutputs adds.
        float[][] own = compiled.Forward(input)[1..];
        using var exported = new MemoryStream();
        using (Weights.SafetensorsFile weights = Weights.SafetensorsFile.FromMemory(source.Weights))
        {
            OnnxExporter.Export(CompiledNetwork.Resolve(source), name => Read(weights, name), exported);
        }
        float[][] again = OnnxRuntimeRun.Run(exported.ToArray(), input)[1..];

        Assert.Equal(expected.Length, own.Length);
        Assert.Equal(expected.Length, again.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            TensorView view = imported.Program.OutputViews[i];
            string name = imported.Program.OutputNames[i];
            double difference = Difference.Relative(expected[i], NodeTest.Arrange(own[i], view));
            double differenceAgain = Difference.Relative(expected[i], NodeTest.Arrange(again[i], view));
            output.WriteLine($"{file}: {name}, {expected[i].Length} values: difference {difference:g3}, exported again {differenceAgain:g3}");
            Assert.True(difference < 1e-4, $"{name}: difference {difference}");
            Assert.True(differenceAgain < 1e-4, $"{name}, exported: difference {differenceAgain}");
        }
    }

    internal static float[] Read(Weights.WeightSource weights, string name)
    {
        Assert.True(weights.TryGetShape(name, out ReadOnlySpan<int> shape), name);
        var values = new float[shape.ToArray().Aggregate(1, (product, size) => product * size)];
        weights.Read(name, values);
        return values;
    }
}
