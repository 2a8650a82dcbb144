using System.ComponentModel;
using System.Diagnostics;

namespace GradCam.GpuCheck.Checks;

/// <summary>PyTorch's times on the same device, where python3 has it with CUDA: torch_gradcam.py, whose lines are shown as they are.</summary>
internal static class TorchCheck
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    public static void Run(CheckArguments arguments, Report report)
    {
        string script = Path.Combine(AppContext.BaseDirectory, "torch_gradcam.py");
        var start = new ProcessStartInfo("python3") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in new[] { script, "--seconds", arguments.IsSmall ? "0" : "0.5", "--batch", arguments.IsSmall ? "1" : "1,64" })
            start.ArgumentList.Add(argument);
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (Win32Exception exception)
        {
            report.Note($"no python3: {exception.Message}");
            return;
        }

        using (process)
        {
            process.OutputDataReceived += (_, line) => Show(line.Data);
            process.ErrorDataReceived += (_, line) => Show(line.Data);
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            if (!process.WaitForExit(Limit))
            {
                process.Kill(entireProcessTree: true);
                report.LeaveOut("the rest of PyTorch's times");
            }

            process.WaitForExit();
        }

        void Show(string? line)
        {
            if (line is not null)
                report.Note("torch: " + line);
        }
    }
}
