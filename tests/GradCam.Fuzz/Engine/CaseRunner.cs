using System.Globalization;

namespace GradCam.Fuzz.Engine;

/// <summary>Runs cases and judges them.</summary>
/// <param name="target">The target.</param>
/// <param name="patience">By how much more processor time is allowed than the target says.</param>
internal sealed class CaseRunner(FuzzTarget target, int patience = 1)
{
    /// <summary>Runs a case.</summary>
    /// <returns>What is wrong, or null.</returns>
    public Symptom? Run(byte[] input)
    {
        Symptom? symptom = RunOnce(input);

        // Code that is compiled in the case, and whatever else runs in the process, count in the first attempt.
        for (int i = 0; i < 2 && symptom is { IsMeasured: true }; i++)
            symptom = RunOnce(input);
        return symptom;
    }

    private Symptom? RunOnce(byte[] input)
    {
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        long peak = target.IsNative ? PeakMemory() : 0;
        TimeSpan time = Environment.CpuUsage.TotalTime;
        try
        {
            target.Run(input);
        }
        catch (Exception exception)
        {
            return Symptom.Of(exception);
        }

        time = Environment.CpuUsage.TotalTime - time;
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        peak = target.IsNative ? PeakMemory() - peak : 0;
        if (time > patience * target.Time)
            return new Symptom("time", $"{time.TotalSeconds:f1} s of processor time for {input.Length} bytes", IsMeasured: true);
        long most = target.Memory(input.Length);
        return allocated > most ? new Symptom("memory", $"{allocated >> 20} MiB allocated for {input.Length} bytes", IsMeasured: true)
            : peak > most ? new Symptom("memory", $"{peak >> 20} MiB more in the process for {input.Length} bytes", IsMeasured: false)
            : null;
    }

    /// <summary>The most memory that the process has had, in bytes; 0 where the system does not tell.</summary>
    private static long PeakMemory()
    {
        if (!OperatingSystem.IsLinux())
            return 0;
        string status = File.ReadAllText("/proc/self/status");
        int at = status.IndexOf("VmHWM:", StringComparison.Ordinal);
        return at < 0 ? 0 : 1024 * long.Parse(status.AsSpan(at + 6, status.IndexOf("kB", at, StringComparison.Ordinal) - at - 6), CultureInfo.InvariantCulture);
    }
}

/// <summary>What is wrong with a case.</summary>
/// <param name="Kind">What cases with the same fault share: the exception's type and place, <c>time</c> or <c>memory</c>.</param>
/// <param name="Text">For people.</param>
/// <param name="IsMeasured">Whether a second run may say otherwise.</param>
internal sealed record Symptom(string Kind, string Text, bool IsMeasured)
{
    public static Symptom Of(Exception exception)
    {
        string place = exception.StackTrace?.Split('\n').Select(line => line.Trim()).FirstOrDefault(line => line.Contains("GradCam", StringComparison.Ordinal))
            ?? "";
        // What did not hold is said by the message's beginning.
        string detail = exception is FuzzException ? exception.Message.Split(':')[0] : place;
        return new Symptom($"{exception.GetType().Name} {detail}", exception.ToString(), IsMeasured: false);
    }
}
