using GradCam.Gen.Model;
using GradCam.Gen.Tests.Harness;

namespace GradCam.Gen.Tests.Model;

public sealed class ManifestReaderTests
{
    private static readonly string Hash = new('0', 64);

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    public void A_manifest_is_read(string newLine)
    {
        string text =
            $"gradcam manifest 1\nfile nets/a b.safetensors\nsha256 {Hash}\nembedded nets/a b.safetensors\ntensors 3\n" +
            "F32 [64,3,7,7] conv1.weight\nI64 [] n [1] x\nF16 [0] \"q\" \n";

        ParsedManifest manifest = ManifestReader.Read(text.Replace("\n", newLine, StringComparison.Ordinal));

        Assert.Null(manifest.Error);
        Assert.Equal("nets/a b.safetensors", manifest.File);
        Assert.Equal(new WeightManifest("nets/a b.safetensors", Hash, "nets/a b.safetensors", new(
        [
            new TensorEntry("conv1.weight", "F32", new([64, 3, 7, 7])),
            new TensorEntry("n [1] x", "I64", new([])),
            new TensorEntry("\"q\" ", "F16", new([0])),
        ])), manifest.Weights);
    }

    [Theory]
    [InlineData("", "line 1 of its manifest should be 'gradcam manifest 1', but is ''")]
    [InlineData("gradcam manifest 2\nfile a", "line 1 of its manifest should be 'gradcam manifest 1', but is 'gradcam manifest 2'")]
    [InlineData("gradcam manifest 1", "line 2 of its manifest should be 'file' and its value, but is its end")]
    [InlineData("gradcam manifest 1\nfile a\nsha256 0", "line 3 of its manifest should be a SHA-256 in 64 lower-case hexadecimal digits, but is '0'")]
    [InlineData("gradcam manifest 1\nfile a\nsha256 HASH\ntensors -1", "line 4 of its manifest should be the number of tensors, but is '-1'")]
    [InlineData("gradcam manifest 1\nfile a\nsha256 HASH\ntensors 99", "line 5 of its manifest should be the end, after 99 tensors, but is '0 tensors'")]
    [InlineData("gradcam manifest 1\nfile a\nsha256 HASH\ntensors 1\nF32 [1,x] a",
        "line 5 of its manifest should be a shape of whole numbers, but is 'F32 [1,x] a'")]
    [InlineData("gradcam manifest 1\nfile a\nsha256 HASH\ntensors 1\nF32 [99999999999] a",
        "line 5 of its manifest should be a shape of whole numbers, but is 'F32 [99999999999] a'")]
    [InlineData("gradcam manifest 1\nfile a\nsha256 HASH\ntensors 1\nF32 [1]",
        "line 5 of its manifest should be a tensor such as 'F32 [64,3,7,7] conv1.weight', but is 'F32 [1]'")]
    [InlineData("gradcam manifest 1\nfile a\nsha256 HASH\ntensors 2\nF32 [1] a\nF32 [2] a",
        "line 6 of its manifest should be a tensor that no line before has, but is 'F32 [2] a'")]
    public void Damage_is_described(string text, string expected)
    {
        ParsedManifest manifest = ManifestReader.Read(text.Replace("HASH", Hash, StringComparison.Ordinal));

        Assert.Null(manifest.Weights);
        Assert.Equal(expected, manifest.Error);
    }

    [Fact]
    public void Mutated_manifests_do_not_throw()
    {
        var random = new Random(7);
        for (int i = 0; i < 5000; i++)
        {
            char[] text = Specs.Manifest.ToCharArray();
            for (int edits = random.Next(1, 4); edits > 0; edits--)
                text[random.Next(text.Length)] = "[]0123, \nF\0"[random.Next(11)];

            ParsedManifest manifest = ManifestReader.Read(new string(text, 0, random.Next(text.Length + 1)));

            Assert.Equal(manifest.Weights is null, manifest.Error is not null);
        }
    }
}
