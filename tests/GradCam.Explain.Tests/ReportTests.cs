using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Explain;
using GradCam.Gen.Tool.Graphs;
using GradCam.Gen.Tool.Reports;
using GradCam.Gen.Tool.Terminal;
using GradCam.Imaging;

namespace GradCam.Explain.Tests;

/// <summary>The page that <c>--report</c> writes. What a browser makes of it is tested in one: GradCam.Browser.Tests.</summary>
public sealed class ReportTests : IDisposable
{
    private readonly CommandLine _line = new();

    public void Dispose() => _line.Dispose();

    [Fact]
    public void A_report_is_one_file_that_needs_nothing_else()
    {
        string photo = _line.Photo("a.png");
        Assert.Equal((ExitCode.Success, ""), (_line.Run(photo, "--report", _line.At("new", "why.html")), _line.Errors));
        Assert.Contains("why.html", _line.Output, StringComparison.Ordinal);
        Assert.Equal(["a.png"], _line.Files());
        Assert.Equal(["why.html"], _line.Files("new"));
        ReportDocument report = Read("new", "why.html");

        // Nothing that a browser would load, and nothing that it would run but the page's own script.
        Assert.DoesNotMatch(new Regex("(src|href|action|data|poster)\\s*=\\s*[\"']?\\s*(https?:|//|file:)", RegexOptions.IgnoreCase), report.Html);
        Assert.DoesNotMatch(new Regex("@import|url\\(", RegexOptions.IgnoreCase), report.Html);
        string script = Assert.Single(report.Scripts, script => script.Attributes.Length == 0).Content;
        string style = Regex.Match(report.Html, "<style>(.*?)</style>", RegexOptions.Singleline).Groups[1].Value;
        string policy = $"default-src 'none'; img-src data:; style-src {ReportDocument.Hash(style)}; script-src {ReportDocument.Hash(script)}; " +
            "base-uri 'none'; form-action 'none'";
        Assert.Contains($"<meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">", report.Html, StringComparison.Ordinal);
        Assert.DoesNotContain(" style=", report.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("{{", report.Html, StringComparison.Ordinal);

        JsonElement first = Assert.Single(report.Photos);
        Assert.Equal(["cat", "automobile", "ship"], first.GetProperty("classes").EnumerateArray().Select(one => one.GetProperty("name").GetString()));
        Assert.Equal(["layer3", "layer2", "layer1"], report.Head.GetProperty("layers").EnumerateArray().Select(layer => layer.GetProperty("name").GetString()));
        Assert.Equal(
            ["gradcam", "gradcam++", "xgradcam", "hirescam", "layercam", "eigencam", "saliency", "inputxgradient"],
            report.Head.GetProperty("methods").EnumerateArray().Select(method => method.GetProperty("key").GetString()));
        Photo picture = Photo.Decode(first.GetProperty("picture").GetBytesFromBase64());
        Photo original = Photo.Decode(photo);
        Assert.Equal((original.Width, original.Height), (picture.Width, picture.Height));
    }

    [Fact]
    public void Its_maps_are_those_of_the_other_files()
    {
        string photo = _line.Photo("a.png");
        Assert.Equal(
            ExitCode.Success,
            _line.Run(
                photo, "--class", "dog", "--layer", "layer2,layer3", "--method", "layercam,gradcam", "--top", "2", "--raw", "csv", "--report",
                _line.At("why.html")));
        Assert.Equal(["a.gradcam.csv", "a.gradcam.png", "a.png", "why.html"], _line.Files());
        ReportDocument report = Read("why.html");
        JsonElement found = report.Photos[0];
        Assert.Equal(["cat", "automobile", "dog"], found.GetProperty("classes").EnumerateArray().Select(one => one.GetProperty("name").GetString()));
        Assert.Equal(2, found.GetProperty("first").GetInt32());
        Assert.Equal("LayerCAM", report.Head.GetProperty("methods")[0].GetProperty("name").GetString());

        AreClose(Numbers(File.ReadAllText(_line.At("a.gradcam.csv"))), report.Map(photo: 0, classIndex: 2, layer: 0, method: 0));
        Assert.Equal(64, report.Map(0, 2, 1, 1).Length);
    }

    [Fact]
    public void Maps_of_the_input_are_beside_those_at_layers()
    {
        const string rise = "rise(samples 40, cells 4)";
        string photo = _line.Photo("a.png");
        string[] options = ["--layer", "layer2", "--method", $"gradcam,saliency,{rise}", "--seed", "3", "--class", "dog", "--top", "1"];
        Assert.Equal((ExitCode.Success, ""), (_line.Run([photo, .. options, "--report", _line.At("why.html")]), _line.Errors));
        ReportDocument report = Read("why.html");
        JsonElement[] methods = [.. report.Head.GetProperty("methods").EnumerateArray()];
        Assert.Equal(["gradcam", "saliency", rise], methods.Select(method => method.GetProperty("key").GetString()));
        Assert.Equal([false, true, true], methods.Select(method => method.GetProperty("atInput").GetBoolean()));
        Assert.Equal("RISE (samples 40, cells 4)", methods[2].GetProperty("name").GetString());
        Assert.Equal(3 * 2, report.Photos[0].GetProperty("maps").GetArrayLength());

        using Photo10 network = Photo10.LoadEmbedded();
        using Photo10.Session session = network.CreateSession();
        foreach ((int index, InputMethod method) in new[] { (1, InputMethod.Saliency), (2, InputMethod.Parse(rise)) })
        {
            foreach ((int classIndex, string name) in new[] { (0, "cat"), (1, "dog") })
            {
                Attribution attribution = session.Attribute(Photo.Decode(photo), name, method, new ExplainOptions { Seed = 3 });
                AreClose(attribution.Heatmap.Raw, report.Map(0, classIndex, -1, index));
            }
        }

        JsonElement costs = report.Tail.GetProperty("explanations");
        Assert.Equal(3, costs.GetArrayLength());
        Assert.False(costs[0].TryGetProperty("forwards", out _));
        Assert.Equal((1, 1), (costs[1].GetProperty("forwards").GetInt32(), costs[1].GetProperty("backwards").GetInt32()));
        Assert.Equal((41, 0), (costs[2].GetProperty("forwards").GetInt32(), costs[2].GetProperty("backwards").GetInt32()));
    }

    [Fact]
    public void A_report_of_the_input_alone_has_no_layers()
    {
        string photo = _line.Photo("a.png");
        // The first method's map is that of the other files, too.
        Assert.Equal((ExitCode.Success, ""), (_line.Run(photo, "--method", "inputxgradient", "--raw", "csv", "--report", _line.At("why.html")), _line.Errors));
        ReportDocument report = Read("why.html");
        Assert.Equal(0, report.Head.GetProperty("layers").GetArrayLength());
        Assert.Equal(["[-1,0]"], report.Head.GetProperty("maps").EnumerateArray().Select(map => map.GetRawText()));
        AreClose(Numbers(File.ReadAllText(_line.At("a.gradcam.csv"))), report.Map(0, 0, -1, 0));
    }

    [Fact]
    public void What_speaks_against_a_class_is_of_layers_alone()
    {
        Assert.Equal((ExitCode.Success, ""), (_line.Run(_line.Photo("a.png"), "--counterfactual", "--report", _line.At("why.html")), _line.Errors));
        Assert.DoesNotContain(Read("why.html").Head.GetProperty("methods").EnumerateArray(), method => method.GetProperty("atInput").GetBoolean());
    }

    [Fact]
    public void A_map_is_made_smaller_by_means_of_its_cells()
    {
        using Photo10 network = Photo10.LoadEmbedded();
        using Photo10.Session session = network.CreateSession();
        Heatmap heatmap = session.Attribute(Noise(32, 32), "cat", InputMethod.InputXGradient).Heatmap;
        MapCells cells = MapCells.Of(heatmap, 8);
        Assert.Equal((8, 8, (32, 32)), (cells.Width, cells.Height, cells.Whole));
        float[] expected = new float[64];
        for (int p = 0; p < 1024; p++)
            expected[p / 32 / 4 * 8 + p % 32 / 4] += heatmap.Raw[p] / 16;
        AreClose(expected, Values(cells));
        // Cells that cover parts of others: nothing is lost.
        float[] odd = Values(MapCells.Of(heatmap, 12));
        Assert.Equal(144, odd.Length);
        Assert.Equal(expected.Average(), odd.Average(), expected.Max(Math.Abs) / 1000);

        static float[] Values(MapCells cells) =>
            [.. Enumerable.Range(0, cells.Cells.Length / 2).Select(i => BitConverter.ToInt16(cells.Cells, 2 * i) / 32767f * cells.Largest)];
    }

    [Fact]
    public void Names_are_text_whatever_they_are_like()
    {
        // A path can hold the end of an element even where a file's name cannot.
        string[] names = OperatingSystem.IsWindows()
            ? ["a'&b.png"]
            : ["x<", "script><script>alert(1)<", "script>", "\"><img src=x onerror=alert(1)>\u202e\u0007'.png"];
        string photo = _line.Photo(names);
        Assert.Equal(ExitCode.Success, _line.Run(photo, "--report", _line.At("why.html")));
        ReportDocument report = Read("why.html");
        // The head, the photo, the tail and the page's own: no element ends early, and none begins.
        Assert.Equal(4, report.Scripts.Count);
        Assert.DoesNotContain("<script>alert", report.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("<img", report.Html, StringComparison.OrdinalIgnoreCase);
        Assert.All(report.Scripts[1].Content, c => Assert.InRange(c, ' ', '~'));
        Assert.Equal(Printable.Name(photo), report.Photos[0].GetProperty("path").GetString());
    }

    [Fact]
    public void What_cannot_be_read_is_said_in_it_too()
    {
        string bad = _line.At("bad.jpg");
        File.WriteAllText(bad, "not a photo");
        Assert.Equal(ExitCode.Failed, _line.Run(bad, _line.Photo("good.png"), _line.At("missing.png"), "--report", _line.At("why.html")));
        Assert.Contains("bad.jpg: expected a JPEG", _line.Errors, StringComparison.Ordinal);
        ReportDocument report = Read("why.html");
        Assert.Equal(3, report.Photos.Count);
        Assert.StartsWith("expected a JPEG", report.Photos[0].GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Equal("good.png", report.Photos[1].GetProperty("name").GetString());
        Assert.Equal("there is no such file or folder.", report.Photos[2].GetProperty("error").GetString());

        Assert.Equal(ExitCode.Failed, _line.Run(bad, "--report", _line.At("none.html")));
        Assert.Equal(["bad.jpg"], Read("none.html").Photos.Select(photo => photo.GetProperty("name").GetString()));
    }

    [Theory]
    [InlineData("the report is an .html file", "--report", "why.pdf")]
    [InlineData("the report is an .html file", "--report", "why")]
    [InlineData("--method names several: that is for a page of them", "--method", "gradcam,layercam")]
    [InlineData("--layer names several", "--layer", "layer3,layer2")]
    [InlineData("--method: expected gradcam", "--method", "gradcam,magic", "--report", "why.html")]
    [InlineData("--layer: expected layer3", "--layer", "layer3,layer4", "--report", "why.html")]
    [InlineData("--layer is where methods at a layer look; Saliency", "--layer", "layer2", "--method", "saliency,rise", "--report", "why.html")]
    [InlineData("--counterfactual negates the gradient at a layer; Saliency", "--counterfactual", "--method", "gradcam,saliency", "--report", "why.html")]
    public void What_cannot_be_asked_for_is_a_usage_error(string message, params string[] arguments)
    {
        string[] typed = [.. arguments.Select(argument => argument.StartsWith("why", StringComparison.Ordinal) ? _line.At(argument) : argument)];
        Assert.Equal(ExitCode.Usage, _line.Run([_line.Photo("a.png"), .. typed]));
        Assert.Contains(message, _line.Errors, StringComparison.Ordinal);
        Assert.Equal(["a.png"], _line.Files());
    }

    [Fact]
    public void A_report_takes_no_photos_place_and_no_folders()
    {
        string photo = _line.Photo("a.html");
        byte[] bytes = File.ReadAllBytes(photo);
        Assert.Equal(ExitCode.Usage, _line.Run(photo, "--report", photo));
        Assert.Contains("is a photo, which would be lost", _line.Errors, StringComparison.Ordinal);
        Directory.CreateDirectory(_line.At("b.html"));
        Assert.Equal(ExitCode.Failed, _line.Run(photo, "--report", _line.At("b.html")));
        Assert.Contains("b.html could not be written: a folder has that name", _line.Errors, StringComparison.Ordinal);
        Assert.Equal(bytes, File.ReadAllBytes(photo));
        Assert.Equal(["a.html"], _line.Files());
    }

    [Fact]
    public void Methods_that_the_network_does_not_allow_are_said()
    {
        Assert.Equal(ExitCode.Success, _line.Run(_line.Photo("a.png"), "--method", "gradcam,cam", "--report", _line.At("why.html")));
        ReportDocument report = Read("why.html");
        JsonElement[] refused = [.. report.Tail.GetProperty("refused").EnumerateArray()];
        // The second method at the second and third layer.
        Assert.Equal(["[1,1]", "[2,1]"], refused.Select(one => report.Head.GetProperty("maps")[one.GetProperty("map").GetInt32()].GetRawText()));
        Assert.Equal(JsonValueKind.Null, report.Tail.GetProperty("explanations")[3].ValueKind);
        Assert.Equal(64, report.Map(0, 0, 0, 0).Length);
        Assert.Equal(64, report.Map(0, 0, 0, 1).Length);
        Assert.Equal(JsonValueKind.Null, report.Photos[0].GetProperty("maps")[3].ValueKind);
    }

    [Fact]
    public void A_hundred_photos_stay_below_twenty_megabytes()
    {
        // The worst of photos, noise, and a network with large maps; a base64 letter is six bits.
        Photo noise = Noise(1200, 900);
        (int, int)[] layers = [(56, 56), (28, 28), (14, 14), (7, 7)];
        const int classes = 5;
        (int Width, int Height)[] mapsOfClass = [.. layers.SelectMany(layer => Enumerable.Repeat(layer, 8)), (224, 224), (224, 224)];
        ReportBudget budget = ReportBudget.Of(100, mapsOfClass, classes);
        long maps = mapsOfClass.Sum(map => 2L * classes * Math.Min(budget.MapSide, map.Width) * Math.Min(budget.MapSide, map.Height));
        byte[] picture = ReportPicture.Of(noise, budget.Photo - (int)maps);
        Assert.InRange(100 * (maps + picture.Length) * 4 / 3, 0, 18_000_000);

        // As a whole: a tenth of them, each with a hundredth of the room.
        using Photo10 network = Photo10.LoadEmbedded();
        using Photo10.Session session = network.CreateSession();
        var settings = new ReportSettings("why.html", ["layer3", "layer2", "layer1"], ReportSettings.UsualMethods, ReportSettings.UsualClasses);
        var maker = new MapMaker(session, settings, isCounterfactual: false, photos: 100, new ExplainOptions());
        session.Forward(noise);
        PhotoRecord record = maker.Make("noise.png", noise, wanted: null, index => Photo10.Labels[index], (0, 0), made: null, StepProgress.Hidden);
        int bytes = record.Picture.Length + record.Maps.Distinct().Sum(map => map!.Cells.Length);
        Assert.InRange(100L * bytes * 4 / 3, 0, 18_000_000);
        Assert.Contains(record.Maps, map => map!.Width == 32);
    }

    [Fact]
    public void The_graph_has_all_work_and_all_parameters_of_the_network()
    {
        IReadOnlyList<GraphLayer> layers = NetworkGraph.Of<Photo10>().Layers;
        Assert.Equal(Photo10.Info.MultiplyAccumulates, layers.Sum(layer => layer.MultiplyAccumulates));
        Assert.Equal(Photo10.Info.Parameters, layers.Sum(layer => layer.Parameters));
        Assert.Equal("input", layers[0].Name);
        Assert.All(layers.Skip(1), layer => Assert.NotEmpty(layer.Inputs));
        GraphLayer last = Assert.Single(layers, layer => layer.Explained.Contains("layer3"));
        Assert.Equal(("layer3.2.conv2", "conv 3x3, batchnorm, add, relu", new MapSize(96, 8, 8)), (last.Name, last.Operation, last.Size));
        Assert.Equal(["layer3.1.conv2", "layer3.2.conv1"], last.Inputs.Select(input => layers[input].Name).Order(StringComparer.Ordinal));
        Assert.Equal("fc", Assert.Single(layers, layer => layer.Outputs.Count > 0).Name);
        // Every operation but the last is read by another.
        Assert.Equal(Enumerable.Range(0, layers.Count - 1), layers.SelectMany(layer => layer.Inputs).Distinct().Order());
    }

    private static float[] Numbers(string csv) =>
        [.. csv.Split([',', '\n'], StringSplitOptions.RemoveEmptyEntries).Select(value => float.Parse(value, CultureInfo.InvariantCulture))];

    /// <summary>Up to the rounding to 16 bits.</summary>
    private static void AreClose(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        float largest = expected.ToArray().Max(Math.Abs);
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], actual[i], largest / 32000);
    }

    private static Photo Noise(int width, int height)
    {
        byte[] pixels = new byte[3 * width * height];
        new Random(1).NextBytes(pixels);
        return new Photo(new ImageView(pixels, width, height, PixelFormat.Rgb24));
    }

    private ReportDocument Read(params string[] names) => new(_line.At(names));
}
