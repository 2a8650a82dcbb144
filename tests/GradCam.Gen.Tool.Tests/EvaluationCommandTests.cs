using System.Globalization;
using System.Text;
using System.Text.Json;
using GradCam.Gen.Tool.Evaluation;
using GradCam.Gen.Tool.Explain;
using GradCam.Gen.Tool.Terminal;
using GradCam.Imaging;

namespace GradCam.Gen.Tool.Tests;

/// <summary>Methods measured over a folder of photos.</summary>
public sealed class EvaluationCommandTests : IDisposable
{
    private const int Photos = 5;

    private readonly ToolCommandLine _line = new();
    private readonly string _folder;
    private readonly string _labels;
    private readonly string _boxes;
    private readonly string _out;

    public EvaluationCommandTests()
    {
        _folder = _line.At("photos");
        Directory.CreateDirectory(Path.Combine(_folder, "more"));
        var labels = new StringBuilder("photo,class\n");
        var boxes = new StringBuilder();
        for (int i = 0; i < Photos; i++)
        {
            string name = i < 3 ? $"p{i}.png" : $"more/p{i}.png";
            Blob(i).SavePng(Path.Combine(_folder, name));
            labels.Append(CultureInfo.InvariantCulture, $"{name},{(i % 2 == 0 ? "cat" : "5")}\n");
            boxes.Append(CultureInfo.InvariantCulture, $"\"{name}\",{4 * i},8,16,16\n");
        }

        _labels = _line.At("labels.csv");
        _boxes = _line.At("boxes.csv");
        _out = _line.At("result");
        File.WriteAllText(_labels, labels.ToString());
        File.WriteAllText(_boxes, boxes.ToString());
    }

    public void Dispose() => _line.Dispose();

    [Fact]
    public void A_folder_is_measured()
    {
        Assert.Equal((ExitCode.Success, ""), (Evaluate("--layer", "layer3,layer2", "--methods", "gradcam,elementwise,randomcam"), _line.Errors));
        string[] csv = File.ReadAllLines(_out + ".csv");
        Assert.Equal(
            "layer,method,photos,pointing,energy,rank,iou,road,insertion,deletion,drop,increase,gain,coherency,complexity,adcc,arcc,entropy,gini,forwards",
            csv[0]);
        Assert.Equal(7, csv.Length);
        Assert.StartsWith("layer3,gradcam,5,", csv[1], StringComparison.Ordinal);
        Assert.StartsWith("layer2,randomcam,5,", csv[6], StringComparison.Ordinal);
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(_out + ".json"));
        Assert.Equal((1, 5, 6), (Number("schemaVersion"), Number("photos"), json.RootElement.GetProperty("results").GetArrayLength()));
        Assert.Equal(0, json.RootElement.GetProperty("failed").GetArrayLength());
        double energy = json.RootElement.GetProperty("results")[0].GetProperty("means").GetProperty("energy").GetDouble();
        Assert.Equal(double.Parse(csv[1].Split(',')[4], CultureInfo.InvariantCulture), energy);
        Assert.InRange(energy, 0, 1);
        Assert.Contains("5 photos measured", _line.Output, StringComparison.Ordinal);

