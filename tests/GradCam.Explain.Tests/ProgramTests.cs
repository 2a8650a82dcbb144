using System.Diagnostics;
using GradCam.Gen.Tool.Terminal;
using GradCam.Imaging;
using GradCam.Samples.Tests;

namespace GradCam.Explain.Tests;

/// <summary>The program as a process: signals, pipes, redirection.</summary>
public sealed class ProgramTests : IDisposable
{
    private readonly CommandLine _line = new();

    public void Dispose() => _line.Dispose();

    [Fact]
    public void Redirected_lines_are_whole_and_without_colours()
    {
        string name = new string('n', 150) + " [x] y.png";
        _line.Photo("in", name);
        _line.Photo("in", "b.png");
        foreach (string path in new[] { "in", Path.Combine("in", name) })
        {
            using var run = new ProgramRun("explain", _line.Folder, path);
            (int code, string output, string errors) = run.End();
            Assert.Equal((ExitCode.Success, ""), (code, errors));
            Assert.Contains(output.Split('\n'), row => row.Contains(Path.Combine("in", name), StringComparison.Ordinal));
            Assert.Contains(output.Split('\n'), row => row.Contains(Path.ChangeExtension(name, ".gradcam.png"), StringComparison.Ordinal));
            Assert.DoesNotContain('\u001b', output);
        }
    }

    [Theory]
    [InlineData("INT", ExitCode.Interrupted)]
    [InlineData("TERM", ExitCode.Terminated)]
    public void The_first_signal_stops_after_a_photo_and_says_what_is_left(string signal, int expected)
    {
        if (!ProgramRun.CanSend(signal))
            return;
        _line.Photo("in", "a.png");
        MakePipe("in", "b.png");
        _line.Photo("in", "c.png");
        using var run = new ProgramRun("explain", _line.Folder, "in", "--out", "out");
        Assert.Contains("a.png", run.Output.ReadLine(), StringComparison.Ordinal);
        using (FileStream photo = OpenPipe("in", "b.png"))
        {
            run.Signal(signal);
            Assert.Contains("Stopping after this photo", run.Errors.ReadLine(), StringComparison.Ordinal);
        }

        // The photo at hand is an empty file now.
        (int code, string output, string errors) = run.End();
        Assert.Equal(expected, code);
        Assert.Contains("1 explained, 1 failed in", output, StringComparison.Ordinal);
        Assert.Contains("Interrupted: 1 of 3 photos are explained, their files lie in 'out'; 1 not begun.", errors, StringComparison.Ordinal);
        Assert.Equal([_line.At("out", "a.gradcam.png")], Directory.GetFiles(_line.At("out")));
        Assert.NotEqual(0, Photo.Decode(_line.At("out", "a.gradcam.png")).Width);
    }

    [Theory]
    [InlineData("INT", ExitCode.Interrupted)]
    [InlineData("TERM", ExitCode.Terminated)]
    public void The_second_signal_ends_at_once_and_quietly(string signal, int expected)
    {
        if (!ProgramRun.CanSend(signal))
            return;
        // A photo that never comes: the program waits for whoever writes into the pipe.
        _line.Photo("a.png");
        MakePipe("b.png");
        using var run = new ProgramRun("explain", _line.Folder, "a.png", "b.png");
        Assert.Contains("a.png", run.Output.ReadLine(), StringComparison.Ordinal);
        using FileStream photo = OpenPipe("b.png");
        run.Signal(signal);
        Assert.Contains("the same again ends at once", run.Errors.ReadLine(), StringComparison.Ordinal);
        run.Signal(signal);
        Assert.Equal((expected, "", ""), run.End());
        Assert.Equal(["a.gradcam.png", "a.png", "b.png"], _line.Files());
    }

    [Fact]
    public void A_closed_pipe_is_quiet_and_all_photos_are_explained()
    {
        for (int i = 0; i < 3; i++)
            _line.Photo("in", $"{i}.png");
        using var run = new ProgramRun("explain", _line.Folder, "in", "--out", "out");
        run.CloseOutput();
        Assert.Equal((ExitCode.Success, "", ""), run.End());
        Assert.Equal(3, Directory.GetFiles(_line.At("out")).Length);
    }

    [Fact]
    public void A_full_disk_behind_the_output_is_one_line_and_no_stack_trace()
    {
        if (!File.Exists("/dev/full"))
            return;
        _line.Photo("a.png");
        string program = Path.Combine(AppContext.BaseDirectory, "explain.dll");
        using var shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "exec \"$0\" \"$1\" a.png > /dev/full", ProgramRun.Dotnet, program])
        {
            WorkingDirectory = _line.Folder,
            RedirectStandardError = true,
        })!;
        string errors = shell.StandardError.ReadToEnd();
        shell.WaitForExit();
        Assert.Equal(ExitCode.Failed, shell.ExitCode);
        Assert.StartsWith("The output could not be written: ", errors, StringComparison.Ordinal);
        Assert.Single(errors.Trim().Split('\n'));
    }

    private void MakePipe(params string[] names)
    {
        using Process process = Process.Start("mkfifo", [_line.At(names)]);
        process.WaitForExit();
    }

    /// <summary>Waits until the program has begun with a pipe as its photo, and keeps it waiting for what is in it.</summary>
    private FileStream OpenPipe(params string[] names)
    {
        Task<FileStream> open = Task.Run(() => new FileStream(_line.At(names), FileMode.Open, FileAccess.Write));
        Assert.True(open.Wait(60_000), "the program does not begin with the photo");
        return open.GetAwaiter().GetResult();
    }
}
