using System.Numerics;
using GradCam.Gpu.Kernels;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;

namespace GradCam.Gpu.Devices;

/// <summary>A device of this process: opened once, with the kernels that were compiled for it, and never closed.</summary>
internal sealed class GpuDevice
{
    /// <summary>Threads of a group, where the device allows as many.</summary>
    private const int GroupThreads = 256;

    /// <summary>A line of 128 bytes.</summary>
    private const int LineFloats = 32;

    private GpuDevice(Accelerator accelerator, bool hasShuffles)
    {
        Accelerator = accelerator;
        GroupSize = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Min(GroupThreads, accelerator.MaxNumThreadsPerGroup) / 2 + 1);
        HasShuffles = hasShuffles;
        Processors = accelerator is CPUAccelerator ? 6 : accelerator.NumMultiprocessors;
        SharedBytes = accelerator.MaxSharedMemoryPerGroup;
        Loader = new KernelLoader(accelerator, KernelCompiler.For(accelerator));
        Kernels = new KernelSet(Loader, hasShuffles);
        HasTensorCores = accelerator is CudaAccelerator cuda && cuda.Architecture >= CudaArchitecture.SM_80;
    }

    private static readonly Lock Opening = new();
    private static readonly Dictionary<(GpuKind Kind, int Index, (int Lanes, int Warps, bool HasShuffles) Simulated), GpuDevice> Opened = [];

    /// <summary>ILGPU's device.</summary>
    public Accelerator Accelerator { get; }

    /// <summary>What loads its kernels.</summary>
    public KernelLoader Loader { get; }

    /// <summary>Its kernels.</summary>
    public KernelSet Kernels { get; internal set; }

    /// <summary>Threads of a group, a power of two.</summary>
    public int GroupSize { get; }

    /// <summary>Shared memory that a group can have.</summary>
    public int SharedBytes { get; internal set; }

    /// <summary>Whether a warp's lanes can read each other's registers, as <see cref="WarpTeam"/> does.</summary>
    public bool HasShuffles { get; }

    /// <summary>Neighbouring floats that a group reads at a time: a warp's, or what is whole lines of memory.</summary>
    public int Lanes => Accelerator is CLAccelerator ? Math.Min(LineFloats, GroupSize) : Accelerator.WarpSize;

    /// <summary>Whether groups are too small for the tiles of a GPU: on the simulator.</summary>
    public bool HasSmallGroups => GroupSize < GroupThreads;

    /// <summary>Whether it multiplies in TF32 and half precision as <see cref="Kernels.Convolution.TensorCore"/> says.</summary>
    public bool HasTensorCores { get; internal set; }

    /// <summary>Whether it computes in double precision, as CAM methods' sums do: all but a few OpenCL devices.</summary>
    public bool HasDoubles => Accelerator is not CLAccelerator openCl || openCl.Capabilities.Float64;

    /// <summary>How many groups of threads run at a time at least. Of the simulator a few are pretended, so that it divides work as a GPU does.</summary>
    public int Processors { get; internal set; }

    /// <summary>Opens a device, or gives the one that is open.</summary>
    /// <exception cref="GpuException">There is none.</exception>
    public static GpuDevice Open(GpuOptions options)
    {
        (GpuKind, int, (int, int, bool)) key = (options.Kind, options.Device, options.Simulated);
        lock (Opening)
        {
            if (!Opened.TryGetValue(key, out GpuDevice? device))
                Opened[key] = device = Create(options);
            return device;
        }
    }

    /// <summary>The devices that are open.</summary>
    public static IReadOnlyList<GpuDevice> AllOpen()
    {
        lock (Opening)
            return [.. Opened.Values];
    }

    private static GpuDevice Create(GpuOptions options)
    {
        Accelerator accelerator = DeviceSearch.Create(options);
        return new GpuDevice(accelerator, accelerator is CudaAccelerator || (accelerator is CPUAccelerator && options.Simulated.HasShuffles));
    }

    /// <summary>A launch of one team of threads a row.</summary>
    public KernelConfig SpreadRows(long rows) => Spread(rows * (HasShuffles ? Accelerator.WarpSize : GroupSize));

    /// <summary>A launch of one thread an element.</summary>
    public KernelConfig Spread(long elements)
    {
        long groups = (elements + GroupSize - 1) / GroupSize;
        // Threads of a full device take several elements each; of the simulator a group is costly to start.
        long most = HasSmallGroups ? 2 : Processors * 16L;
        return new KernelConfig((int)Math.Clamp(groups, 1, most), GroupSize);
    }

    /// <summary>Makes the device the calling thread's.</summary>
    public void Bind() => Accelerator.Bind();
}
