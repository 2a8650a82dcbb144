using System.Diagnostics;
using GradCam.Gen.Tool.Explain;
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
    public void A_newer_NET_runs_it_where_there_is_no_other() =>
        Assert.Contains(
            "\"rollForward\": \"Major\"",
            File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "GradCam.Gen.Tool.runtimeconfig.json")),
            StringComparison.Ordinal);

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

    /// <summary>Redirected output has no bar: of what is drawn on terminals nothing else tells.</summary>
    [SkippableTheory]
    [InlineData("2 explained in", "explain", "a.png", "b [x].png")]
    [InlineData("why.html", "explain", "a.png", "--report", "why.html")]
    [InlineData("written: a.compare.gradcam.png", "compare", "a.png", "--methods", "gradcam,rise(samples 300)", "--size", "64")]
    [InlineData("2 photos measured", "evaluate", ".", "--methods", "gradcam", "--metrics", "complexity")]
    [InlineData("// session.Explain", "advise", ".", "--methods", "gradcam")]
    public void A_terminal_has_a_bar_while_there_is_work(string end, params string[] arguments)
    {
        Skip.IfNot(File.Exists(ProgramRun.Terminal), $"{ProgramRun.Terminal} is not installed.");
        foreach (string name in new[] { "a.png", "b [x].png" })
            File.Copy(PhotoSearch.Example, _line.At(name));
        using ProgramRun run = ProgramRun.OnTerminal("GradCam.Gen.Tool", _line.Folder, arguments);
        (int code, string output, string errors) = run.End();
        Assert.Equal((ExitCode.Success, ""), (code, errors));
        Assert.Contains(end, output, StringComparison.Ordinal);
        // It hides the cursor, and gives it back.
        Assert.Contains("\u001b[?25l", output, StringComparison.Ordinal);
        Assert.True(output.LastIndexOf("\u001b[?25h", StringComparison.Ordinal) > output.LastIndexOf("\u001b[?25l", StringComparison.Ordinal));
        if (arguments is ["compare", ..])
            Assert.Contains(" of 4: RISE (samples 300)", output, StringComparison.Ordinal);
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
