using System.Runtime.InteropServices;
using GradCam.Gpu.Devices;
using GradCam.Gpu.Kernels;
using GradCam.Gpu.Planning;
using ILGPU;
using ILGPU.Runtime;

namespace GradCam.Gpu.Memory;

/// <summary>A session's memory on the device, and its stream: all of its launches run in their order.</summary>
internal sealed class GpuWorkspace : IDisposable
{
    /// <summary>A launch that divides its sums has at most this many groups a processor (<see cref="TileChoice"/>), each with a tile of parts.</summary>
    public const int PartsPerProcessor = 2;

    /// <summary>Floats of the largest tile whose sums are divided.</summary>
    private const int PartLength = 64 * 64;

    private readonly DeviceMemory _memory;
    private readonly HostStaging<float> _floats;
    private readonly HostStaging<int> _integers;

    /// <summary>Makes the memory of a session.</summary>
    /// <param name="plan">The network.</param>
    /// <param name="batch">Samples that run together.</param>
    /// <exception cref="GpuException">The device has not enough.</exception>
    public GpuWorkspace(GpuPlan plan, int batch)
    {
        Device = plan.Device;
        Accelerator accelerator = Device.Accelerator;
        if ((long)plan.SampleLength * batch > int.MaxValue)
        {
            throw new GpuException(
                $"A batch of {batch} takes {DeviceErrors.Mebibytes((long)plan.SampleLength * batch * sizeof(float))}; at most 8 GiB can be addressed. Use smaller batches.");
        }

        Samples = new SampleArgs(batch, plan.SampleLength);
        _memory = new DeviceMemory(accelerator);
        _floats = new HostStaging<float>(accelerator);
        _integers = new HostStaging<int>(accelerator);
        try
        {
            Stream = accelerator.CreateStream();
            Arena = _memory.Allocate<float>((long)plan.SampleLength * batch, "workspace");
            Parts = _memory.Allocate<float>((long)Device.Processors * PartsPerProcessor * PartLength, "workspace");
            Arrived = _memory.Upload<int>(new int[Device.Processors * PartsPerProcessor], "workspace");
            Classes = _memory.Allocate<int>(2L * batch, "workspace");
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public GpuDevice Device { get; }

    public AcceleratorStream Stream { get; } = null!;

    /// <summary>The samples.</summary>
    public SampleArgs Samples { get; }

    /// <summary>The samples' memory.</summary>
    public ArrayView<float> Arena { get; }

    /// <summary>The parts of sums.</summary>
    public ArrayView<float> Parts { get; }

    /// <summary>How many parts of a tile are there; zeros between launches.</summary>
    public ArrayView<int> Arrived { get; }

    /// <summary>A class and the bits of a seed, for each sample.</summary>
    public ArrayView<int> Classes { get; }

    /// <summary>Bytes on the device.</summary>
    public long Bytes => _memory.Bytes;

    private ArrayView<float> _packed;

    /// <summary>Room on the device for packed maps, which come from the host or go there.</summary>
    public ArrayView<float> Packed(int length)
    {
        if (_packed.Length < length)
            _packed = _memory.Allocate<float>(length, "transfers");
        return _packed;
    }

    /// <summary>Host memory for a transfer.</summary>
    public Span<float> Host(int length) => _floats.Take(length);

    /// <summary>Copies to the device, in the stream's order. The memory may be written again after <see cref="Synchronize"/>.</summary>
    public void Upload(ReadOnlySpan<float> source, ArrayView<float> destination)
    {
        Span<float> host = Host(source.Length);
        source.CopyTo(host);
        destination.CopyFromCPUUnsafeAsync(Stream, ref MemoryMarshal.GetReference(host), host.Length);
    }

    /// <summary>Copies from the device, and waits for it.</summary>
    public void Download(ArrayView<float> source, Span<float> destination)
    {
        Span<float> host = Host(destination.Length);
        source.CopyToCPUUnsafeAsync(Stream, ref MemoryMarshal.GetReference(host), host.Length);
        Synchronize();
        host.CopyTo(destination);
    }

    /// <summary>Waits for all launches.</summary>
    public void Synchronize() => Stream.Synchronize();

    /// <inheritdoc/>
    public void Dispose()
    {
        Device.Bind();
        if (Stream is not null)
            DeviceErrors.Dispose(Stream);
        _memory.Dispose();
        _floats.Dispose();
        _integers.Dispose();
    }
}
