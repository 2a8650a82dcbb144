using GradCam.Gpu.Devices;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;

namespace GradCam.Gpu.Memory;

/// <summary>Host memory that a device reads and writes by itself: pinned, and known to its driver. It grows to the largest transfer.</summary>
/// <typeparam name="T">What lies there.</typeparam>
/// <param name="accelerator">The device.</param>
internal sealed class HostStaging<T>(Accelerator accelerator) : IDisposable
    where T : unmanaged
{
    private PageLockedArray1D<T>? _locked;
    private T[] _plain = [];

    /// <summary>Some values, which hold anything.</summary>
    public Span<T> Take(int length)
    {
        // The simulator has no driver, and copies as the processor does.
        if (accelerator is CPUAccelerator)
        {
            if (_plain.Length < length)
                _plain = GC.AllocateUninitializedArray<T>(length, pinned: true);
            return _plain.AsSpan(0, length);
        }

        if (_locked is null || _locked.Length < length)
        {
            _locked?.Dispose();
            _locked = accelerator.AllocatePageLocked1D<T>(length, uninitialized: true);
        }

        return _locked.Span[..length];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_locked is not null)
            DeviceErrors.Dispose(_locked);
    }
}
