using System.Reflection;
using System.Runtime.Loader;
using GradCam.Gen;
using GradCam.Gen.Build.Onnx;
using GradCam.Gen.Build.Safetensors;
using GradCam.Gen.Diagnostics;
using GradCam.Gen.Model;
using GradCam.Gen.Spec;
using GradCam.Weights;
using GradCam.Weights.Format;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace GradCam.Onnx.Tests;

/// <summary>What is to be compiled: a spec, its weights as a safetensors file, and the layers to explain at.</summary>
internal sealed record NetworkSource(string Spec, byte[] Weights, params string[] Layers)
{
    /// <summary>An imported network. A network that ends in a map gets a flatten behind it, as the generator wants vectors.</summary>
    public static NetworkSource Of(ImportedNetwork network, params string[] layers)
    {
        using var weights = new MemoryStream();
        network.WriteWeights(weights);
        return new NetworkSource(network.Spec, weights.ToArray(), layers);
    }

    /// <summary>
    /// An imported network whose outputs may be maps or end in a softmax. The generator explains vectors and leaves a last softmax out: a vector made of the
    /// first output becomes the first output, which is not looked at; those of the file follow.
    /// </summary>
    public static NetworkSource OfAllOutputs(ImportedNetwork network)
    {
        NetworkSource source = Of(network);
        List<string> lines = [.. source.Spec.Split('\n').Where(line => !line.StartsWith("output ", StringComparison.Ordinal))];
        int at = lines.FindIndex(line => line.StartsWith("input ", StringComparison.Ordinal)) + 1;
        List<NetValue> outputs = network.Program.Outputs;
        lines.Insert(at, "output explained");
        lines.InsertRange(at + 1, outputs.Select(output => $"output \"{output.Name}\""));
        lines.Add($"from \"{outputs[0].Name}\"");
        lines.Add("flatten");
        lines.Add("explained: relu");
        return source with { Spec = string.Join('\n', lines) };
    }
}

