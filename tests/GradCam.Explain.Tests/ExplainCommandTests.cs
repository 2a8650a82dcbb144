using System.Globalization;
using System.Reflection;
using Explain;
using GradCam.Gen.Tool.Terminal;
using GradCam.Imaging;
using GradCam.Weights;

namespace GradCam.Explain.Tests;

public sealed class ExplainCommandTests : IDisposable
{
    private readonly CommandLine _line = new();

    public void Dispose() => _line.Dispose();

    [Fact]
    public void One_photo_gets_its_overlay_beside_it_and_the_top_five()
    {
        string photo = _line.Photo("tiger.png");
        Assert.Equal(ExitCode.Success, _line.Run(photo));
        Photo overlay = Photo.Decode(_line.At("tiger.gradcam.png"));
        Photo original = Photo.Decode(photo);
        Assert.Equal((original.Width, original.Height), (overlay.Width, overlay.Height));
        Assert.NotEqual(original.Pixels.ToArray(), overlay.Pixels.ToArray());

        string[] rows = _line.Output.Split('\n').Where(l => l.Contains(" %", StringComparison.Ordinal)).ToArray();
        Assert.Equal(5, rows.Length);
        Assert.Contains("cat", rows[0], StringComparison.Ordinal);
        Assert.Contains("93.", rows[0], StringComparison.Ordinal);
        Assert.Contains("for cat: Grad-CAM at layer3", _line.Output, StringComparison.Ordinal);
        Assert.Contains("tiger.gradcam.png", _line.Output, StringComparison.Ordinal);
        Assert.Equal("", _line.Errors);
    }

    [Fact]
    public void The_map_is_PyTorchs()
    {
        // layer3's map of chelsea squashed to 32x32, computed by PyTorch in float64 from the training script's module.
        // Pillow's resize rounds to whole levels, ours does not.
        using Stream stream = typeof(ExplainCommandTests).Assembly.GetManifestResourceStream("photo10_chelsea.json")!;
        using var json = System.Text.Json.JsonDocument.Parse(stream);
        double[] expected = json.RootElement.GetProperty("layers").GetProperty("layer3").GetProperty("maps").GetProperty("gradcam")
            .EnumerateArray().Select(v => v.GetDouble()).ToArray();
        Assert.Equal(ExitCode.Success, _line.Run(_line.Photo("a.png"), "--raw", "csv"));
        double[] actual = Csv(_line.At("a.gradcam.csv")).SelectMany(row => row).ToArray();
        Assert.Equal(64, actual.Length);
        double largest = expected.Max(Math.Abs);
        for (int i = 0; i < 64; i++)
            Assert.Equal(expected[i], actual[i], 0.01 * largest);
    }

    [Fact]
    public void Without_arguments_the_example_is_explained_here()
    {
        string before = Directory.GetCurrentDirectory();
        try
        {
            Directory.SetCurrentDirectory(_line.Folder);
            Assert.Equal(ExitCode.Success, _line.Run());
        }
        finally
        {
            Directory.SetCurrentDirectory(before);
        }

        Assert.True(File.Exists(_line.At("chelsea.gradcam.png")));
    }

