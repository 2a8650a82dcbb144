using GradCam.Conformance.Networks;
using GradCam.Gen;
using GradCam.Gen.Build.Safetensors;
using GradCam.Gen.Export.Onnx;
using GradCam.Gen.Model;
using GradCam.Gen.Spec;
using GradCam.Reference;
using GradCam.Weights;

namespace GradCam.Onnx.Tests;

/// <summary>
/// Random specs, exported and run in ONNX Runtime, against the generated network on the CPU backend; and gradients against finite differences.
/// </summary>
public sealed class DifferentialTests
{
    /// <summary>Networks compiled together: most of the time goes into the compiler's start.</summary>
    private const int Batch = 100;

    /// <summary>How many specs; GRADCAM_SPECS asks for more (or fewer).</summary>
    private static readonly int Count = int.TryParse(Environment.GetEnvironmentVariable("GRADCAM_SPECS"), out int count) ? count : 400;

    /// <summary>Specs that failed once.</summary>
    private static readonly string[] Regressions =
    [
        // ONNX Runtime has odd neighbourhoods only.
        "input 6x5x7\nlrn 4 alpha 0.1 beta 0.75 k 1\nflatten\nout: linear 3",
        "input 6x5x7\nlrn 2 alpha 0.1 beta 0.75 k 2\nflatten\nout: linear 3",
        // Ceil mode and a dilation need more padding than the kernel is large.
        "input 2x8x7\nmaxpool 2 stride 3 ceil dilation 2\navgpool global\nout: linear 5",
        // Ceil mode reads beyond a padding that counts.
        "input 2x8x7\navgpool 3 stride 2 pad 1 ceil\navgpool global\nout: linear 5",
        "input 2x8x7\navgpool 2 stride 3 ceil\navgpool global\nout: linear 5",
        // 8 * 14 / 16 is 7, but 8 / (16 / 14) is less.
        "input 2x5x14\nupsample to 5x16\nflatten\nout: linear 5",
        // Zeros are no padding of a maximum.
        "input 3x7x5\ns: shift\npad 2 0 1 2\nmaxpool 3 stride 2\nflatten\nout: linear 5",
        // Crops.
        "input 2x8x7\npad -1 (-2) 3 (-1)\nconv1: conv 3 3x3\navgpool global\nout: linear 5",
    ];

    public static TheoryData<int> Batches => [.. Enumerable.Range(0, (Count + Batch - 1) / Batch)];

    [Theory]
    [MemberData(nameof(Batches))]
    public void Random_specs_give_what_onnx_runtime_gives(int batch) =>
        Compare([.. Enumerable.Range(batch * Batch, Math.Min(Batch, Count - batch * Batch)).Select(seed => Source(RandomSpec.Create(seed).Text, seed))]);

    [Fact]
    public void Specs_that_failed_once_give_what_onnx_runtime_gives() => Compare([.. Regressions.Select((text, i) => Source(text, i))]);

    [Fact]
    public void Gradients_of_the_input_are_finite_differences()
    {
        // The gradient is that of a logit, and Forward gives what a softmax at the end makes of it.
        (int Seed, string Spec)[] specs =
        [
            .. Enumerable.Range(0, 80).Select(i => (Seed: 31 * i, Spec: RandomSpec.Create(31 * i))).Where(pair => !pair.Spec.EndsInSoftmax)
                .Select(pair => (pair.Seed, pair.Spec.Text)),
        ];
        NetworkSource[] sources = [.. specs.Select(pair => Source(pair.Spec, pair.Seed) with { Layers = ["input"] })];
        IReadOnlyList<CompiledNetwork> networks = CompiledNetwork.Compile(sources);
        IReadOnlyList<CompiledNetwork> exact = CompiledNetwork.Compile(sources, ReferenceBackendProvider.Instance);
        var failures = new List<string>();
        for (int i = 0; i < specs.Length; i++)
        {
            using CompiledNetwork network = networks[i], reference = exact[i];
            float[] input = Difference.Noise(network.Info.Input.Length, specs[i].Seed + 7);
            network.Forward(input);
            float[] gradient = network.Gradient(0, 0);
            // Along a few directions: a kink between the two points puts some of them off, a wrong gradient all of them.
            var errors = new List<double>();
            for (int k = 0; k < 5; k++)
            {
                float[] direction = Difference.Noise(input.Length, 1000 * specs[i].Seed + k);
                const float Step = 2e-4f;
                double ahead = reference.Forward([.. input.Zip(direction, (x, d) => x + Step * d)])[0][0];
                double behind = reference.Forward([.. input.Zip(direction, (x, d) => x - Step * d)])[0][0];
                double numeric = (ahead - behind) / (2 * Step), analytic = gradient.Zip(direction, (g, d) => (double)g * d).Sum();
                double norm = Math.Sqrt(gradient.Sum(g => (double)g * g));
                errors.Add(Math.Abs(numeric - analytic) / (norm + 1e-3));
            }
            errors.Sort();
            if (errors[1] > 2e-2)
                failures.Add($"seed {specs[i].Seed}: {errors[1]:g3}\n{sources[i].Spec}");
        }
        Assert.True(failures.Count == 0, string.Join("\n", failures.Take(3)) + $"\n{failures.Count} of {specs.Length}");
    }

