using System.Diagnostics;
using Xunit.Abstractions;

namespace GradCam.Gpu.Tests;

/// <summary>
/// The program for machines with a GPU, on the simulator: a network of the zoo against PyTorch's values, photos, batches, memory and the lines of times. That
/// they are small or fast means nothing here.
/// </summary>
public sealed class RehearsalTests(ITestOutputHelper output)
{
    [Fact]
    public void The_check_for_GPUs_passes_on_the_simulator()
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            RedirectStandardOutput = true,
            ArgumentList =
            {
                "exec", Path.Combine(AppContext.BaseDirectory, "gpu-check.dll"), "--small", "--simulator", "--seconds", "100000", "--only",
                "first,times,golden,maps,memory,photos",
            },
        };
        using Process process = Process.Start(start)!;
        string text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        output.WriteLine(text);
        Assert.Equal(0, process.ExitCode);
        Assert.Contains("10 passed, 0 failed, 0 left out", text, StringComparison.Ordinal);
        Assert.Contains("take 1 copy up and 1 down", text, StringComparison.Ordinal);
        Assert.Contains("time to the first result of tiny", text, StringComparison.Ordinal);
        Assert.Contains("mobilenet_v3_small Full", text, StringComparison.Ordinal);
    }
}
