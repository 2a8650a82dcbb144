using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using GradCam.Gen.Tool.Explain;
using GradCam.Gen.Tool.Terminal;
using GradCam.Imaging;
using GradCam.Tests;
using static GradCam.Gen.Tool.Tests.ToolCommandLine;

namespace GradCam.Gen.Tool.Tests;

/// <summary>Explaining photos with the network in the tool, and with any other.</summary>
public sealed class ExplainTests : IDisposable
{
    private const string Image = "rgb squash mean 0.485 0.456 0.406 std 0.229 0.224 0.225";

    private readonly ToolCommandLine _line = new();
    private readonly string _photo;

    public ExplainTests()
    {
        _photo = _line.At("cat.png");
        File.Copy(PhotoSearch.Example, _photo);
    }

    public void Dispose() => _line.Dispose();

    [Fact]
    public void Without_a_model_the_network_in_the_tool_explains()
    {
        Assert.Equal((ExitCode.Success, ""), (_line.Run("explain", _photo), _line.Errors));
        Assert.Contains("for cat: Grad-CAM at layer3", _line.Output, StringComparison.Ordinal);
        Assert.Equal(Photo.Decode(_photo).Width, Photo.Decode(_line.At("cat.gradcam.png")).Width);
    }

    [Fact]
    public void A_spec_with_weights_gives_the_maps_of_the_network_that_was_built_from_it()
    {
        float[] expected = Map("--layer", "layer2", "--class", "dog");
        float[] actual = Map("--layer", "LAYER2", "--class", "dog", "--model", NetworkFile("photo10.net"));
        Assert.Contains("for dog: Grad-CAM at layer2", _line.Output, StringComparison.Ordinal);
        Assert.Equal(expected, actual);
        // The usual layer is found, and the weights may lie elsewhere.
        File.Copy(NetworkFile("photo10.net"), _line.At("alone.net"));
        File.Copy(NetworkFile("photo10.txt"), _line.At("photo10.txt"));
        Assert.Equal(Map(), Map("--model", _line.At("alone.net"), "--weights", NetworkFile("photo10.safetensors")));
        Assert.Contains("for cat: Grad-CAM at layer3", _line.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_GPU_gives_the_same_maps_where_there_is_one()
    {
        float[] expected = Map();
        float[] actual = Map("--device", "simulator");
        float largest = expected.Max(Math.Abs);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-4f * largest));

        int code = _line.Run("explain", _photo, "--device", "cuda");
        if (code == ExitCode.Success)
            return;
        Assert.Equal(ExitCode.Network, code);
        Assert.StartsWith("There is no CUDA device that ILGPU can use", _line.Errors, StringComparison.Ordinal);
        Assert.EndsWith("Without --device the network runs on the CPU." + Environment.NewLine, _line.Errors, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Usage, _line.Run("explain", _photo, "--device", "cud"));
        Assert.Contains("cuda", _line.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void An_ONNX_file_gives_the_same_maps()
    {
        string model = _line.At("model.onnx");
        Assert.Equal((ExitCode.Success, ""), (_line.Run("export", NetworkFile("photo10.net"), NetworkFile("photo10.safetensors"), "-o", model), _line.Errors));
        float[] expected = Map();
        float[] actual = Map("--model", model, "--labels", NetworkFile("photo10.txt"), "--image", Image);
        Assert.Equal("", _line.Errors);
        Assert.Contains("for cat: Grad-CAM at layer3.2.relu_2", _line.Output, StringComparison.Ordinal);
        float largest = expected.Max(Math.Abs);
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], actual[i], 1e-5f * largest);

        // Without the image line the photo is another one to the network, which is said.
        Assert.NotEqual(expected, Map("--model", model));
        Assert.Contains("model.onnx does not say how a photo becomes the input", _line.Errors, StringComparison.Ordinal);
        Assert.Contains("with --image.", _line.Errors, StringComparison.Ordinal);
        Assert.Contains("for class 3:", _line.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_report_of_any_network_has_its_layers_classes_and_graph()
    {
        // Names of classes come from anywhere, too.
        const string hostile = "</script><script>alert(1)</script>";
        File.WriteAllLines(_line.At("names.txt"), File.ReadLines(NetworkFile("photo10.txt")).Select(name => name == "cat" ? hostile : name));
        string report = _line.At("why.html");
        string[] network = ["--model", NetworkFile("photo10.net"), "--labels", _line.At("names.txt")];
        Assert.Equal(ExitCode.Success, _line.Run(["explain", _photo, .. network, "--report", report]));
        Assert.Equal(["cat.png", "names.txt", "why.html"], _line.Files());
        string html = File.ReadAllText(report);
        Assert.DoesNotContain(hostile, html, StringComparison.OrdinalIgnoreCase);
        MatchCollection elements = Regex.Matches(html, "<script type=\"application/json\" class=\"[a-z-]*\">(.*?)</script>");
        JsonElement[] data = [.. elements.Select(match => JsonDocument.Parse(match.Groups[1].Value).RootElement)];
        Assert.Equal(3, data.Length);
        Assert.Equal("photo10.net", data[0].GetProperty("network").GetString());
        Assert.Equal(["layer3", "layer2", "layer1"], data[0].GetProperty("layers").EnumerateArray().Select(layer => layer.GetProperty("name").GetString()));
        // It is compiled for the gradient at its input, too.
        Assert.Equal(2, data[0].GetProperty("methods").EnumerateArray().Count(method => method.GetProperty("atInput").GetBoolean()));
        Assert.Equal(0, data[2].GetProperty("refused").GetArrayLength());
        Assert.Equal("fc", data[0].GetProperty("graph").EnumerateArray().Last().GetProperty("name").GetString());
        Assert.Equal(hostile, data[1].GetProperty("classes")[0].GetProperty("name").GetString());
    }

    [Fact]
    public void What_a_network_has_not_is_a_usage_error()
    {
        Usage("--layer: expected one of 51 layers, the last of which are ", "--model", NetworkFile("photo10.net"), "--layer", "layr2");
        Assert.Contains("found 'layr2'. Did you mean 'layer2'?", _line.Errors, StringComparison.Ordinal);
        Usage("There is no class 'doge': did you mean dog", "--model", NetworkFile("photo10.net"), "--class", "doge");
        Usage("--labels is about a network of your own: name it with --model.", "--labels", NetworkFile("photo10.txt"));
        Usage("--height is about an ONNX file; ", "--model", NetworkFile("photo10.net"), "--height", "3");
        Assert.Empty(Directory.GetFiles(_line.Folder, "*.gradcam.png"));
    }

    [Fact]
    public void A_network_that_cannot_be_used_is_named()
    {
        Fails("there is no such file. Did you mean 'model.onnx'?", "--model", Path.ChangeExtension(_line.Model(), ".onx"));
        Fails("model.pt: expected an .onnx or a .net file", "--model", _line.Write("model.pt", [1]));
        Fails("broken.onnx", "--model", _line.Write("broken.onnx", [1, 2, 3]));
        Fails("bad.net(2,1): GCG", "--model", _line.Write("bad.net", "input 3x4x4\nfoo\n"u8.ToArray()), "--weights", NetworkFile("photo10.safetensors"));
        Fails("lonely.safetensors: there is no such file.", "--model", _line.Write("lonely.net", "input 3x4x4\nfc: linear 2\n"u8.ToArray()));
        string flat = _line.Write("flat.net", "input 3x4x4\navgpool global\nfc: linear 2\n"u8.ToArray());
        Fails("nothing in it can be explained", "--model", flat, "--weights", NetworkFile("photo10.safetensors"));
        Fails("missing.txt: there is no such file.", "--model", NetworkFile("photo10.net"), "--labels", _line.At("missing.txt"));
        File.WriteAllText(_line.At("two.txt"), "a\nb\n");
        Fails("expected 10, one a logit, found 2", "--model", NetworkFile("photo10.net"), "--labels", _line.At("two.txt"));
        string other = _line.Write("other.safetensors", new SafetensorsBuilder().Add("fc.weight", [1], 1f).Build());
        Fails("photo10.net could not be loaded: ", "--model", NetworkFile("photo10.net"), "--weights", other);
        Assert.Empty(Directory.GetFiles(_line.Folder, "*.gradcam.png"));
    }

    private void Usage(string message, params string[] arguments)
    {
        Assert.Equal(ExitCode.Usage, _line.Run(["explain", _photo, .. arguments]));
        Assert.StartsWith(message, _line.Errors, StringComparison.Ordinal);
    }

    private void Fails(string message, params string[] arguments)
    {
        Assert.Equal((ExitCode.Network, ""), (_line.Run(["explain", _photo, .. arguments]), _line.Output));
        Assert.Contains(message, _line.Errors, StringComparison.Ordinal);
    }

    private float[] Map(params string[] arguments)
    {
        Assert.Equal((ExitCode.Success, arguments), (_line.Run(["explain", _photo, "--raw", "csv", .. arguments]), arguments));
        return [
            .. File.ReadAllText(_line.At("cat.gradcam.csv")).Split([',', '\n'], StringSplitOptions.RemoveEmptyEntries)
                .Select(value => float.Parse(value, CultureInfo.InvariantCulture))];
    }
}
