using GradCam.Gpu.Devices;
using GradCam.Gpu.Kernels;
using GradCam.Gpu.Planning;
using ILGPU;
using ILGPU.Runtime;

namespace GradCam.Gpu.Memory;

/// <summary>A session's memory on the device, and its stream: all of its launches run in their order.</summary>
internal sealed class GpuWorkspace : IDisposable
{
    /// <summary>A launch that divides its sums among groups has at most this many of them a processor (<see cref="TileChoice"/>).</summary>
    public const int MostPartsPerProcessor = 8;

    /// <summary>Floats of their tile. On tensor cores tiles are four times as large, and the groups at most a quarter as many.</summary>
    private const int PartLength = 64 * 64;

    private readonly DeviceMemory _memory = null!;
    private readonly ArrayView<float> _arena;
    private readonly ArrayView<int> _classes;
    private readonly int _sampleLength;
    private ArrayView<byte> _packed;

    /// <summary>Makes the memory of a session.</summary>
    /// <param name="plan">The network.</param>
    /// <param name="batch">Samples that run together at most.</param>
    /// <exception cref="GpuException">The device has not enough.</exception>
    public GpuWorkspace(GpuPlan plan, int batch)
    {
        Device = plan.Device;
        Kernels = Device.Kernels;
        Batch = batch;
        Accelerator accelerator = Device.Accelerator;
        _sampleLength = plan.SampleLength;
        long length = (long)_sampleLength * batch;
        if (length > int.MaxValue)
        {
            throw new GpuException(
                $"A batch of {batch} takes {DeviceErrors.Mebibytes(length * sizeof(float))} of workspace, "
                + "of which 8 GiB can be addressed: use smaller batches.");
        }

        _memory = new DeviceMemory(accelerator);
        try
        {
            Stream = accelerator.CreateStream();
            Transfers = new Transfers(Stream);
            _arena = _memory.Allocate<float>(length, "workspace");
            _classes = _memory.Allocate<int>(2L * batch, "workspace");
            Parts = _memory.Allocate<float>((long)Device.Processors * MostPartsPerProcessor * PartLength, "workspace");
            Arrived = _memory.Upload<int>(new int[Device.Processors * MostPartsPerProcessor], "workspace");
            Use(0, 1);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    private GpuWorkspace(GpuPlan plan, int batch, KernelSet kernels)
    {
        (Device, Kernels, Batch, _sampleLength) = (plan.Device, kernels, batch, plan.SampleLength);
        Samples = new SampleArgs(batch, _sampleLength);
    }

    public GpuDevice Device { get; }

    /// <summary>The kernels that are launched.</summary>
    public KernelSet Kernels { get; }

    /// <summary>Samples that there is memory for.</summary>
    public int Batch { get; }

    public AcceleratorStream Stream { get; } = null!;

    /// <summary>Copies to the device and from it, in the stream's order.</summary>
    public Transfers Transfers { get; } = null!;

    /// <summary>The samples that launches are for (<see cref="Use"/>).</summary>
    public SampleArgs Samples { get; private set; }

    /// <summary>Their memory.</summary>
    public ArrayView<float> Arena { get; private set; }

    /// <summary>A class and the bits of a seed, for each of them.</summary>
    public ArrayView<int> Classes { get; private set; }

    /// <summary>The parts of sums.</summary>
    public ArrayView<float> Parts { get; }

    /// <summary>How many parts of a tile are there; zeros between launches.</summary>
    public ArrayView<int> Arrived { get; }

    /// <summary>Bytes on the device.</summary>
    public long Bytes => _memory.Bytes;

    /// <summary>A workspace without memory, for launchers that do nothing.</summary>
    public static GpuWorkspace WithoutMemory(GpuPlan plan, int batch, KernelSet kernels) => new(plan, batch, kernels);

    /// <summary>Says which samples the next launches are for.</summary>
    public void Use(int first, int count)
    {
        Samples = new SampleArgs(count, _sampleLength);
        Arena = _arena.SubView((long)first * _sampleLength, (long)count * _sampleLength);
        Classes = _classes.SubView(2 * first, 2 * count);
    }

    /// <summary>Room that the session keeps; it holds anything.</summary>
    /// <exception cref="GpuException">The device has not as much left.</exception>
    public ArrayView<T> Allocate<T>(int length)
        where T : unmanaged => _memory.Allocate<T>(length, "workspace");

    /// <summary>More room in place of some that was allocated, once everything in the stream is done with that.</summary>
    /// <exception cref="GpuException">The device has not as much left; there is no room then.</exception>
    public void Enlarge<T>(ref ArrayView<T> room, int length)
        where T : unmanaged
    {
        Transfers.Synchronize();
        _memory.Free(room);
        room = default;
        room = Allocate<T>(length);
    }

    /// <summary>Room on the device for what comes from the host or goes there, in the stream's order.</summary>
    public ArrayView<T> Packed<T>(int length)
        where T : unmanaged
    {
        long bytes = (long)length * Interop.SizeOf<T>();
        if (_packed.Length < bytes)
            Enlarge(ref _packed, checked((int)((bytes + 15) / 16 * 16)));
        return _packed.SubView(0, bytes).Cast<T>();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Device.Bind();
        if (Stream is not null)
        {
            // Copies may be under way, from memory that is freed here.
            DeviceErrors.Wait(Stream);
            DeviceErrors.Dispose(Stream);
        }

        Transfers?.Dispose();
        _memory.Dispose();
    }
}
