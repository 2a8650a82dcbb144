using System.Text;
using GradCam.Fuzz.Engine;
using GradCam.Fuzz.Mutators;
using GradCam.Gen.Build.Manifests;
using GradCam.Gen.Build.Onnx;
using GradCam.Weights.Format;
using Microsoft.CodeAnalysis;

namespace GradCam.Fuzz.Targets;

/// <summary>ONNX files: what is imported must pass the generator and the build's check of weights, too.</summary>
internal sealed class OnnxTarget : FuzzTarget
{
    public const string TargetName = "onnx";

    /// <summary>An import may have outputs of which none can be explained: one is chosen by the class, which then says so.</summary>
    private const string OutputNotExplained = "GCG0037";

    private const string ManifestPath = "obj/a.onnx.safetensors.manifest";

    private static readonly string[] Vocabulary =
    [
        "Conv", "ConvTranspose", "Gemm", "MatMul", "BatchNormalization", "Relu", "Sigmoid", "Softmax", "Add", "Mul", "Sub", "Div", "Concat", "Split", "Slice",
        "Reshape", "Transpose", "Flatten",
        "Squeeze", "Unsqueeze", "Gather", "Shape", "Constant", "ConstantOfShape", "Expand", "Tile", "Range", "Where", "Cast", "Pad", "MaxPool", "AveragePool",
        "GlobalAveragePool", "ReduceMean",
        "Resize", "Upsample", "Identity", "Dropout", "Clip", "PRelu", "LRN", "LayerNormalization", "Pow", "Sqrt", "Erf", "Loop", "If", "x", "y", "", "input",
        "output", "image", "axes", "axis", "pads",
        "kernel_shape", "strides", "value", "ai.onnx", "com.microsoft", "SAME_UPPER", "VALID", "../../etc/passwd", "location", "offset", "length", "a\u2028b",
        "a\nb", "a\0b", "a\"b",
    ];

    private readonly GeneratorHost _generator = new(
        """
        [GradCam.Network("a.onnx")]
        partial class Net;
        """,
        ("a.onnx.net", "input 1x1x1\nlinear 1 bias off\n"u8.ToArray()),
        (ManifestPath, Encoding.UTF8.GetBytes($"gradcam manifest 1\nfile a.onnx.safetensors\nsha256 {new string('a', 64)}\ntensors 0\n")));

    private readonly ProtobufMutator _protobuf;

    public OnnxTarget()
    {
        Seeds = Corpus.Read(TargetName);
        _protobuf = new ProtobufMutator(Vocabulary, Seeds);
    }

    public override string Name => TargetName;

    public override IReadOnlyList<byte[]> Seeds { get; }

    /// <summary>An import may have 20,000 statements, as a spec.</summary>
    public override TimeSpan Time => TimeSpan.FromSeconds(3);

    public override long Memory(int length) => 256L << 20;

    public override byte[] Mutate(byte[] seed, Random random) => _protobuf.Mutate(seed, random);

    public override void Run(byte[] input)
    {
        ImportedNetwork network;
        byte[] weights;
        try
        {
            network = OnnxImporter.Import(input, "a.onnx", null);
            using var stream = new MemoryStream();
            network.WriteWeights(stream);
            weights = stream.ToArray();
        }
        catch (OnnxImportException exception)
        {
            if (!exception.Message.StartsWith("a.onnx: ", StringComparison.Ordinal))
                throw new FuzzException($"a message that does not name the file: {exception.Message}");
            return;
        }

        string manifest;
        try
        {
            manifest = Manifest.Describe(new MemoryStream(weights), "a.onnx.safetensors", null);
        }
        catch (WeightFormatException exception)
        {
            throw new FuzzException($"imported weights that the build refuses: {exception.Message}");
        }

        Diagnostic? error = _generator.Run(("a.onnx.net", Encoding.UTF8.GetBytes(network.Spec)), (ManifestPath, Encoding.UTF8.GetBytes(manifest)))
            .FirstOrDefault(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error && diagnostic.Id != OutputNotExplained);
        if (error is not null)
            throw new FuzzException($"an import that the language rejects with {error.Id}: {error}\n{network.Spec}");
    }
}
