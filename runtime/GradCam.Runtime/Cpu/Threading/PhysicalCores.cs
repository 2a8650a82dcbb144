namespace GradCam.Cpu.Threading;

/// <summary>How many physical cores this process may use.</summary>
internal static class PhysicalCores
{
    /// <summary>
    /// The number of physical cores, at least 1. Two hardware threads of one core share its multipliers, so more threads than cores do not help.
    /// </summary>
    public static int Count { get; } = Determine();

    private static int Determine()
    {
        int logical = Environment.ProcessorCount;
        try
        {
            if (OperatingSystem.IsLinux())
                return Math.Clamp(CountLinuxCores(), 1, logical);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return logical;
        }

        return logical;
    }

    /// <summary>Counts distinct sets of sibling hardware threads.</summary>
    private static int CountLinuxCores()
    {
        var siblings = new HashSet<string>(StringComparer.Ordinal);
        foreach (string cpu in Directory.EnumerateDirectories("/sys/devices/system/cpu", "cpu*"))
        {
            string list = Path.Combine(cpu, "topology", "thread_siblings_list");
            if (File.Exists(list))
                siblings.Add(File.ReadAllText(list).Trim());
        }

        return siblings.Count == 0 ? Environment.ProcessorCount : siblings.Count;
    }
}
