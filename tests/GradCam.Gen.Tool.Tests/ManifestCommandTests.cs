using GradCam.Gen.Tool.Explain;
using GradCam.Gen.Tool.Terminal;
using GradCam.Imaging;
using static GradCam.Gen.Tool.Tests.ToolCommandLine;

namespace GradCam.Gen.Tool.Tests;

/// <summary>Explanations with a manifest, made again.</summary>
public sealed class ManifestCommandTests : IDisposable
{
    private readonly ToolCommandLine _line = new();
    private readonly string _photo;
    private readonly string _manifest;

    public ManifestCommandTests()
    {
        _photo = _line.At("cat.png");
        _manifest = _line.At("cat.gradcam.json");
        File.Copy(PhotoSearch.Example, _photo);
    }

    public void Dispose() => _line.Dispose();

    [Theory]
    [InlineData("gradcam", "layer3")]
    [InlineData("ablationcam", "layer2")]
    [InlineData("randomcam", "layer1")]
    public void What_was_explained_is_verified(string method, string layer)
    {
        Explain("--method", method, "--layer", layer, "--class", "dog", "--counterfactual");
        Assert.Contains("cat.gradcam.json", _line.Output, StringComparison.Ordinal);
        ExplanationManifest manifest = ExplanationManifest.Load(_manifest);
        Assert.Equal((method, layer, "dog", true), (manifest.Method, manifest.Layer, manifest.Target, manifest.IsCounterfactual));
        Assert.Equal(ExplanationManifest.HashPixels(Photo.Decode(_photo)), manifest.PixelsSha256);
        Assert.Equal((ExitCode.Success, ""), (_line.Run("verify", _manifest, _photo), _line.Errors));
        Assert.Contains($"The same: {method} at {layer} for dog, to the last bit.", _line.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gradcam", "layer3")]
    [InlineData("kpcacam", "layer2")]
    public void What_is_reproducible_is_made_again_in_that_mode_and_must_be_equal(string method, string layer)
    {
        Explain("--reproducible", "--method", method, "--layer", layer);
        ExplanationManifest manifest = ExplanationManifest.Load(_manifest);
        Assert.Equal(("reproducible", true), (manifest.InstructionSet, manifest.IsReproducible));
        Assert.DoesNotContain("isReproducible", File.ReadAllText(_manifest), StringComparison.OrdinalIgnoreCase);
        Assert.Equal((ExitCode.Success, ""), (_line.Run("verify", _manifest, _photo), _line.Errors));
        Assert.Contains($"The same: {method} at {layer} for cat, to the last bit.", _line.Output, StringComparison.Ordinal);

        // No machine may round otherwise.
        float[] values = [.. manifest.Map.Values];
        values[3] = MathF.BitIncrement(values[3]);
        (manifest with { Map = manifest.Map with { Values = values } }).Save(_manifest);
        Assert.Equal(ExitCode.Failed, _line.Run("verify", _manifest, _photo));
        Assert.Contains("Not the same", _line.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_networks_files_are_part_of_it()
    {
        string[] network = ["--model", NetworkFile("photo10.net")];
        Explain(network);
        ExplanationManifest manifest = ExplanationManifest.Load(_manifest);
        Assert.Equal(64, manifest.SpecSha256!.Length);
        Assert.Equal(Hash(NetworkFile("photo10.safetensors")), manifest.WeightsSha256);
        Assert.Equal((ExitCode.Success, ""), (_line.Run(["verify", _manifest, _photo, .. network]), _line.Errors));

        // The same network with a comment more is another spec.
        File.WriteAllText(_line.At("photo10.net"), "# mine\n" + File.ReadAllText(NetworkFile("photo10.net")));
        File.Copy(NetworkFile("photo10.txt"), _line.At("photo10.txt"));
        File.Copy(NetworkFile("photo10.safetensors"), _line.At("photo10.safetensors"));
        Assert.Equal(ExitCode.Failed, _line.Run("verify", _manifest, _photo, "--model", _line.At("photo10.net")));
        Assert.Contains("specSha256", _line.Output, StringComparison.Ordinal);
        Assert.Contains("The map is, the above is not.", _line.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_the_same_is_said()
    {
        Explain();
        Photo photo = Photo.Decode(_photo);
        byte[] pixels = photo.Pixels.ToArray();
        for (int i = 0; i < 4 * 100 * photo.Width; i++)
            pixels[i] ^= 64;
        new Photo(new ImageView(pixels, photo.Width, photo.Height, PixelFormat.Rgba32)).SavePng(_line.At("other.png"));
        Assert.Equal(ExitCode.Failed, _line.Run("verify", _manifest, _line.At("other.png")));
        foreach (string name in new[] { "pixelsSha256", "inputsSha256", "logits[0]", "map.sha256", "Not the same: gradcam at layer3 for cat" })
            Assert.Contains(name, _line.Output, StringComparison.Ordinal);

        // Another machine may round otherwise; that explains no other photo.
        ExplanationManifest manifest = ExplanationManifest.Load(_manifest);
        (manifest with { InstructionSet = "cpu Arm64 NEON" }).Save(_manifest);
        Assert.Equal(ExitCode.Success, _line.Run("verify", _manifest, _photo));
        Assert.Contains("The same but for rounding", _line.Output, StringComparison.Ordinal);
        (manifest with { InstructionSet = "cpu Arm64 NEON", PixelsSha256 = new string('0', 64) }).Save(_manifest);
        Assert.Equal(ExitCode.Failed, _line.Run("verify", _manifest, _photo));
    }

    [Fact]
    public void A_manifest_that_cannot_be_used_is_an_error()
    {
        Assert.Equal(ExitCode.Failed, _line.Run("verify", _line.At("none.json"), _photo));
        File.WriteAllText(_manifest, "{}");
        Assert.Equal(ExitCode.Failed, _line.Run("verify", _manifest, _photo));
        Assert.Contains("cat.gradcam.json: Not a manifest", _line.Errors, StringComparison.Ordinal);
        Explain();
        ExplanationManifest manifest = ExplanationManifest.Load(_manifest);
        (manifest with { Layer = "layer9" }).Save(_manifest);
        Assert.Equal(ExitCode.Usage, _line.Run("verify", _manifest, _photo));
        (manifest with { ClassIndex = 10 }).Save(_manifest);
        Assert.Equal(ExitCode.Usage, _line.Run("verify", _manifest, _photo));
        Assert.Contains("class 10", _line.Errors, StringComparison.Ordinal);
        (manifest with { Method = "voodoo" }).Save(_manifest);
        Assert.Equal(ExitCode.Usage, _line.Run("verify", _manifest, _photo));
        manifest.Save(_manifest);
        Assert.Equal(ExitCode.Failed, _line.Run("verify", _manifest, _manifest));
    }

    [Fact]
    public void A_method_that_the_layer_does_not_allow_is_a_usage_error()
    {
        Assert.Equal(ExitCode.Usage, _line.Run("explain", _photo, "--method", "cam", "--layer", "layer1"));
        Assert.Contains("Class Activation Map", _line.Errors, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_line.Folder, "*.gradcam.*"));
    }

    private static string Hash(string path) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(path)));

    private void Explain(params string[] options) =>
        Assert.Equal((ExitCode.Success, ""), (_line.Run(["explain", _photo, "--manifest", .. options]), _line.Errors));
}
