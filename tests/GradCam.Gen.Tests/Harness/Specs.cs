namespace GradCam.Gen.Tests.Harness;

/// <summary>A small network that is right, for tests to break.</summary>
internal static class Specs
{
    public const string Source =
        """
        [GradCam.Network("a.net", Weights = "a.safetensors", Labels = "labels.txt")]
        [GradCam.GradCam("conv1")]
        partial class Net;
        """;

    public const string Small =
        """
        input 1x8x8
        conv1: conv 4 3x3
        relu
        avgpool global
        fc: linear 3

        """;

    public const string Labels = "cat\ndog\nbird\n";

    public static readonly string Manifest = ManifestOf("F32 [4,1,3,3] conv1.weight", "F32 [4] conv1.bias", "F32 [3,4] fc.weight", "F32 [3] fc.bias");

    public static string ManifestOf(params string[] tensors) =>
        $"gradcam manifest 1\nfile a.safetensors\nsha256 {new string('a', 64)}\ntensors {tensors.Length}\n" +
        $"{string.Concat(tensors.Select(tensor => tensor + "\n"))}";

    /// <summary>The small network with one of its texts replaced.</summary>
    public static GeneratorDriverHarness With(string? source = null, string? spec = null, string? manifest = null, string? labels = null) =>
        GeneratorDriverHarness.Of(
            source ?? Source, ("a.net", spec ?? Small), ("obj/gradcam/a.safetensors.manifest", manifest ?? Manifest), ("labels.txt", labels ?? Labels));
}
