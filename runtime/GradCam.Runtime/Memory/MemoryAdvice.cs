using System.Runtime.InteropServices;

namespace GradCam.Memory;

/// <summary>Hints to the operating system, Linux so far, about how memory will be used. A refusal, or a C library of another name, does no harm.</summary>
internal static unsafe class MemoryAdvice
{
    private const int HugePages = 14;
    private const int PopulateRead = 22;

    /// <summary>Asks for large pages, which spare the processor most of the work of finding where weights lie that are streamed once.</summary>
    public static void UseHugePages(void* address, nuint length) => Advise(address, length, HugePages);

    /// <summary>
    /// Asks for mapped pages all at once, which will be read: a page fault for every few of them would take longer than to read them (3 GB/s instead of 16).
    /// </summary>
    public static void MapForReading(void* address, nuint length)
    {
        // The kernel wants the start of a page.
        nuint before = (nuint)address % (nuint)Environment.SystemPageSize;
        Advise((byte*)address - before, length + before, PopulateRead);
    }

    private static void Advise(void* address, nuint length, int advice)
    {
        if (!OperatingSystem.IsLinux())
            return;
        try
        {
            _ = AdviseMemory(address, length, advice);
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            // It was a hint.
        }
    }

    [DllImport("libc", EntryPoint = "madvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int AdviseMemory(void* address, nuint length, int advice);
}
