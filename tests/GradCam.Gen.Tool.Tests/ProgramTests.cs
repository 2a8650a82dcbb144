using System.Diagnostics;
using GradCam.Gen.Tool.Terminal;
using GradCam.Samples.Tests;
using GradCam.Tests;

namespace GradCam.Gen.Tool.Tests;

/// <summary>The tool as a process: signals, pipes, redirection.</summary>
public sealed class ProgramTests : IDisposable
{
    private readonly ToolCommandLine _line = new();

    public void Dispose() => _line.Dispose();

    [Fact]
    public void Redirected_names_are_whole_and_without_colours()
    {
        var builder = new SafetensorsBuilder();
        string[] names = [.. Enumerable.Range(0, 300).Select(i => $"backbone.{new string('n', 200)} [x].{i:000}.weight")];
        foreach (string name in names)
            builder.Add(name, [2, 1, 1, 1], 1f, 2f);
        _line.Write("big.safetensors", builder.Build());
        using var run = new ProgramRun("GradCam.Gen.Tool", _line.Folder, "inspect", "big.safetensors");
        (int code, string output, string errors) = run.End();
        Assert.Equal((ExitCode.Success, ""), (code, errors));
        string[] rows = output.Split('\n');
        Assert.All(
            names,
            name => Assert.Contains(rows, row => row.Contains(name, StringComparison.Ordinal) && row.Contains("[2, 1, 1, 1]", StringComparison.Ordinal)));
        Assert.DoesNotContain('\u001b', output);
    }

    [Fact]
    public void Redirected_layers_and_errors_are_whole()
    {
        string name = new('n', 200);
        File.WriteAllText(_line.At("long.net"), $"input 3x8x8\n{name}: conv 4 3x3 pad 1\navgpool global\nfc: linear 2\n");
        using var run = new ProgramRun("GradCam.Gen.Tool", _line.Folder, "inspect", "long.net");
        (int code, string output, string errors) = run.End();
        Assert.Equal((ExitCode.Success, ""), (code, errors));
        Assert.Contains($"[GradCam(\"{name}\")]", output, StringComparison.Ordinal);
        Assert.Contains(output.Split('\n'), row => row.Contains(name, StringComparison.Ordinal) && row.Contains("4x8x8", StringComparison.Ordinal));

        using var missing = new ProgramRun("GradCam.Gen.Tool", _line.Folder, "import", name + ".onnx");
        (code, output, errors) = missing.End();
        Assert.Equal((ExitCode.Failed, ""), (code, output));
        Assert.Equal($"error: {name}.onnx: there is no such file.", errors.Trim());
    }

    [Fact]
    public void A_closed_pipe_is_quiet()
    {
        (string spec, _) = _line.Network();
        using var run = new ProgramRun("GradCam.Gen.Tool", _line.Folder, "inspect", spec);
        run.CloseOutput();
        Assert.Equal((ExitCode.Success, "", ""), run.End());
    }

    [Theory]
    [InlineData("INT", ExitCode.Interrupted)]
    [InlineData("TERM", ExitCode.Terminated)]
    public void A_signal_ends_it_at_once_and_leaves_no_file(string signal, int expected)
    {
        if (!ProgramRun.CanSend(signal))
            return;
        using (Process pipe = Process.Start("mkfifo", [_line.At("model.onnx")]))
            pipe.WaitForExit();
        using var run = new ProgramRun("GradCam.Gen.Tool", _line.Folder, "import", "model.onnx", "-o", "out");
        // Opened when the program has opened it, and waits for a file that never comes.
        using var writer = new FileStream(_line.At("model.onnx"), FileMode.Open, FileAccess.Write);
        run.Signal(signal);
        Assert.Equal((expected, "", ""), run.End());
        Assert.Equal(["model.onnx"], _line.Files());
        Assert.False(Directory.Exists(_line.At("out")));
    }
}
