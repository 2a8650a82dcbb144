using GradCam.Gen.Files;

namespace GradCam.Gen.Tests.Files;

public sealed class FileFinderTests
{
    [Theory]
    [InlineData("a.net", "/p/src", "/p/src/a.net", "/p/a.net", "/p/src/a.net")]
    [InlineData("a.net", "/p", "/p/a.net", "/p/a.net", "/p/src/a.net")]
    [InlineData("a.net", "/p/other", "/p/b/a.net", "/p/b/a.net", "/q/a.net")]
    [InlineData("a.net", "/p/src/deep", "/p/src/nets/a.net", "/p/a/a.net", "/p/src/nets/a.net")]
    [InlineData("src/a.net", "/p", "/p/src/a.net", "/p/a.net", "/p/src/a.net")]
    [InlineData("../nets/a.net", "/p/src", "/p/nets/a.net", "/q/nets/a.net", "/p/nets/a.net")]
    [InlineData("./a.net", "/p", "/p/a.net", "/p/a.net")]
    [InlineData("src\\a.net", "C:\\p", "C:\\p\\src\\a.net", "C:\\p\\src\\a.net", "C:\\p\\a.net")]
    [InlineData("/p/a.net", "/q", "/p/a.net", "/q/a.net", "/p/a.net")]
    [InlineData("m.onnx.net", "/p/two", "/p/obj/gradcam/two/m.onnx.net", "/p/obj/gradcam/one/m.onnx.net", "/p/obj/gradcam/two/m.onnx.net")]
    [InlineData("a.net", "", "p/a.net", "p/a.net")]
    [InlineData("a.net", "/p", null, "/p/ba.net", "/p/a.net.txt", "/p/A.net")]
    [InlineData("x/a.net", "/p", null, "/p/a.net", "/p/ax/a.net")]
    [InlineData("a.net", "/r", "/p/a.net", "/q/a.net", "/p/a.net")]
    public void The_nearest_file_that_ends_with_the_path(string wanted, string folder, string? expected, params string[] files)
    {
        Assert.Equal(expected, FileFinder.Find(files, file => file, wanted, folder));
        Assert.Equal(expected, FileFinder.Find(files.Reverse(), file => file, wanted, folder));
    }

    [Theory]
    [InlineData("/a/../b", "/b")]
    [InlineData("a//b/./c", "a/b/c")]
    [InlineData("../a", "../a")]
    [InlineData("/../a", "/../a")]
    [InlineData("a\\b", "a/b")]
    public void Paths_are_normalized(string path, string expected) => Assert.Equal(expected, FileFinder.Normalize(path));

    [Theory]
    [InlineData("cat\ndog", "cat,dog")]
    [InlineData("cat\r\n dog \r\n\r\n", "cat,dog")]
    [InlineData("cat\n\ndog\n", "cat,,dog")]
    [InlineData("", "")]
    public void Class_names_are_lines(string text, string expected) =>
        Assert.Equal(expected, string.Join(",", LabelFile.Read(new TextFile("labels.txt", text)).Labels));
}