    [Fact]
    public void A_folder_is_explained_photo_by_photo_and_again()
    {
        _line.Photo("in", "b.png");
        _line.Photo("in", "a.PNG");
        File.WriteAllText(_line.At("in", "notes.txt"), "no photo");
        for (int i = 0; i < 2; i++)
        {
            Assert.Equal(ExitCode.Success, _line.Run(_line.At("in")));
            Assert.Contains("2 explained in", _line.Output, StringComparison.Ordinal);
            Assert.Equal(["a.PNG", "a.gradcam.png", "b.gradcam.png", "b.png", "notes.txt"], _line.Files("in"));
        }

        string[] lines = _line.Output.Split('\n');
        Assert.Contains("a.PNG: cat 93.", lines[0], StringComparison.Ordinal);
        Assert.Contains("b.png: cat 93.", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Results_go_to_the_folder_of_out_without_overwriting_each_other()
    {
        _line.Photo("in", "x.png");
        string twin = _line.Photo("in", "x.bmp");
        Assert.Equal(ExitCode.Success, _line.Run(_line.At("in"), twin, "--out", _line.At("new", "folder")));
        Assert.Equal(["x.bmp.gradcam.png", "x.gradcam.png", "x.png.gradcam.png"], _line.Files("new", "folder"));
    }

    [Fact]
    public void Out_may_be_a_file_for_one_photo_alone()
    {
        string photo = _line.Photo("a.png");
        Assert.Equal(ExitCode.Success, _line.Run(photo, "--out", _line.At("why.png")));
        Assert.True(File.Exists(_line.At("why.png")));
        Assert.Equal(ExitCode.Usage, _line.Run(photo, photo, "--out", _line.At("both.png")));
        Assert.Contains("name a folder", _line.Errors, StringComparison.Ordinal);
        Assert.False(File.Exists(_line.At("both.png")));
    }

    [Fact]
    public void Csv_is_the_signed_map_and_a_counterfactual_its_negative()
    {
        string photo = _line.Photo("a.png");
        Assert.Equal(ExitCode.Success, _line.Run(photo, "--class", "dog", "--raw", "csv"));
        double[][] map = Csv(_line.At("a.gradcam.csv"));
        Assert.Equal((8, 8), (map.Length, map[0].Length));
        Assert.Contains("for dog", _line.Output, StringComparison.Ordinal);

        Assert.Equal(ExitCode.Success, _line.Run(photo, "--class", "5", "--raw", "csv", "--counterfactual"));
        double[][] negative = Csv(_line.At("a.gradcam.csv"));
        Assert.Contains("against dog", _line.Output, StringComparison.Ordinal);
        Assert.Contains(map.SelectMany(row => row), v => v != 0);
        for (int i = 0; i < 64; i++)
            Assert.Equal(-map[i / 8][i % 8], negative[i / 8][i % 8], 1e-6);
    }

    [Fact]
    public void Npy_has_the_layers_size()
    {
        Assert.Equal(ExitCode.Success, _line.Run(_line.Photo("a.png"), "--layer", "layer2", "--method", "layercam", "--raw", "npy"));
        byte[] bytes = File.ReadAllBytes(_line.At("a.gradcam.npy"));
        Assert.Contains("'shape': (16, 16)", System.Text.Encoding.ASCII.GetString(bytes, 0, 128), StringComparison.Ordinal);
        Assert.Equal(128 + 16 * 16 * 4, bytes.Length);
        Assert.Contains("LayerCAM at layer2", _line.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Colours_opacity_and_blend_change_the_picture()
    {
        string photo = _line.Photo("a.png");
        var seen = new HashSet<string>();
        string[][] variants =
        [
            [], ["--colormap", "viridis"], ["--colormap", "JET"], ["--opacity", "0.2"], ["--blend", "heat"], ["--layer", "layer1"],
            ["--method", "gradcam++", "--layer", "layer2"],
        ];
        foreach (string[] variant in variants)
        {
            Assert.Equal(ExitCode.Success, _line.Run([photo, .. variant]));
            Assert.True(seen.Add(Convert.ToHexString(File.ReadAllBytes(_line.At("a.gradcam.png")))), string.Join(' ', variant));
        }

        Assert.Equal(ExitCode.Success, _line.Run(photo, "--opacity", "0"));
        Assert.Equal(Photo.Decode(photo).Pixels.ToArray(), Photo.Decode(_line.At("a.gradcam.png")).Pixels.ToArray());
        Assert.Equal(ExitCode.Success, _line.Run(photo, "--side-by-side"));
        Assert.Equal(2 * Photo.Decode(photo).Width + 8, Photo.Decode(_line.At("a.gradcam.png")).Width);
    }

    [Fact]
    public void A_photo_that_fails_does_not_stop_the_others()
    {
        string bad = _line.At("bad.jpg");
        File.WriteAllText(bad, "not a photo");
        Assert.Equal(ExitCode.Failed, _line.Run(bad, _line.Photo("good.png"), _line.At("missing.png")));
        Assert.True(File.Exists(_line.At("good.gradcam.png")));
        Assert.Contains("1 explained, 2 failed", _line.Output, StringComparison.Ordinal);
        Assert.Contains("bad.jpg: expected a JPEG", _line.Errors, StringComparison.Ordinal);
        Assert.Contains("missing.png", _line.Errors, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Failed, _line.Run(bad));
    }

    [Fact]
    public void Photos_over_the_bound_are_refused()
    {
        byte[] pixels = new byte[1001 * 1000 * 3];
        new Photo(new ImageView(pixels, 1001, 1000, PixelFormat.Rgb24)).SavePng(_line.At("big.png"));
        Assert.Equal(ExitCode.Failed, _line.Run(_line.At("big.png"), "--max-megapixels", "1"));
        Assert.Contains("1001x1000", _line.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("PhotoOptions", _line.Errors, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Success, _line.Run(_line.At("big.png"), "--max-megapixels", "2"));
    }

    [Fact]
    public void A_photo_of_one_pixel_is_explained()
    {
        new Photo(new ImageView([200, 100, 50], 1, 1, PixelFormat.Rgb24)).SavePng(_line.At("dot.png"));
        Assert.Equal(ExitCode.Success, _line.Run(_line.At("dot.png"), "--top", "10"));
        Assert.Equal(1, Photo.Decode(_line.At("dot.gradcam.png")).Width);
        Assert.Equal(10, _line.Output.Split('\n').Count(l => l.Contains(" %", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("--class", "doge", "did you mean dog")]
    [InlineData("--class", "10", "expected 0 to 9")]
    [InlineData("--class", "-1", "expected 0 to 9")]
    [InlineData("--class", "r", "is not one but")]
    [InlineData("--layer", "layer4", "expected layer3, layer2, layer1")]
    [InlineData("--method", "magic", "expected gradcam, cam, gradcam++")]
    [InlineData("--colormap", "magma", "expected turbo, jet")]
    [InlineData("--opacity", "1.5", "0 to 1")]
    [InlineData("--opacity", "much", "0 to 1, found 'much'")]
    [InlineData("--raw", "xml", "expected csv, npy")]
    [InlineData("--top", "0", "positive")]
    [InlineData("--max-megapixels", "1e3", "positive")]
    [InlineData("--opacity", "NaN", "0 to 1")]
    [InlineData("--nonsense", "1", "no option '--nonsense'")]
    public void What_there_is_not_is_a_usage_error(string option, string value, string message)
    {
        Assert.Equal(ExitCode.Usage, _line.Run(_line.Photo("a.png"), option, value));
        string[] rows = _line.Errors.TrimEnd().Split(Environment.NewLine);
        Assert.Contains(message, rows[0], StringComparison.Ordinal);
        Assert.Equal("Try 'explain --help'.", rows[^1]);
        Assert.Equal(2, rows.Length);
        Assert.Equal("", _line.Output);
        Assert.False(File.Exists(_line.At("a.gradcam.png")));
    }

    [Theory]
    [InlineData("--colourmap", "jet", "'--colormap'")]
    [InlineData("--laier=layer1", "", "'--layer'")]
    [InlineData("--megapixels", "4", "'--max-megapixels'")]
    [InlineData("--hlep", "", "'--help'")]
    [InlineData("--layer", "layr2", "'layer2'")]
    [InlineData("--method", "GradCAM+", "'gradcam++'")]
    [InlineData("--colormap", "virids", "'viridis'")]
    [InlineData("--blend", "heet", "'heat'")]
    [InlineData("--raw", "numpy", null)]
    public void Slips_have_suggestions(string option, string value, string? suggestion)
    {
        Assert.Equal(ExitCode.Usage, _line.Run([_line.Photo("a.png"), option, .. value.Length > 0 ? [value] : Array.Empty<string>()]));
        if (suggestion is null)
            Assert.DoesNotContain("Did you mean", _line.Errors, StringComparison.Ordinal);
        else
            Assert.Contains($"Did you mean {suggestion}?", _line.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("o.jpg", "PNG only")]
    [InlineData("o.JPEG", "PNG only")]
    [InlineData("o.webp", "PNG only")]
    [InlineData("o.tiff", "PNG only")]
    [InlineData("o.csv", "--raw")]
    [InlineData("", "empty")]
    [InlineData("notes", "a file that is there")]
    public void Out_is_a_png_or_a_folder(string name, string message)
    {
        File.WriteAllText(_line.At("notes"), "kept");
        string path = name.Length == 0 ? "" : _line.At(name);
        Assert.Equal(ExitCode.Usage, _line.Run(_line.Photo("a.png"), "--out", path));
        Assert.Contains(message, _line.Errors, StringComparison.Ordinal);
        Assert.Equal("kept", File.ReadAllText(_line.At("notes")));
        Assert.Equal(2, Directory.GetFileSystemEntries(_line.Folder).Length);
    }

    [Fact]
    public void A_folder_may_have_a_pictures_name()
    {
        Directory.CreateDirectory(_line.At("o.jpg"));
        string photo = _line.Photo("a.png");
        Assert.Equal(ExitCode.Success, _line.Run(photo, "--out", _line.At("o.jpg")));
        Assert.Equal(ExitCode.Success, _line.Run(photo, "--out", _line.At("p.png") + "/"));
        Assert.Equal(ExitCode.Success, _line.Run(photo, "--out", _line.At("UP.PNG")));
        Assert.True(File.Exists(_line.At("o.jpg", "a.gradcam.png")));
        Assert.True(File.Exists(_line.At("p.png", "a.gradcam.png")));
        Assert.True(File.Exists(_line.At("UP.PNG")));
    }

    [Fact]
    public void No_result_takes_a_photos_place()
    {
        string photo = _line.Photo("a.png"), named = _line.Photo("a.gradcam.png");
        byte[] bytes = File.ReadAllBytes(photo);
        Assert.Equal(ExitCode.Usage, _line.Run(photo, "--out", photo));
        Assert.Contains("is the photo itself", _line.Errors, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Success, _line.Run(photo, named));
        Assert.Equal(bytes, File.ReadAllBytes(photo));
        Assert.Equal(bytes, File.ReadAllBytes(named));
        Assert.True(File.Exists(_line.At("a.png.gradcam.png")));
        if (!OperatingSystem.IsWindows())
        {
            File.CreateSymbolicLink(_line.At("link.png"), photo);
            Assert.Equal(ExitCode.Usage, _line.Run(photo, "--out", _line.At("link.png")));
        }
    }

    [Fact]
    public void A_map_beside_a_named_file_replaces_only_what_is_ours()
    {
        File.WriteAllText(_line.At("why.csv"), "mine");
        Assert.Equal(ExitCode.Success, _line.Run(_line.Photo("a.png"), "--raw", "csv", "--out", _line.At("why.png")));
        Assert.Equal("mine", File.ReadAllText(_line.At("why.csv")));
        Assert.Equal(8, Csv(_line.At("why.gradcam.csv")).Length);
    }

    [Fact]
    public void Overlay_and_map_are_written_both_or_neither()
    {
        string photo = _line.Photo("a.png");
        File.WriteAllText(_line.At("a.gradcam.png"), "older");
        Directory.CreateDirectory(_line.At("a.gradcam.csv"));
        Assert.Equal(ExitCode.Failed, _line.Run(photo, "--raw", "csv"));
        Assert.Contains("a.gradcam.csv could not be written: a folder has that name", _line.Errors, StringComparison.Ordinal);
        Assert.Equal("older", File.ReadAllText(_line.At("a.gradcam.png")));
        Assert.Equal(["a.gradcam.png", "a.png"], _line.Files());
    }

    [Fact]
    public void An_output_folder_that_cannot_be_made_is_named()
    {
        string photo = _line.Photo("a.png");
        Assert.Equal(ExitCode.Failed, _line.Run(photo, "--out", Path.Combine(photo, "below")));
        Assert.Contains(Path.Combine(photo, "below", "a.gradcam.png") + " could not be written", _line.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Subfolders_are_mentioned()
    {
        _line.Photo("in", "a.png");
        _line.Photo("in", "x", "b.png");
        _line.Photo("in", "y", "c.png");
        Assert.Equal(ExitCode.Success, _line.Run(_line.At("in")));
        Assert.Contains("2 subfolders not walked; --recursive walks them.", _line.Errors, StringComparison.Ordinal);
        Assert.False(File.Exists(_line.At("in", "x", "b.gradcam.png")));
        File.Delete(_line.At("in", "a.png"));
        Assert.Equal(ExitCode.Usage, _line.Run(_line.At("in")));
        Assert.Contains("has no photos", _line.Errors, StringComparison.Ordinal);
        Assert.Contains("It has 2 subfolders: --recursive walks them.", _line.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Subfolders_are_walked_and_their_results_keep_their_places()
    {
        _line.Photo("in", "a.png");
        _line.Photo("in", "x", "a.png");
        _line.Photo("in", "x", "deep", "a.JPG");
        Directory.CreateDirectory(_line.At("in", "empty"));
        if (!OperatingSystem.IsWindows())
        {
            File.CreateSymbolicLink(_line.At("in", "x", "b.png"), _line.At("in", "a.png"));
            Directory.CreateSymbolicLink(_line.At("in", "x", "loop"), _line.At("in"));
        }

        Assert.Equal(ExitCode.Success, _line.Run(_line.At("in"), "--recursive", "--out", _line.At("out")));
        string[] expected = ["a.gradcam.png", "x/a.gradcam.png", "x/deep/a.gradcam.png"];
        string[] links = OperatingSystem.IsWindows() ? [] : ["x/b.gradcam.png"];
        Assert.Equal(
            [.. expected.Concat(links).Order(StringComparer.Ordinal)],
            Directory.GetFiles(_line.At("out"), "*", SearchOption.AllDirectories)
                .Select(p => Path.GetRelativePath(_line.At("out"), p).Replace('\\', '/')).Order(StringComparer.Ordinal));
        if (!OperatingSystem.IsWindows())
            Assert.Contains("1 link to folders not followed", _line.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void When_cancelled_what_is_done_is_said(int photos)
    {
        for (int i = 0; i < 4; i++)
            _line.Photo("in", $"{i}.png");
        using var cancellation = new CancellationTokenSource();
        Assert.Equal(ExitCode.Interrupted, _line.Run(() => new CancellingNetwork(photos, cancellation), cancellation.Token, _line.At("in")));
        string expected = $"{photos} of 4 photos are explained, their files lie beside the photos; {4 - photos} not begun";
        Assert.Contains(expected, _line.Errors, StringComparison.Ordinal);
        Assert.Equal(4 + photos, Directory.GetFiles(_line.At("in")).Length);
    }

    [Fact]
    public void When_cancelled_the_report_has_what_is_done()
    {
        for (int i = 0; i < 4; i++)
            _line.Photo("in", $"{i}.png");
        using var cancellation = new CancellationTokenSource();
        int code = _line.Run(() => new CancellingNetwork(1, cancellation), cancellation.Token, _line.At("in"), "--report", _line.At("why.html"));
        Assert.Equal(ExitCode.Interrupted, code);
        Assert.Contains("1 of 4 photos are explained; 3 not begun", _line.Errors, StringComparison.Ordinal);
        var report = new ReportDocument(_line.At("why.html"));
        Assert.Single(report.Photos);
        Assert.Equal("Stopped before its end: 1 of 4 photos are here.", report.Tail.GetProperty("note").GetString());
    }

    [Fact]
    public void Names_cannot_steer_the_terminal()
    {
        if (OperatingSystem.IsWindows())
            return;
        string photo = _line.Photo("a\u001b[31m\n\u202eb.png");
        Assert.Equal(ExitCode.Success, _line.Run(photo));
        Assert.Contains("a\\u001b[31m\\u000a\\u202eb.png", _line.Output, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Failed, _line.Run(photo + "x"));
        Assert.DoesNotContain('\u001b', _line.Output + _line.Errors);
    }

    [Theory]
    [InlineData("@a.png")]
    [InlineData("[2024]")]
    [InlineData("--b.png")]
    public void Names_that_look_like_syntax_are_names(string name)
    {
        string before = Directory.GetCurrentDirectory();
        try
        {
            Directory.SetCurrentDirectory(_line.Folder);
            if (name.EndsWith(".png", StringComparison.Ordinal))
                _line.Photo(name);
            else
                _line.Photo(name, "a.png");
            Assert.Equal(ExitCode.Success, _line.Run(name));
        }
        finally
        {
            Directory.SetCurrentDirectory(before);
        }
    }

    [Fact]
    public void The_examples_of_the_help_are_right()
    {
        _line.Run("--help");
        string help = _line.Output[_line.Output.IndexOf("Examples:", StringComparison.Ordinal)..];
        string[] examples = [.. help.Split('\n').Select(row => row.Trim()).Where(row => row.StartsWith("explain ", StringComparison.Ordinal))];
        Assert.True(examples.Length >= 6);
        foreach (string example in examples)
        {
            // The photos are not there, and nothing else is wrong.
            string command = System.Text.RegularExpressions.Regex.Split(example, "  | > ")[0];
            Assert.Equal((ExitCode.Failed, command), (_line.Run(command.Split(' ')[1..]), command));
            Assert.Contains("there is no such file or folder", _line.Errors, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void An_empty_folder_is_a_usage_error()
    {
        Assert.Equal(ExitCode.Usage, _line.Run(_line.Folder));
        Assert.Contains("has no photos", _line.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_network_that_does_not_load_has_its_own_code()
    {
        Assert.Equal(ExitCode.Network, _line.Run(() => throw new WeightException("weights.safetensors: cut off"), _line.Photo("a.png")));
        Assert.Contains("Photo10 could not be loaded: weights.safetensors: cut off", _line.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Help_names_options_classes_layers_examples_and_exit_codes()
    {
        Assert.Equal(ExitCode.Success, _line.Run("--help"));
        string[] expected =
        [
            "--class", "--layer", "--colormap", "--opacity", "--counterfactual", "--raw", "--out", "--method", "--report",
            "airplane", "layer3 (the default)", "Examples:", "Exit codes:", "130",
        ];
        Assert.All(expected, text => Assert.Contains(text, _line.Output, StringComparison.Ordinal));
        Assert.All(_line.Output.Split('\n'), row => Assert.InRange(row.Length, 0, 131));
    }

    /// <summary>Asks to stop while it runs on one of the photos.</summary>
    private sealed class CancellingNetwork(int photos, CancellationTokenSource cancellation) : ILoadedNetwork
    {
        private readonly Photo10 _network = Photo10.LoadEmbedded();

        public NetworkInfo Info => Photo10.Info;

        public LoadReport LoadReport => _network.LoadReport;

        public NetworkSession CreateSession(int batch = 1) => new(new CountingExecutor(Model().CreateExecutor(), OnForward));

        public void Dispose() => _network.Dispose();

        private static Model Model()
        {
            Assembly assembly = typeof(Photo10).Assembly;
            string resource = assembly.GetManifestResourceNames().Single(name => name.EndsWith(".safetensors", StringComparison.Ordinal));
            using WeightSource weights = WeightLoading.OpenEmbedded(assembly, resource);
            return new CpuOptions().Backend.Prepare<Photo10>(weights, new CpuOptions());
        }

        private void OnForward(int count)
        {
            if (count == photos)
                cancellation.Cancel();
        }
    }

    private sealed class CountingExecutor(Executor executor, Action<int> onForward) : Executor
    {
        private int _count;

        public override NetworkInfo Info => executor.Info;

        protected override void RunCore(in SchedulePass pass, int first, int count)
        {
            if (pass.Kind == PassKind.Forward)
                onForward(++_count);
            executor.Run(pass, first, count);
        }

        protected override void WriteCore(int sample, in Tensor destination, ReadOnlySpan<float> values, TensorLayout layout) =>
            executor.WriteInput(0, values, layout, sample);

        protected override void ReadCore(int sample, in Tensor source, Span<float> destination) => executor.Read(source, destination, sample);

        protected override void Free() => executor.Dispose();
    }

    private static double[][] Csv(string path) =>
        File.ReadAllLines(path).Select(row => row.Split(',').Select(v => double.Parse(v, CultureInfo.InvariantCulture)).ToArray()).ToArray();
}
