using GradCam.Gen.Build.Onnx;
using GradCam.Gen.Export.Onnx;
using Xunit.Abstractions;

namespace GradCam.Onnx.Tests;

/// <summary>
/// Every ONNX file of a folder of one's own, named by the environment variable GRADCAM_ONNX_FOLDER (exports of torchvision's networks, say): it imports, gives
/// ONNX Runtime's result here, and again when it is exported.
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
        ImportedNetwork imported = OnnxImporter.Import(path, new OnnxImportOptions());
        NetworkSource source = NetworkSource.Of(imported);
        using CompiledNetwork compiled = CompiledNetwork.Compile(source);
        float[] input = Difference.Noise(compiled.Info.Input.Length, 1);
        float[][] expected = OnnxRuntimeRun.Run(File.ReadAllBytes(path), input);

        // A softmax at the end of what is explained is left out of the network: its last value is the logit.
        bool softmax = CompiledNetwork.Resolve(source).DroppedSoftmax;
        double own = Worst(compiled.Forward(input));
        output.WriteLine($"{file}: {expected.Length} outputs, the first of {expected[0].Length} values, difference {own:g3}");

        using var exported = new MemoryStream();
        using (Weights.SafetensorsFile weights = Weights.SafetensorsFile.FromMemory(source.Weights))
        {
            OnnxExporter.Export(CompiledNetwork.Resolve(source), name => Read(weights, name), exported);
        }
        double again = Worst(OnnxRuntimeRun.Run(exported.ToArray(), input));
        output.WriteLine($"{file}: exported again, difference {again:g3}");
        Assert.True(own < 1e-4, $"difference {own}");
        Assert.True(again < 1e-4, $"exported: difference {again}");

        double Worst(float[][] found)
        {
            Assert.Equal(expected.Length, found.Length);
            return expected.Select((values, i) => Difference.Relative(values, softmax && i == 0 ? Softmax(found[i]) : found[i])).Max();
        }
    }

    private static float[] Softmax(float[] logits)
    {
        double[] powers = [.. logits.Select(logit => Math.Exp(logit - logits.Max()))];
        return [.. powers.Select(power => (float)(power / powers.Sum()))];
    }

    internal static float[] Read(Weights.WeightSource weights, string name)
    {
        Assert.True(weights.TryGetShape(name, out ReadOnlySpan<int> shape), name);
        var values = new float[shape.ToArray().Aggregate(1, (product, size) => product * size)];
        weights.Read(name, values);
        return values;
    }
}
