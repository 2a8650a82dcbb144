using System.Globalization;
using Explain;
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
        Assert.Contains("for cat: GradCam at layer3", _line.Output, StringComparison.Ordinal);
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
            Assert.Equal(
                ["a.PNG", "a.gradcam.png", "b.gradcam.png", "b.png", "notes.txt"],
                Directory.GetFiles(_line.At("in")).Select(p => Path.GetFileName(p)!).Order(StringComparer.Ordinal));
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
        Assert.Equal(
            ["x.bmp.gradcam.png", "x.gradcam.png", "x.png.gradcam.png"],
            Directory.GetFiles(_line.At("new", "folder")).Select(p => Path.GetFileName(p)!).Order(StringComparer.Ordinal));
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
        Assert.Contains("LayerCam at layer2", _line.Output, StringComparison.Ordinal);
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
        Assert.Equal(ExitCode.SomeFailed, _line.Run(bad, _line.Photo("good.png"), _line.At("missing.png")));
        Assert.True(File.Exists(_line.At("good.gradcam.png")));
        Assert.Contains("1 explained, 2 failed", _line.Output, StringComparison.Ordinal);
        Assert.Contains("bad.jpg: expected a JPEG", _line.Errors, StringComparison.Ordinal);
        Assert.Contains("missing.png", _line.Errors, StringComparison.Ordinal);
        Assert.Equal(ExitCode.SomeFailed, _line.Run(bad));
    }

    [Fact]
    public void Photos_over_the_bound_are_refused()
    {
        byte[] pixels = new byte[1001 * 1000 * 3];
        new Photo(new ImageView(pixels, 1001, 1000, PixelFormat.Rgb24)).SavePng(_line.At("big.png"));
        Assert.Equal(ExitCode.SomeFailed, _line.Run(_line.At("big.png"), "--max-megapixels", "1"));
        Assert.Contains("1001x1000", _line.Errors, StringComparison.Ordinal);
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
    [InlineData("--method", "magic", "expected gradcam, hirescam")]
    [InlineData("--colormap", "magma", "expected turbo, jet")]
    [InlineData("--opacity", "1.5", "0 to 1")]
    [InlineData("--opacity", "much", "0 to 1, found 'much'")]
    [InlineData("--raw", "xml", "expected csv, npy")]
    [InlineData("--top", "0", "positive")]
    [InlineData("--nonsense", "1", "no option '--nonsense'")]
    public void What_there_is_not_is_a_usage_error(string option, string value, string message)
    {
        Assert.Equal(ExitCode.Usage, _line.Run(_line.Photo("a.png"), option, value));
        Assert.Contains(message, _line.Errors, StringComparison.Ordinal);
        Assert.False(File.Exists(_line.At("a.gradcam.png")));
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
            "--class", "--layer", "--colormap", "--opacity", "--counterfactual", "--raw", "--out", "--method",
            "airplane", "layer3 (the default)", "Examples:", "Exit codes:", "130",
        ];
        Assert.All(expected, text => Assert.Contains(text, _line.Output, StringComparison.Ordinal));
        Assert.All(_line.Output.Split('\n'), row => Assert.InRange(row.Length, 0, 131));
    }

    private static double[][] Csv(string path) =>
        File.ReadAllLines(path).Select(row => row.Split(',').Select(v => double.Parse(v, CultureInfo.InvariantCulture)).ToArray()).ToArray();
}
