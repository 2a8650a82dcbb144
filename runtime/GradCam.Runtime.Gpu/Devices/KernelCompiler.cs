using System.Diagnostics;
using ILGPU;
using ILGPU.Backends;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.OpenCL;
using ILGPU.Backends.PTX;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;

namespace GradCam.Gpu.Devices;

/// <summary>
/// Compiles kernels for a kind of device: each once a process, whatever number of devices there is. ILGPU would hold a device's lock all the while, which
/// its memory needs as well, so this has a context of its own. Safe for several threads; one compiles at a time, as ILGPU's contexts do.
/// </summary>
internal sealed class KernelCompiler
{
    private static readonly Lock Finding = new();
    private static readonly Dictionary<string, KernelCompiler> Compilers = [];

    private readonly Lock _compiling = new();
    private readonly Dictionary<KernelSource, CompiledKernel> _compiled = [];
    private readonly Func<Context, Backend> _open;
    private Backend? _backend;

    /// <summary>A compiler; it opens with the first kernel.</summary>
    /// <param name="open">Makes the backend.</param>
    public KernelCompiler(Func<Context, Backend> open) => _open = open;

    /// <summary>The compiler for a device.</summary>
    public static KernelCompiler For(Accelerator accelerator)
    {
        lock (Finding)
        {
            string kind = KindOf(accelerator);
            if (!Compilers.TryGetValue(kind, out KernelCompiler? compiler))
                Compilers[kind] = compiler = new KernelCompiler(context => Open(context, accelerator));
            return compiler;
        }
    }

    /// <summary>Compiles a kernel, or gives it again.</summary>
    /// <param name="source">The kernel.</param>
    /// <param name="taken">How long it took now.</param>
    public CompiledKernel Compile(KernelSource source, out TimeSpan taken)
    {
        lock (_compiling)
        {
            taken = TimeSpan.Zero;
            if (_compiled.TryGetValue(source, out CompiledKernel? compiled))
                return compiled;

            long start = Stopwatch.GetTimestamp();
            // The CPU's is there in every context, and what the simulator's kernels are compiled with.
            _backend ??= _open(Context.Create(builder => DeviceSearch.Configure(builder).CPU(new CPUDevice(2, 1, 1))));
            EntryPointDescription entry = EntryPointDescription.FromExplicitlyGroupedKernel(source.Method);
            compiled = _backend is PTXBackend ptx ? PtxCompilation.Compile(ptx, entry, source) : _backend.Compile(entry, default);
            taken = Stopwatch.GetElapsedTime(start);
            _compiled.Add(source, compiled);
            return compiled;
        }
    }

    /// <summary>What devices have in common that run the same code.</summary>
    private static string KindOf(Accelerator accelerator) => accelerator switch
    {
        CudaAccelerator cuda => $"{cuda.Architecture} {cuda.InstructionSet}",
        CLAccelerator openCl => string.Join(' ', [openCl.Name, openCl.Vendor, openCl.CLStdVersion, .. openCl.Capabilities.Extensions]),
        _ => nameof(CPUAccelerator),
    };

    private static Backend Open(Context context, Accelerator accelerator) => accelerator switch
    {
        CudaAccelerator cuda => new PTXBackend(context, cuda.Architecture, cuda.InstructionSet, nvvmAPI: null!),
        CLAccelerator openCl => new CLBackend(context, openCl.Capabilities, openCl.Vendor, openCl.CLStdVersion),
        _ => context.CreateCPUAccelerator(0).GetBackend(),
    };
}