/// <summary>A network compiled by the generator's passes and Roslyn, loaded, with its weights prepared for a backend.</summary>
internal sealed class CompiledNetwork : IDisposable
{
    private static readonly MetadataReference[] References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path) is string name && (name.StartsWith("System.", StringComparison.Ordinal) || name is "GradCam.Runtime.dll"))
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    private readonly Model _model;
    private readonly Executor _executor;

    private CompiledNetwork(Model model)
    {
        _model = model;
        _executor = model.CreateExecutor();
    }

    public NetworkInfo Info => _model.Info;

    /// <summary>Compiles one network.</summary>
    public static CompiledNetwork Compile(NetworkSource source, BackendProvider? backend = null) => Compile([source], backend)[0];

    /// <summary>Compiles several networks at once, which costs little more than one.</summary>
    public static IReadOnlyList<CompiledNetwork> Compile(IReadOnlyList<NetworkSource> sources, BackendProvider? backend = null)
    {
        var trees = new List<SyntaxTree>();
        for (int i = 0; i < sources.Count; i++)
            trees.Add(CSharpSyntaxTree.ParseText(Generate(sources[i], "Net" + i), new CSharpParseOptions(LanguageVersion.Latest)));
        var options = new CSharpCompilationOptions(
            OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release, allowUnsafe: true,
            nullableContextOptions: NullableContextOptions.Enable);
        var image = new MemoryStream();
        var result = CSharpCompilation.Create("Compiled" + Guid.NewGuid().ToString("N"), trees, References, options).Emit(image);
        Assert.True(
            result.Success, string.Join(Environment.NewLine, result.Diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).Take(5)));
        image.Position = 0;
        Assembly assembly = new AssemblyLoadContext(null, isCollectible: true).LoadFromStream(image);

        MethodInfo prepare = typeof(CompiledNetwork).GetMethod(nameof(Prepare), BindingFlags.NonPublic | BindingFlags.Static)!;
        var networks = new List<CompiledNetwork>();
        for (int i = 0; i < sources.Count; i++)
        {
            using SafetensorsFile weights = SafetensorsFile.FromMemory(sources[i].Weights);
            var model = (Model)prepare.MakeGenericMethod(assembly.GetType("Net" + i)!).Invoke(
                null, BindingFlags.DoNotWrapExceptions, null, [weights, backend ?? new CpuOptions().Backend], null)!;
            networks.Add(new CompiledNetwork(model));
        }
        return networks;
    }

    /// <summary>The spec's network as the passes see it before merging, for the exporter.</summary>
    public static Network Resolve(NetworkSource source)
    {
        var problems = new List<Gen.Diagnostics.Problem>();
        Network? network = Pipeline.Resolve(Input(source, "Net"), problems);
        Assert.True(network is not null && problems.Count == 0, Describe(problems, source));
        return network!;
    }

    public NetworkSession CreateSession() => new(_model.CreateExecutor());

    /// <summary>Runs the forward pass.</summary>
    /// <param name="input">Channels, rows, columns.</param>
    /// <returns>For each output its elements: channels, rows, columns; probabilities where the file has them.</returns>
    public float[][] Forward(float[] input)
    {
        Tensor shape = Info.Input;
        var packed = new float[input.Length];
        for (int c = 0; c < shape.Channels; c++)
        {
            for (int i = 0; i < shape.Pixels; i++)
                packed[i * shape.Channels + c] = input[c * shape.Pixels + i];
        }
        _executor.Forward(packed);
        return [.. Info.Outputs.Select(output => Probabilities(output.Head, Read(output.Tensor)))];
    }

    private static float[] Probabilities(OutputHead head, float[] logits)
    {
        double largest = logits.Max(), sum = logits.Sum(logit => Math.Exp(logit - largest));
        return head switch
        {
            OutputHead.Softmax => [.. logits.Select(logit => (float)(Math.Exp(logit - largest) / sum))],
            OutputHead.Sigmoid => [.. logits.Select(logit => (float)(1 / (1 + Math.Exp(-logit))))],
            _ => logits,
        };
    }

    /// <summary>After <see cref="Forward"/>: the gradient of a logit at a layer, channels, rows, columns.</summary>
    public float[] Gradient(int layer, int logit)
    {
        _executor.Backward(layer, logit, 1);
        return Read(Info.Layers[layer].Gradient);
    }

    /// <summary>After <see cref="Forward"/>: a layer's output.</summary>
    public float[] Activation(int layer) => Read(Info.Layers[layer].Activation);

    public void Dispose()
    {
        _executor.Dispose();
        _model.Dispose();
    }

    private static Model Prepare<TNetwork>(WeightSource weights, BackendProvider backend)
        where TNetwork : INetwork => backend.Prepare<TNetwork>(weights, new CpuOptions { Threads = 1 });

    private static string Generate(NetworkSource source, string name)
    {
        CompilationOutput output = Pipeline.Compile(Input(source, name));
        Assert.True(output.Source is not null && output.Problems.All(problem => problem.Id == ProblemId.UnstatedImage), Describe(output.Problems, source));
        return output.Source!;
    }

    private static CompilationInput Input(NetworkSource source, string name)
    {
        ParsedSpec spec = SpecParser.Parse(source.Spec);
        Assert.True(spec.Problems.Count == 0, Describe(spec.Problems, source));
        IReadOnlyList<SafetensorsTensor> header = SafetensorsReader.Read(new MemoryStream(source.Weights)).Tensors;
        var manifest = new WeightManifest(
            "weights", new string('0', 64), null,
            header.Select(tensor => new TensorEntry(tensor.Name, tensor.Type, tensor.Shape.ToEquatableArray())).ToEquatableArray());
        var declaration = new ClassDeclaration(name, "", default, "public", CanBeExtended: true);
        return new CompilationInput(
            declaration, spec.Syntax, source.Spec, name, manifest, "weights", null, null, null, source.Layers.ToEquatableArray(), HasErrors: false);
    }

    private static string Describe(IEnumerable<Gen.Diagnostics.Problem> problems, NetworkSource source) => string.Join(
        Environment.NewLine,
        problems.Take(5).Select(problem => $"{problem.Id} {string.Join(" | ", problem.Arguments)}: {Line(source.Spec, problem.Place.Range.Start)}"));

    private static string Line(string text, int at)
    {
        int start = at == 0 ? 0 : text.LastIndexOf('\n', Math.Min(at, text.Length) - 1) + 1, end = text.IndexOf('\n', start);
        return text[start..(end < 0 ? text.Length : end)];
    }

    private float[] Read(in Tensor tensor)
    {
        var packed = new float[tensor.Length];
        _executor.Read(tensor, packed);
        var result = new float[packed.Length];
        for (int c = 0; c < tensor.Channels; c++)
        {
            for (int i = 0; i < tensor.Pixels; i++)
                result[c * tensor.Pixels + i] = packed[i * tensor.Channels + c];
        }
        return result;
    }
}
