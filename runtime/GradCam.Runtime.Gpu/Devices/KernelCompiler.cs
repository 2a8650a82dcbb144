using System.Collections.Concurrent;
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
/// Compiles kernels for a kind of device: each once a process, whatever number of devices there is. Each has an ILGPU context of its own: a context compiles
/// one kernel at a time, a device's holds the lock meanwhile that its memory needs too, and what comes of a kernel depends on those before it.
/// </summary>
/// <param name="open">Makes a backend.</param>
internal sealed class KernelCompiler(Func<Context, Backend> open)
{
    private static readonly Lock Finding = new();
    private static readonly Dictionary<string, KernelCompiler> Compilers = [];

    private readonly ConcurrentDictionary<KernelSource, Slot> _slots = [];

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
        Slot slot = _slots.GetOrAdd(source, static _ => new Slot());
        lock (slot.Gate)
        {
            long start = Stopwatch.GetTimestamp();
            bool isNew = slot.Kernel is null;
            slot.Kernel ??= Make(source);
            taken = isNew ? Stopwatch.GetElapsedTime(start) : TimeSpan.Zero;
            return slot.Kernel;
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
        _ => BackendOfSimulator(context),
    };

    private static Backend BackendOfSimulator(Context context)
    {
        using Accelerator accelerator = context.CreateCPUAccelerator(0);
        return accelerator.GetBackend();
    }

    private CompiledKernel Make(KernelSource source)
    {
        // The device is for the simulator's backend.
        using Context context = Context.Create(builder => DeviceSearch.Configure(builder).CPU(new CPUDevice(2, 1, 1)));
        using Backend backend = open(context);
        EntryPointDescription entry = EntryPointDescription.FromExplicitlyGroupedKernel(source.Method);
        if (backend is not PTXBackend)
            return KernelText.Stabilize(backend.Compile(entry, default));

        KernelSpecialization specialization = source.Threads > 0 ? new KernelSpecialization(source.Threads, source.GroupsPerProcessor) : default;
        return KernelText.Stabilize(backend.Compile(entry, specialization, new GlobalParameters()));
    }

    private sealed class Slot
    {
        public Lock Gate { get; } = new();

        public CompiledKernel? Kernel { get; set; }
    }
}