        int Number(string name) => json.RootElement.GetProperty(name).GetInt32();
    }

    [Fact]
    public void Means_are_those_of_the_library()
    {
        Assert.Equal((ExitCode.Success, ""), (Evaluate("--metrics", "energy,pointing", "--methods", "layercam"), _line.Errors));
        using var network = Networks.Photo10.LoadEmbedded();
        using NetworkSession session = network.CreateSession();
        double energy = 0;
        for (int i = 0; i < Photos; i++)
        {
            session.Forward(Blob(i));
            ClassReference shown = i % 2 == 0 ? "cat" : 5;
            energy += session.Explain(shown, "layer3", CamMethod.LayerCam).MeasureEnergy(4 * i, 8, 16, 16).Share / Photos;
        }

        Assert.Equal(energy, double.Parse(File.ReadAllLines(_out + ".csv")[1].Split(',')[4], CultureInfo.InvariantCulture), 1e-12);
    }

    [Fact]
    public void A_run_that_was_killed_goes_on()
    {
        string[] options = ["--metrics", "energy,drop", "--methods", "gradcam,hirescam"];
        Assert.Equal((ExitCode.Success, ""), (Evaluate(options), _line.Errors));
        string[] expected = WithoutTime();
        byte[] whole = File.ReadAllBytes(_out + ".journal");
        int[] cuts = [.. Enumerable.Range(0, 8).Select(i => i * whole.Length / 8), whole.Length - 1];
        foreach (int cut in cuts)
        {
            File.WriteAllBytes(_out + ".journal", whole[..cut]);
            int measured = Math.Max(0, whole[..cut].Count(b => b == '\n') - 1);
            Assert.Equal(ExitCode.Success, Evaluate(options));
            Assert.Equal(measured == 0 ? "" : $"{measured} of 5 photos are measured already.{Environment.NewLine}", _line.Errors);
            Assert.Equal(expected, WithoutTime());
            Assert.Equal(Photos + 1, File.ReadAllLines(_out + ".journal").Distinct().Count());
            Assert.Equal(Photos + 1, File.ReadAllLines(_out + ".journal").Length);
        }

        // All is done: nothing is measured again.
        Assert.Equal(ExitCode.Success, Evaluate(options));
        Assert.Contains("0 of them in", _line.Output, StringComparison.Ordinal);
        // Another photo is measured beside them.
        Blob(9).SavePng(Path.Combine(_folder, "p9.png"));
        File.AppendAllText(_labels, "p9.png,dog\n");
        Assert.Equal(ExitCode.Failed, Evaluate(options));
        Assert.Contains("is of another run", _line.Errors, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Success, Evaluate([.. options, "--restart"]));
        Assert.Contains("6 photos measured, 6 of them in", _line.Output, StringComparison.Ordinal);
    }

    /// <summary>Photos of the same names, elsewhere: what was measured of the others is not of these.</summary>
    [Fact]
    public void Another_folder_is_another_run()
    {
        string[] options = ["--metrics", "complexity", "--methods", "gradcam", "--out", _out];
        Assert.Equal(ExitCode.Success, _line.Run(["evaluate", _folder, .. options]));
        string other = _line.At("others");
        Directory.CreateDirectory(other);
        for (int i = 0; i < 3; i++)
            Blob(i + 20).SavePng(Path.Combine(other, $"p{i}.png"));
        Assert.Equal(ExitCode.Failed, _line.Run(["evaluate", other, .. options]));
        Assert.Contains("is of another run", _line.Errors, StringComparison.Ordinal);
        // It is the folder, whatever it is called.
        Assert.Equal(ExitCode.Success, _line.Run(["evaluate", Path.Combine(other, "..", "photos") + Path.DirectorySeparatorChar, .. options]));
        Assert.Contains("0 of them in", _line.Output, StringComparison.Ordinal);
    }

    /// <summary>Finer-CAM explains a difference of classes, of the masked photo as of the photo.</summary>
    [Fact]
    public void Coherency_is_of_what_a_method_explains()
    {
        Assert.Equal((ExitCode.Success, ""), (Evaluate("--metrics", "coherency", "--methods", "finercam"), _line.Errors));
        using var network = Networks.Photo10.LoadEmbedded();
        using NetworkSession session = network.CreateSession();
        var preprocessor = new GradCam.Images.ImagePreprocessor(session.Info);
        float[] input = new float[session.Info.Input.Length];
        double coherency = 0;
        for (int i = 0; i < Photos; i++)
        {
            ClassReference shown = i % 2 == 0 ? "cat" : 5;
            preprocessor.Apply(Blob(i), input);
            float[] map = Map(input);
            GradCam.Evaluate.Scorer scorer = GradCam.Evaluate.Scorer.Create(session, Target.Probability(shown));
            coherency += GradCam.Evaluate.Metrics.MeasureCoherency(scorer, input, map, (masked, other) => Map(masked).CopyTo(other)) / Photos;

            float[] Map(ReadOnlySpan<float> of)
            {
                session.Forward(of, TensorLayout.Hwc);
                return session.Explain(shown, "layer3", CamMethod.FinerCam).Resize(session.Info.Input.Width, session.Info.Input.Height);
            }
        }

        Assert.Equal(coherency, double.Parse(File.ReadAllLines(_out + ".csv")[1].Split(',')[3], CultureInfo.InvariantCulture), 1e-9);
    }

    [Fact]
    public async Task A_run_that_is_stopped_says_so()
    {
        using var source = new CancellationTokenSource();
        await source.CancelAsync();
        await using var output = new StringWriter();
        await using var errors = new StringWriter();
        string[] arguments = ["evaluate", _folder, "--out", _out, "--methods", "gradcam"];
        int code = await new GradCamTool().RunAsync(arguments, output, errors, source.Token);
        Assert.Equal(ExitCode.Interrupted, code);
        Assert.False(File.Exists(_out + ".csv"));
    }

    [Fact]
    public void Photos_that_cannot_be_read_are_counted()
    {
        File.WriteAllText(Path.Combine(_folder, "broken.png"), "no photo");
        File.AppendAllText(_labels, "broken.png,cat\nmissing.png,cat\n");
        Blob(7).SavePng(Path.Combine(_folder, "unlabelled.png"));
        Assert.Equal(ExitCode.Failed, Evaluate("--metrics", "complexity", "--methods", "gradcam"));
        Assert.Contains("5 photos measured, 1 failed", _line.Output, StringComparison.Ordinal);
        foreach (string message in new[] { "broken.png", "1 line(s) about photos that are not in the folder, 'missing.png'", "1 photo(s) without a label" })
            Assert.Contains(message, _line.Errors, StringComparison.Ordinal);
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(_out + ".json"));
        Assert.Equal("broken.png", json.RootElement.GetProperty("failed")[0].GetProperty("photo").GetString());
    }

    [Theory]
    [InlineData("p0.png,unicorn\n", "(1): There is no class 'unicorn'")]
    [InlineData("p0.png\n", "(1): expected a photo's name and its class, with commas between them; found 'p0.png'")]
    [InlineData("p0.png,cat\np0.png,dog\n", "(2): p0.png has two classes")]
    [InlineData("p0.png,\"cat\n", "(1): expected a photo's name and its class")]
    [InlineData("p0.png,cat,\n", "(1): expected a photo's name and its class, with commas between them; found 'p0.png,cat,'")]
    [InlineData("p0.png,10\n", "(1): Class 10: expected 0 to 9.")]
    [InlineData("\0\0\0", "(1): expected a photo's name and its class")]
    public void Labels_that_cannot_be_used_are_named(string text, string message)
    {
        File.WriteAllText(_labels, text);
        Assert.Equal(ExitCode.Failed, Evaluate());
        Assert.Contains("labels.csv" + message, _line.Errors, StringComparison.Ordinal);
        Assert.False(File.Exists(_out + ".csv"));
    }

    /// <summary>What runs for the first time is compiled, which is no part of what it costs.</summary>
    [Fact]
    public void What_is_timed_several_times_counts_as_its_fastest()
    {
        int runs = 0;
        double seconds = MapMeasurer.Seconds(() => Thread.Sleep(runs++ == 0 ? 300 : 0), times: 3);
        Assert.Equal(3, runs);
        Assert.InRange(seconds, 0, 0.2);

        runs = 0;
        MapMeasurer.Seconds(() => runs++, times: 1);
        Assert.Equal(1, runs);
    }

    [Fact]
    public void What_there_is_not_is_a_usage_error()
    {
        Usage("energy is measured with boxes", "evaluate", _folder, "--metrics", "energy");
        Usage("--metrics: expected pointing, ", "evaluate", _folder, "--metrics", "enrgy");
        Usage("--methods: expected gradcam, ", "evaluate", _folder, "--methods", "gradcan");
        Usage("None of the 5 photos", "evaluate", _folder, "--labels", _line.Write("other.csv", "x.png,cat\n"u8.ToArray()));
        Assert.Equal(ExitCode.Failed, _line.Run("evaluate", _folder, "--out", _out, "--boxes", _line.Write("b.csv", "p0.png,1,2,0,4\n"u8.ToArray())));
        Assert.Contains("b.csv(1): the box is 0x4 pixels", _line.Errors, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Failed, _line.Run("evaluate", _folder, "--out", _out, "--boxes", _line.Write("b.csv", "p0.png,1,2,x,4\n"u8.ToArray())));
        Assert.Contains("found 'x'", _line.Errors, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Failed, _line.Run("evaluate", _line.At("none"), "--out", _out));
        Assert.Contains("none: there is no such file or folder.", _line.Errors, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Failed, _line.Run("evaluate", _line.At("b.csv"), "--out", _out));
        Assert.Contains("b.csv is a file: name a folder.", _line.Errors, StringComparison.Ordinal);

        void Usage(string message, params string[] arguments)
        {
            Assert.Equal(ExitCode.Usage, _line.Run([.. arguments, "--out", _out]));
            Assert.Contains(message, _line.Errors, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Advice_is_a_line_to_write_into_a_program()
    {
        Assert.Equal(
            (ExitCode.Success, ""),
            (_line.Run("advise", _folder, "--labels", _labels, "--boxes", _boxes, "--methods", "gradcam,elementwise,randomcam"), _line.Errors));
        string line = _line.Output.Split('\n').Single(text => text.StartsWith("[GradCam(\"", StringComparison.Ordinal));
        Assert.Matches(
            "^\\[GradCam\\(\"layer[123]\"\\)\\]  // session\\.Explain\\(…, \"layer[123]\", CamMethod\\.Parse\\(\"(gradcam|elementwise)\"\\)\\): road .*, " +
            "arcc .*, energy ", line);
        Assert.Equal(2, _line.Output.Split("// layer").Length - 1);
        // With a network of one's own its stages are found.
        string model = ToolCommandLine.NetworkFile("photo10.net");
        Assert.Equal((ExitCode.Success, ""), (_line.Run("advise", _folder, "--photos", "2", "--methods", "gradcam,hirescam", "--model", model), _line.Errors));
        Assert.Contains("layer2", _line.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Methods_are_on_one_sheet()
    {
        string photo = _line.At("cat.png");
        File.Copy(PhotoSearch.Example, photo);
        // Those that run the network hundreds of times are as the others.
        CamMethod[] methods = [.. CamMethod.All.Where(method => (method.Needs & MethodNeeds.ForwardPasses) == 0), CamMethod.IntegratedGradCam];
        string keys = string.Join(',', methods.Select(method => method.Key));
        Assert.Equal((ExitCode.Success, ""), (_line.Run("compare", photo, "--size", "64", "--methods", keys), _line.Errors));
        Assert.All(methods, method => Assert.Contains($" {method.Name} ", _line.Output, StringComparison.Ordinal));
        Photo sheet = Photo.Decode(_line.At("cat.compare.gradcam.png"));
        Assert.InRange(sheet.Width, 300, 2000);
        Assert.InRange(sheet.Height, 300, 2000);
        // Dark letters, and the maps' colours.
        Assert.Contains(Pixels(sheet), pixel => pixel == (0, 0, 0));
        Assert.True(Pixels(sheet).Distinct().Count() > 1000);

        Assert.Equal(
            ExitCode.Success, _line.Run("compare", photo, "--layer", "layer1", "--methods", "cam,layercam", "--out", _line.At("two.png"), "--class", "dog"));
        Assert.Contains("cam is left out: ", _line.Errors, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Usage, _line.Run("compare", photo, "--out", photo));
        Assert.Equal(ExitCode.Usage, _line.Run("compare", photo, "--out", "sheet.jpg"));
        Assert.Equal(ExitCode.Failed, _line.Run("compare", _line.At("none.png")));
    }

    [Theory]
    [InlineData("silu", true)]
    [InlineData("relu", false)]
    public void Where_GradCAM_plus_plus_has_poles_is_said(string activation, bool isSaid)
    {
        string spec = _line.Write("a.net", Encoding.UTF8.GetBytes($"input 3x8x8\nconv1: conv 4 3x3 pad 1\na: {activation}\navgpool global\nfc: linear 2\n"));
        Assert.Equal((ExitCode.Success, ""), (_line.Run("inspect", spec), _line.Errors));
        Assert.Contains("[GradCam(\"a\")]", _line.Output, StringComparison.Ordinal);
        Assert.Equal(isSaid, _line.Output.Contains("It is no relu (silu): where its values are negative, Grad-CAM++ has poles", StringComparison.Ordinal));
    }

    private static IEnumerable<(byte, byte, byte)> Pixels(Photo photo)
    {
        byte[] pixels = photo.Pixels.ToArray();
        return Enumerable.Range(0, pixels.Length / 4).Select(i => (pixels[4 * i], pixels[4 * i + 1], pixels[4 * i + 2]));
    }

    /// <summary>A coloured patch on noise.</summary>
    private static Photo Blob(int seed)
    {
        const int size = 48;
        var random = new Random(seed);
        byte[] rgb = new byte[3 * size * size];
        for (int i = 0; i < size * size; i++)
        {
            bool isInside = i % size >= 4 * seed && i % size < 4 * seed + 16 && i / size is >= 8 and < 24;
            for (int c = 0; c < 3; c++)
                rgb[3 * i + c] = (byte)((isInside ? 60 * c + 100 : 40) + random.Next(30));
        }

        return new Photo(new ImageView(rgb, size, size, PixelFormat.Rgb24));
    }

    private int Evaluate(params string[] options) => _line.Run(["evaluate", _folder, "--labels", _labels, "--boxes", _boxes, "--out", _out, .. options]);

    private string[] WithoutTime() => [.. File.ReadAllLines(_out + ".csv").Select(line => line[..line.LastIndexOf(',')])];
}
