using GradCam.Gpu.Devices;
using ILGPU;
using ILGPU.Runtime;

namespace GradCam.Gpu.Memory;

/// <summary>Buffers on a device that are freed together.</summary>
/// <param name="accelerator">The device.</param>
internal sealed class DeviceMemory(Accelerator accelerator) : IDisposable
{
    private static long _held;

    private readonly List<MemoryBuffer> _buffers = [];

    /// <summary>Bytes of all buffers on all devices that this process has.</summary>
    public static long Held => Interlocked.Read(ref _held);

    /// <summary>Bytes of all buffers.</summary>
    public long Bytes => _buffers.Sum(buffer => buffer.LengthInBytes);

    /// <summary>Room for some values, which hold anything.</summary>
    /// <exception cref="GpuException">The device has not as much left.</exception>
    public ArrayView<T> Allocate<T>(long length, string what)
        where T : unmanaged
    {
        try
        {
            MemoryBuffer buffer = accelerator.AllocateRaw(Math.Max(length, 1), Interop.SizeOf<T>());
            _buffers.Add(buffer);
            Interlocked.Add(ref _held, buffer.LengthInBytes);
            return new ArrayView<T>(buffer, 0, Math.Max(length, 1));
        }
        catch (Exception exception) when (DeviceErrors.IsOfDevice(exception))
        {
            throw DeviceErrors.Describe(exception, accelerator, $"{DeviceErrors.Mebibytes(length * Interop.SizeOf<T>())} of {what}");
        }
    }

    /// <summary>Frees a buffer of <see cref="Allocate"/> before the others; nothing that uses it is under way.</summary>
    public void Free<T>(ArrayView<T> view)
        where T : unmanaged
    {
        if (!view.IsValid)
            return;

        MemoryBuffer buffer = ((IArrayView)view).Buffer;
        _buffers.Remove(buffer);
        Free(buffer);
    }

    /// <summary>Copies values to a buffer of their own.</summary>
    public ArrayView<T> Upload<T>(ReadOnlySpan<T> values, string what)
        where T : unmanaged
    {
        ArrayView<T> view = Allocate<T>(values.Length, what);
        if (!values.IsEmpty)
            view.CopyFromCPU(accelerator.DefaultStream, ref System.Runtime.InteropServices.MemoryMarshal.GetReference(values), values.Length);
        return view;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (MemoryBuffer buffer in _buffers)
            Free(buffer);
        _buffers.Clear();
    }

    private static void Free(MemoryBuffer buffer)
    {
        Interlocked.Add(ref _held, -buffer.LengthInBytes);
        DeviceErrors.Dispose(buffer);
    }
}
