using System.Text.RegularExpressions;
using GradCam.Gen.Tool.Terminal;
using GradCam.Tests;

namespace GradCam.Gen.Tool.Tests;

public sealed class NetworkCommandTests : IDisposable
{
    private readonly ToolCommandLine _line = new();

    public void Dispose() => _line.Dispose();

    [Fact]
    public void Import_asks_for_force_before_it_overwrites()
    {
        string model = _line.Model();
        Assert.Equal((ExitCode.Success, ""), (_line.Run("import", model), _line.Errors));
        Assert.Equal($"wrote {_line.At("model.net")} and {_line.At("model.safetensors")}", _line.Output.Split('\n')[0].Trim());
        Assert.Contains("Image: not stated.", _line.Output, StringComparison.Ordinal);
        foreach (string kept in new[] { "model.net", "model.safetensors" })
        {
            File.WriteAllText(_line.At(kept), "edited");
            Assert.Equal(ExitCode.Failed, _line.Run("import", model));
            string message = $"{_line.At("model.net")} and {_line.At("model.safetensors")} are there already: --force replaces them.";
            Assert.Contains(message, _line.Errors, StringComparison.Ordinal);
            Assert.Equal("edited", File.ReadAllText(_line.At(kept)));
        }

        File.Delete(_line.At("model.safetensors"));
        Assert.Equal(ExitCode.Failed, _line.Run("import", model));
        Assert.Contains($"{_line.At("model.net")} is there already: --force replaces it.", _line.Errors, StringComparison.Ordinal);
        Assert.Equal(["model.net", "model.onnx"], _line.Files());
        Assert.Equal((ExitCode.Success, ""), (_line.Run("import", model, "--force"), _line.Errors));
        Assert.StartsWith("# Made from model.onnx", File.ReadAllText(_line.At("model.net")), StringComparison.Ordinal);
    }

    [Fact]
    public void An_import_that_fails_changes_nothing()
    {
        string model = _line.Model();
        Assert.Equal(ExitCode.Success, _line.Run("import", model));
        byte[] spec = File.ReadAllBytes(_line.At("model.net"));
        File.WriteAllText(model, "no ONNX");
        Assert.Equal(ExitCode.Failed, _line.Run("import", model, "--force"));
        Assert.StartsWith("error: model.onnx", _line.Errors, StringComparison.Ordinal);
        Assert.Equal(spec, File.ReadAllBytes(_line.At("model.net")));

        // The weights cannot be written, so the spec is not, either.
        _line.Model();
        File.Delete(_line.At("model.safetensors"));
        Directory.CreateDirectory(_line.At("model.safetensors"));
        File.WriteAllText(_line.At("model.net"), "older");
        Assert.Equal(ExitCode.Failed, _line.Run("import", model, "--force"));
        Assert.Contains("model.safetensors could not be written: a folder has that name", _line.Errors, StringComparison.Ordinal);
        Assert.Equal("older", File.ReadAllText(_line.At("model.net")));
        Assert.Equal(["model.net", "model.onnx"], _line.Files());
    }

    /// <summary>The line is quoted: neither the ONNX file nor a spec that is not there has a place to look at.</summary>
    [Fact]
    public void A_wrong_image_line_is_quoted_and_nothing_is_written()
    {
        string model = _line.Model();
        Assert.Equal(ExitCode.Failed, _line.Run("import", model, "--image", "rgb resize 256 crop"));
        Assert.Equal(
            "error: model.onnx: GCG0003: Expected a whole number, found the end of the line (at \"image rgb resize 256 crop\")", _line.Errors.Trim());
        Assert.Equal(["model.onnx"], _line.Files());
    }

    [Fact]
    public void Import_makes_the_folder_and_never_writes_over_the_model()
    {
        string model = _line.Model("model.net");
        Assert.Equal((ExitCode.Success, ""), (_line.Run("import", model, "-o", _line.At("new", "folder")), _line.Errors));
        Assert.True(File.Exists(_line.At("new", "folder", "model.safetensors")));
        byte[] bytes = File.ReadAllBytes(model);
        Assert.Equal(ExitCode.Failed, _line.Run("import", model, "--force"));
        Assert.Contains("would be written over what is read", _line.Errors, StringComparison.Ordinal);
        Assert.Equal(bytes, File.ReadAllBytes(model));
    }

