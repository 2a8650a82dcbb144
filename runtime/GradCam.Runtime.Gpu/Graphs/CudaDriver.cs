using System.Reflection;
using System.Runtime.InteropServices;

namespace GradCam.Gpu.Graphs;

/// <summary>The functions of CUDA's driver for graphs, which ILGPU does not have. All return 0 for success.</summary>
internal static partial class CudaDriver
{
    private const string Library = "cuda";

    /// <summary>Other threads' calls do not end a capture.</summary>
    public const int CaptureModeThreadLocal = 1;

    static CudaDriver() => NativeLibrary.SetDllImportResolver(typeof(CudaDriver).Assembly, Resolve);

    /// <summary>Begins to record a stream's launches instead of running them.</summary>
    [LibraryImport(Library, EntryPoint = "cuStreamBeginCapture_v2")]
    public static partial int BeginCapture(nint stream, int mode);

    /// <summary>Ends the recording.</summary>
    [LibraryImport(Library, EntryPoint = "cuStreamEndCapture")]
    public static partial int EndCapture(nint stream, out nint graph);

    /// <summary>Makes a graph that can be launched.</summary>
    [LibraryImport(Library, EntryPoint = "cuGraphInstantiateWithFlags")]
    public static partial int Instantiate(out nint executable, nint graph, ulong flags);

    /// <summary>Launches all of a graph at once.</summary>
    [LibraryImport(Library, EntryPoint = "cuGraphLaunch")]
    public static partial int Launch(nint executable, nint stream);

    /// <summary>Frees a graph that can be launched.</summary>
    [LibraryImport(Library, EntryPoint = "cuGraphExecDestroy")]
    public static partial int DestroyExecutable(nint executable);

    /// <summary>Frees a recording.</summary>
    [LibraryImport(Library, EntryPoint = "cuGraphDestroy")]
    public static partial int DestroyGraph(nint graph);

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        string file = OperatingSystem.IsWindows() ? "nvcuda" : "libcuda.so.1";
        return name == Library && NativeLibrary.TryLoad(file, out nint handle) ? handle : 0;
    }
}
