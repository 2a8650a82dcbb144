using System.Text;
using GradCam.Fuzz.Engine;
using GradCam.Fuzz.Mutators;

namespace GradCam.Fuzz.Targets;

/// <summary>Manifests of weight files, which the build task writes and the generator reads.</summary>
internal sealed class ManifestTarget : FuzzTarget
{
    public const string TargetName = "manifests";
    public const string ManifestPath = "obj/a.safetensors.manifest";

    private const string Source =
        """
        [GradCam.Network("a.net", Weights = "a.safetensors")]
        [GradCam.GradCam("conv1")]
        partial class Net;
        """;

    private static readonly TextMutator Text = new(
        "gradcam manifest 1", "file a.safetensors", "sha256", "embedded a", "tensors 4", "F32 [4,1,3,3] conv1.weight", "F32 [4] conv1.bias", "F16", "BF16",
        "F64", "F8_E4M3", "[", "]", ",",
        "conv1.weight", "fc.bias", "module.conv1.weight", "[]", "[0]", "\n");

    private readonly GeneratorHost _generator = NewGenerator();

    public override string Name => TargetName;

    public override IReadOnlyList<byte[]> Seeds { get; } = Corpus.Read(TargetName);

    public static GeneratorHost NewGenerator() => new(
        Source,
        ("a.net", "input 1x8x8\nconv1: conv 4 3x3\nrelu\navgpool global\nfc: linear 3\n"u8.ToArray()),
        (ManifestPath, Encoding.UTF8.GetBytes(
            $"gradcam manifest 1\nfile a.safetensors\nsha256 {new string('a', 64)}\ntensors 4\n"
            + "F32 [4,1,3,3] conv1.weight\nF32 [4] conv1.bias\nF32 [3,4] fc.weight\nF32 [3] fc.bias\n")));

    public override byte[] Mutate(byte[] seed, Random random) => Text.Mutate(seed, random);

    public override void Run(byte[] input) => _generator.Run((ManifestPath, input));
}