    [Theory]
    [InlineData("MODEL.ONNX")]
    [InlineData("Model.Onnx")]
    public void The_case_of_an_extension_does_not_matter(string name)
    {
        Assert.Equal((ExitCode.Success, ""), (_line.Run("inspect", _line.Model(name)), _line.Errors));
        Assert.Contains("conv 3x3", _line.Output, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Success, _line.Run("import", _line.At(name)));
        string stem = Path.GetFileNameWithoutExtension(name);
        File.Move(_line.At(stem + ".net"), _line.At("UPPER.NET"));
        File.Move(_line.At(stem + ".safetensors"), _line.At("UPPER.SafeTensors"));
        Assert.Equal((ExitCode.Success, ""), (_line.Run("inspect", _line.At("UPPER.NET")), _line.Errors));
        Assert.Equal((ExitCode.Success, ""), (_line.Run("inspect", _line.At("UPPER.SafeTensors")), _line.Errors));
        Assert.Contains(" tensors, ", _line.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Export_asks_for_force_and_never_writes_over_its_inputs()
    {
        (string spec, string weights) = _line.Network();
        Assert.Equal((ExitCode.Success, ""), (_line.Run("export", spec, weights), _line.Errors));
        File.WriteAllText(_line.At("model.onnx"), "older");
        Assert.Equal(ExitCode.Failed, _line.Run("export", spec, weights));
        Assert.Contains("model.onnx is there already: --force replaces it.", _line.Errors, StringComparison.Ordinal);
        Assert.Equal("older", File.ReadAllText(_line.At("model.onnx")));
        Assert.Equal((ExitCode.Success, ""), (_line.Run("export", spec, weights, "-f"), _line.Errors));
        Assert.True(new FileInfo(_line.At("model.onnx")).Length > 100);

        byte[] bytes = File.ReadAllBytes(weights);
        Assert.Equal(ExitCode.Failed, _line.Run("export", spec, weights, "-o", weights, "--force"));
        Assert.Contains("would be written over what is read", _line.Errors, StringComparison.Ordinal);
        Assert.Equal(bytes, File.ReadAllBytes(weights));
        Assert.Equal((ExitCode.Success, ""), (_line.Run("export", spec, weights, "-o", _line.At("new", "x.onnx")), _line.Errors));
        Assert.True(File.Exists(_line.At("new", "x.onnx")));
    }

    [Fact]
    public void An_export_that_fails_leaves_an_older_file_alone()
    {
        (string spec, _) = _line.Network();
        File.WriteAllText(_line.At("model.onnx"), "older");
        string other = _line.Write("other.safetensors", new SafetensorsBuilder().Add("fc.weight", [1], 1f).Build());
        Assert.Equal(ExitCode.Failed, _line.Run("export", spec, other, "--force"));
        Assert.StartsWith("error: ", _line.Errors, StringComparison.Ordinal);
        Assert.Equal("older", File.ReadAllText(_line.At("model.onnx")));
        Assert.Equal(["model.net", "model.onnx", "model.safetensors", "other.safetensors"], _line.Files());
    }

    [Fact]
    public void Export_knows_its_arguments_in_the_wrong_order()
    {
        (string spec, string weights) = _line.Network();
        Assert.Equal(ExitCode.Usage, _line.Run("export", weights, spec));
        Assert.Contains($"gradcam export {spec} {weights}", _line.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_full_disk_is_an_error_with_the_files_name()
    {
        if (!File.Exists("/dev/full"))
            return;
        (string spec, string weights) = _line.Network();
        Assert.Equal(ExitCode.Failed, _line.Run("export", spec, weights, "-o", "/dev/full"));
        Assert.Contains("/dev/full could not be written: ", _line.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_that_are_not_there_or_of_no_use_are_named()
    {
        _line.Model();
        Assert.Equal(ExitCode.Failed, _line.Run("inspect", _line.At("modle.onnx")));
        Assert.Equal($"error: {_line.At("modle.onnx")}: there is no such file. Did you mean 'model.onnx'?", _line.Errors.Trim());
        Assert.Equal(ExitCode.Failed, _line.Run("import", _line.At("nowhere", "model.onnx")));
        Assert.Contains("there is no such file.", _line.Errors, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Failed, _line.Run("inspect", _line.Folder));
        Assert.Contains("is a folder", _line.Errors, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Failed, _line.Run("inspect", _line.Write("model.pt", [1])));
        Assert.Contains("expected a .net, .onnx or .safetensors file", _line.Errors, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Failed, _line.Run("inspect", _line.Write("bad.net", "input 3x4x4\nfoo\n"u8.ToArray())));
        Assert.Contains("error: bad.net(2,1): ", _line.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gradcam", "Name a command: explain, compare, evaluate, advise, verify, inspect, import, export.")]
    [InlineData(
        "gradcam", "There is no command 'imprt'; there are explain, compare, evaluate, advise, verify, inspect, import, export. Did you mean 'import'?",
        "imprt", "a.onnx")]
    [InlineData("gradcam", "There is no command 'a.onnx'; there are explain, compare, evaluate, advise, verify, inspect, import, export.", "a.onnx")]
    [InlineData("gradcam", "There is no option '--hepl', and no file of that name. Did you mean '--help'?", "--hepl")]
    [InlineData("gradcam import", "There is no option '--heigth', and no file of that name. Did you mean '--height'?", "import", "a.onnx", "--heigth", "3")]
    [InlineData("gradcam import", "There is no option '--forse', and no file of that name. Did you mean '--force'?", "import", "--forse", "a.onnx")]
    [InlineData("gradcam import", "--height: expected a positive number, found '0'.", "import", "a.onnx", "--height", "0")]
    [InlineData("gradcam inspect", "--width: expected a positive number, found '1e3'.", "inspect", "a.onnx", "--width", "1e3")]
    [InlineData("gradcam inspect", "The argument FILE is missing.", "inspect")]
    [InlineData("gradcam inspect", "The argument FILE is empty.", "inspect", "")]
    [InlineData("gradcam import", "--out is empty.", "import", "a.onnx", "-o", "")]
    [InlineData("gradcam inspect", "'b.onnx' is one argument too many.", "inspect", "a.onnx", "b.onnx")]
    [InlineData("gradcam export", "The argument WEIGHTS is missing.", "export", "a.net")]
    public void Usage_errors_are_a_message_and_where_help_is(string command, string message, params string[] arguments)
    {
        Assert.Equal(ExitCode.Usage, _line.Run(arguments));
        Assert.Equal([message, $"Try '{command} --help'."], _line.Errors.TrimEnd().Split(Environment.NewLine));
        Assert.Equal("", _line.Output);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(8, "explain")]
    [InlineData(3, "compare")]
    [InlineData(3, "evaluate")]
    [InlineData(2, "advise")]
    [InlineData(2, "verify")]
    [InlineData(3, "import")]
    [InlineData(3, "inspect")]
    [InlineData(2, "export")]
    public void Help_has_examples_that_are_right_and_exit_codes(int least, params string[] command)
    {
        Assert.Equal(ExitCode.Success, _line.Run([.. command, "--help"]));
        string help = _line.Output;
        Assert.Contains("Exit codes:", help, StringComparison.Ordinal);
        Assert.All(help.Split('\n'), row => Assert.InRange(row.Length, 0, 131));
        string[] rows = help[help.IndexOf("Examples:", StringComparison.Ordinal)..].Split('\n');
        string[] examples = [.. rows.Select(row => row.Trim()).Where(row => row.StartsWith("gradcam ", StringComparison.Ordinal))];
        Assert.True(examples.Length >= least);
        foreach (string example in examples.Where(example => !example.Contains("--help", StringComparison.Ordinal)))
        {
            // The files are not there, and nothing else is wrong.
            string text = Regex.Split(example, " {2,}|  | \\| ")[0];
            IEnumerable<Match> words = Regex.Matches(text, "\"([^\"]*)\"|\\S+").Skip(1);
            string[] arguments = [.. words.Select(match => match.Groups[1].Success ? match.Groups[1].Value : match.Value)];
            int expected = text.Contains("--model", StringComparison.Ordinal) ? ExitCode.Network : ExitCode.Failed;
            Assert.Equal((expected, text), (_line.Run(arguments), text));
            Assert.Contains("there is no such file", _line.Errors, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Names_cannot_steer_the_terminal()
    {
        byte[] file = new SafetensorsBuilder().Add("a\\u202eb", [1], 1f).Build();
        Assert.Equal((ExitCode.Success, ""), (_line.Run("inspect", _line.Write("a.safetensors", file)), _line.Errors));
        Assert.Contains("a\\u202eb", _line.Output, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Failed, _line.Run("inspect", _line.Write("a.net", "input 3x4x4\n\u001b[31mfoo\n"u8.ToArray())));
        Assert.Equal(ExitCode.Failed, _line.Run("inspect", _line.At("b\u001b[31m.net")));
        Assert.Contains("b\\u001b[31m.net", _line.Errors, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Usage, _line.Run("inspect", "--b\u001b[31m"));
        Assert.Contains("'--b\\u001b[31m'", _line.Errors, StringComparison.Ordinal);
    }
}