    private static void Compare(IReadOnlyList<NetworkSource> sources)
    {
        IReadOnlyList<CompiledNetwork> networks = CompiledNetwork.Compile(sources);
        var failures = new List<string>();
        for (int i = 0; i < sources.Count; i++)
        {
            using CompiledNetwork network = networks[i];
            float[] input = Difference.Noise(network.Info.Input.Length, i + 1);
            string? failure;
            try
            {
                double difference = Difference.Relative(OnnxRuntimeRun.Run(Export(sources[i]), input)[0], network.Forward(input)[0]);
                failure = difference < 1e-4 ? null : $"difference {difference:g3}";
            }
            catch (Microsoft.ML.OnnxRuntime.OnnxRuntimeException exception)
            {
                failure = exception.Message;
            }
            if (failure is not null)
                failures.Add($"number {i}: {failure}\n{sources[i].Spec}");
        }
        Assert.True(failures.Count == 0, string.Join("\n", failures.Take(3)) + $"\n{failures.Count} of {sources.Count}");
    }

    /// <summary>A network as an ONNX file.</summary>
    internal static byte[] Export(NetworkSource source)
    {
        using SafetensorsFile weights = SafetensorsFile.FromMemory(source.Weights);
        using var exported = new MemoryStream();
        OnnxExporter.Export(CompiledNetwork.Resolve(source), name => FolderTests.Read(weights, name), exported);
        return exported.ToArray();
    }

    /// <summary>A spec with random weights, scaled so that values neither vanish nor grow.</summary>
    internal static NetworkSource Source(string text, int seed)
    {
        var problems = new List<Gen.Diagnostics.Problem>();
        ParsedSpec parsed = SpecParser.Parse(text);
        Assert.True(parsed.Problems.Count == 0, $"seed {seed}: {string.Join(" ", parsed.Problems)}\n{text}");
        var declaration = new ClassDeclaration("Net", "", default, "public", CanBeExtended: true);
        var input = new CompilationInput(declaration, parsed.Syntax, text, "random", null, null, null, null, null, default, HasErrors: false);
        Network? network = Pipeline.Resolve(input, problems);
        Assert.True(network is not null, $"seed {seed}: {string.Join(" ", problems.SelectMany(problem => problem.Arguments))}\n{text}");
        using var file = new MemoryStream();
        SafetensorsWriter.Write(file, [.. network.Weights.Select((tensor, i) => Weight(tensor, seed * 1000 + i))]);
        return new NetworkSource(text, file.ToArray());
    }

    private static TensorToWrite Weight(TensorEntry tensor, int seed)
    {
        int count = tensor.Shape.Aggregate(1, (product, size) => product * size);
        float[] values = Difference.Noise(count, seed);
        float scale = tensor.Shape.Count > 1 ? MathF.Sqrt(2f * tensor.Shape[0] / count) : 0.3f;
        bool variance = tensor.Name.EndsWith("running_var", StringComparison.Ordinal);
        for (int i = 0; i < count; i++)
        {
            values[i] = variance
                ? 0.5f + MathF.Abs(values[i])
                : values[i] * scale + (tensor.Name.EndsWith(".weight", StringComparison.Ordinal) && tensor.Shape.Count == 1 ? 1 : 0);
        }

        byte[] bytes = [.. System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(values)];
        return new TensorToWrite(tensor.Name, "F32", [.. tensor.Shape], bytes.Length, stream => stream.Write(bytes));
    }
}
