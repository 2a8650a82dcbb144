using System.Text.Json;
using GradCam.Gen.Tool.Explain;
using GradCam.Gen.Tool.Terminal;
using GradCam.Imaging;
using static GradCam.Gen.Tool.Tests.ToolCommandLine;

namespace GradCam.Gen.Tool.Tests;

/// <summary>Methods at the input in all commands.</summary>
public sealed class AttributionCommandTests : IDisposable
{
    private const string Rise = "rise(samples 40, cells 4)";

    private readonly ToolCommandLine _line = new();
    private readonly string _photo;

    public AttributionCommandTests()
    {
        _photo = _line.At("cat.png");
        File.Copy(PhotoSearch.Example, _photo);
    }

    public void Dispose() => _line.Dispose();

    [Theory]
    [InlineData("saliency", "")]
    [InlineData("IntegratedGradients (steps 5, baseline black)", "steps 5, baseline black")]
    [InlineData(Rise, "samples 40, cells 4")]
    [InlineData("smoothgrad(samples 4)", "samples 4")]
    [InlineData("occlusion(window-height 8, window-width 8)", "window-height 8, window-width 8")]
    [InlineData("scorecam(channels 2)", "channels 2")]
    [InlineData("gradcam(eigen-smooth)", "eigen-smooth")]
    public void A_photo_is_explained_and_verified(string method, string parameters)
    {
        string manifest = _line.At("cat.gradcam.json");
        string[][] networks = method is "saliency" or "scorecam(channels 2)" ? [[], ["--model", NetworkFile("photo10.net")]] : [[]];
        foreach (string[] network in networks)
        {
            Assert.Equal((ExitCode.Success, ""), (_line.Run(["explain", _photo, "--method", method, "--manifest", "--seed", "9", .. network]), _line.Errors));
            ExplanationManifest written = ExplanationManifest.Load(manifest);
            Assert.Equal((ExplanationMethods.Parse(method).Key, parameters, 9UL), (written.Method, written.Parameters, written.Seed));
            Assert.Equal(ExplanationMethods.Parse(method) is InputMethod, written.ValuesSha256 is not null);
            Assert.Equal((ExitCode.Success, ""), (_line.Run(["verify", manifest, _photo, .. network]), _line.Errors));
            Assert.Contains("to the last bit.", _line.Output, StringComparison.Ordinal);
            if (written.Method is not ("smoothgrad" or "rise"))
                continue;
            (written with { Seed = 10 }).Save(manifest);
            Assert.Equal(ExitCode.Failed, _line.Run(["verify", manifest, _photo, .. network]));
            Assert.Contains("Not the same", _line.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_map_is_the_librarys()
    {
        Assert.Equal((ExitCode.Success, ""), (_line.Run("explain", _photo, "--method", Rise, "--seed", "3", "--class", "dog", "--raw", "csv"), _line.Errors));
        using var network = Networks.Photo10.LoadEmbedded();
        using NetworkSession session = network.CreateSession();
        var method = InputMethod.Rise with { Samples = 40, Cells = 4 };
        Attribution attribution = session.Attribute(Photo.Decode(_photo), "dog", method, new ExplainOptions { Seed = 3 });
        attribution.Heatmap.SaveCsv(_line.At("expected.csv"));
        Assert.Equal(File.ReadAllText(_line.At("expected.csv")), File.ReadAllText(_line.At("cat.gradcam.csv")));
        Assert.Contains("RISE (samples 40, cells 4) at input", _line.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_asked_of_them_is_a_usage_error()
    {
        Usage("Saliency works at the input", "--counterfactual");
        Usage("Saliency works at the input", "--layer", "layer2");
        Usage("RISE has no parameter 'size'; it has samples, cells, share, baseline.", "--method", "rise(size 3)");
        Usage("Samples: Expected 1 to 10000000; found 0", "--method", "rise(samples 0)");
        Usage("Did you mean 'rise'?", "--method", "ris");
        Assert.Equal(ExitCode.Usage, _line.Run("explain", _photo, "--seed", "-1"));
        Assert.Contains("--seed: expected a whole number from 0 on", _line.Errors, StringComparison.Ordinal);
        Assert.Single(_line.Files());

        void Usage(string message, params string[] options)
        {
            string[] method = options.Contains("--method") ? [] : ["--method", "saliency"];
            Assert.Equal(ExitCode.Usage, _line.Run(["explain", _photo, .. method, .. options]));
            Assert.Contains(message, _line.Errors, StringComparison.Ordinal);
        }
    }

    /// <summary>What comes from a manifest's text is a usage error as well, and no crash.</summary>
    [Fact]
    public void A_manifest_of_parameters_that_cannot_be_made_again_is_a_usage_error()
    {
        string manifest = _line.At("cat.gradcam.json");
        Assert.Equal((ExitCode.Success, ""), (_line.Run("explain", _photo, "--method", "saliency", "--manifest"), _line.Errors));
        ExplanationManifest written = ExplanationManifest.Load(manifest);
        foreach (string parameters in new[] { "samples 3", "(", "a, a", "baseline tensor 00 Chw" })
        {
            (written with { Method = "deeplift", Parameters = parameters }).Save(manifest);
            Assert.Equal(ExitCode.Usage, _line.Run("verify", manifest, _photo));
            Assert.Contains("The manifest's method is 'deeplift'", _line.Errors, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void They_are_measured_beside_methods_at_layers_once()
    {
        string folder = Directory.CreateDirectory(_line.At("photos")).FullName;
        File.Copy(_photo, Path.Combine(folder, "a.png"));
        string[] arguments =
        [
            "evaluate", folder, "--layer", "layer3,layer2", "--methods", $"gradcam,saliency,{Rise}", "--metrics", "road,coherency,complexity", "--out",
            _line.At("result"),
        ];
        Assert.Equal((ExitCode.Success, ""), (_line.Run(arguments), _line.Errors));
        string[] csv = File.ReadAllLines(_line.At("result.csv"));
        Assert.Equal(
            ["layer3,gradcam,1", "layer2,gradcam,1", "input,saliency,1", $"input,\"{Rise}\",1"],
            csv[1..].Select(line => line[..(line.IndexOf(",1,", StringComparison.Ordinal) + 2)]));
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(_line.At("result.json")));
        Assert.Equal(Rise, json.RootElement.GetProperty("results")[3].GetProperty("method").GetString());
        // The journal is of these parameters.
        Assert.Equal((ExitCode.Success, $"1 of 1 photos are measured already.{Environment.NewLine}"), (_line.Run(arguments), _line.Errors));
        arguments[5] = "gradcam,saliency,rise(samples 41, cells 4)";
        Assert.Equal(ExitCode.Failed, _line.Run(arguments));
        Assert.Contains("is of another run", _line.Errors, StringComparison.Ordinal);
        Assert.Equal((ExitCode.Success, ""), (_line.Run("advise", folder, "--methods", "saliency,randomcam"), _line.Errors));
        Assert.Contains("InputMethod.Parse(\"saliency\")", _line.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void They_are_on_the_sheet()
    {
        Assert.Equal(
            (ExitCode.Success, ""),
            (_line.Run("compare", _photo, "--size", "64", "--methods", $"gradcam,opticam(steps 2),inputxgradient,{Rise}"), _line.Errors));
        foreach (string name in new[] { " Grad-CAM ", " Opti-CAM (steps 2, rate 0.01) ", " Input x gradient ", " RISE (samples 40, cells 4) " })
            Assert.Contains(name, _line.Output, StringComparison.Ordinal);
        // Into a file, nothing of the bar that a terminal has.
        Assert.StartsWith("what speaks for ", _line.Output, StringComparison.Ordinal);
        string[] model = ["--model", NetworkFile("photo10.net")];
        Assert.Equal((ExitCode.Success, ""), (_line.Run(["compare", _photo, "--size", "64", "--methods", "gradcam", "saliency", .. model]), _line.Errors));
        Assert.Contains(" Saliency ", _line.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_comparison_that_is_stopped_leaves_no_file()
    {
        using var source = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        await using var output = new StringWriter();
        await using var errors = new StringWriter();
        // Hours, if it were not stopped within a pass.
        int code = await new GradCamTool().RunAsync(["compare", _photo, "--methods", "gradcam,rise(samples 5000000)"], output, errors, source.Token);
        Assert.Equal((ExitCode.Interrupted, "", ""), (code, output.ToString(), errors.ToString()));
        Assert.Equal(["cat.png"], _line.Files());
    }

    [Fact]
    public void Help_lists_every_method()
    {
        Assert.Equal(ExitCode.Success, _line.Run("explain", "--help"));
        string help = string.Concat(_line.Output.Where(c => !char.IsWhiteSpace(c)));
        Assert.All(ExplanationMethods.All, method => Assert.Contains(method.Key, help, StringComparison.Ordinal));
        // What is compiled for its gradient is no layer to look at.
        Assert.Equal(ExitCode.Usage, _line.Run("explain", _photo, "--layer", "input"));
        Assert.Contains("expected layer3, layer2, layer1; found 'input'", _line.Errors, StringComparison.Ordinal);
    }
}
