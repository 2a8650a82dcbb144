using System.Security.Cryptography;
using GradCam.Gen.Build.Manifests;
using GradCam.Tests;
using GradCam.Weights.Format;

namespace GradCam.Gen.Build.Tests.Manifests;

public sealed class ManifestTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(null, "")]
    [InlineData("", "")]
    [InlineData("nets/small.safetensors", "embedded nets/small.safetensors\n")]
    public void A_file_is_described_line_by_line(string? resource, string embedded)
    {
        string path = _folder.Write("small.safetensors", HostileFiles.Valid);
        string hash = Convert.ToHexStringLower(SHA256.HashData(HostileFiles.Valid));
        Assert.Equal(
            $"gradcam manifest 1\nfile nets/small.safetensors\nsha256 {hash}\n{embedded}tensors 4\n" +
            "F32 [2,1,2,2] conv1.weight\nF16 [2] conv1.bias\nI64 [] steps\nBF16 [1,3] fc\n",
            Manifest.Describe(path, "nets/small.safetensors", resource));
    }

    [Fact]
    public void A_name_with_blanks_is_the_rest_of_the_line()
    {
        string path = _folder.Write("blank.safetensors", new SafetensorsBuilder().Add("a b [1] c", [1], 1).Build());
        Assert.EndsWith("\ntensors 1\nF32 [1] a b [1] c\n", Manifest.Describe(path, "blank.safetensors", resource: null), StringComparison.Ordinal);
    }

    [Fact]
    public void A_path_that_would_break_the_lines_is_refused()
    {
        string path = _folder.Write("small.safetensors", HostileFiles.Valid);
        Assert.Throws<WeightFormatException>(() => Manifest.Describe(path, "a\nb.safetensors", resource: null));
    }

    [Fact]
    public void Text_is_written_only_when_it_changes_and_nothing_else_is_left()
    {
        string path = Path.Combine(_folder.Path, "sub", "x.manifest");
        Assert.True(AtomicFile.WriteIfChanged(path, "one"));
        DateTime old = new(2001, 2, 3, 0, 0, 0, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(path, old);
        Assert.False(AtomicFile.WriteIfChanged(path, "one"));
        Assert.Equal(old, File.GetLastWriteTimeUtc(path));
        Assert.True(AtomicFile.WriteIfChanged(path, "two"));
        Assert.Equal("two", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(Path.GetDirectoryName(path)!));
    }
}
