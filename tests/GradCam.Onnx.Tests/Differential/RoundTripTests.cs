using GradCam.Conformance.Networks;
using GradCam.Gen.Build.Onnx;
using Microsoft.ML.OnnxRuntime;

namespace GradCam.Onnx.Tests;

/// <summary>Random specs, exported, as they are and as ONNX Runtime's optimiser rewrites them, import again and give the same numbers.</summary>
public sealed class RoundTripTests
{
    private const int Seeds = 150;

    /// <summary>What the export writes in operators that the import does not put together again.</summary>
    private static readonly string[] OneWay = ["adaptive", "upsample to", "lrn 2", "lrn 4"];

    [Theory]
    [InlineData(GraphOptimizationLevel.ORT_DISABLE_ALL)]
    [InlineData(GraphOptimizationLevel.ORT_ENABLE_BASIC)]
    [InlineData(GraphOptimizationLevel.ORT_ENABLE_EXTENDED)]
    public void An_exported_network_imports_again(GraphOptimizationLevel level)
    {
        (int Seed, string Spec)[] specs =
            [
                .. Enumerable.Range(100_000, Seeds).Select(seed => (seed, RandomSpec.Create(seed).Text))
                    .Where(pair => !OneWay.Any(word => pair.Item2.Contains(word, StringComparison.Ordinal)))];
        var failures = new List<string>();
        var sources = new List<(string Spec, byte[] Model, NetworkSource Imported)>();
        foreach ((int seed, string spec) in specs)
        {
            byte[] model = DifferentialTests.Export(DifferentialTests.Source(spec, seed));
            try
            {
                byte[] rewritten = level == GraphOptimizationLevel.ORT_DISABLE_ALL ? model : OnnxRuntimeRun.Optimise(model, level);
                sources.Add((spec, rewritten, NetworkSource.Of(OnnxImporter.Import(rewritten, "again.onnx", null))));
            }
            catch (OnnxRuntimeException exception) when (exception.Message.Contains("Pad should be smaller than kernel", StringComparison.Ordinal))
            {
                // The optimiser merges a Pad into a pooling that it then refuses.
            }
            catch (OnnxImportException exception)
            {
                failures.Add($"{exception.Message}\n{spec}");
            }
        }
        IReadOnlyList<CompiledNetwork> networks = CompiledNetwork.Compile([.. sources.Select(source => source.Imported)]);
        for (int i = 0; i < networks.Count; i++)
        {
            using CompiledNetwork network = networks[i];
            float[] input = Difference.Noise(network.Info.Input.Length, i);
            double difference = Difference.Relative(OnnxRuntimeRun.Run(sources[i].Model, input)[0], network.Forward(input)[0]);
            if (!(difference < 1e-4))
                failures.Add($"difference {difference:g3}\n{sources[i].Spec}\n{sources[i].Imported.Spec}");
        }
        Assert.True(failures.Count == 0, string.Join("\n", failures.Take(4)) + $"\n{failures.Count} of {specs.Length}");
    }
}
