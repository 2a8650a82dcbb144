using GradCam.Gpu.Devices;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;

namespace GradCam.Gpu.Memory;

/// <summary>Host memory that a device reads and writes by itself: pinned, and known to its driver. It grows to the largest transfer.</summary>
/// <param name="accelerator">The device.</param>
internal sealed class PinnedMemory(Accelerator accelerator) : IDisposable
{
    private PageLockedArray1D<byte>? _locked;
    private byte[] _plain = [];

    /// <summary>Some bytes, which hold anything. No transfer of those before is under way.</summary>
    public Span<byte> Take(int length)
    {
        // The simulator has no driver, and copies as the processor does.
        if (accelerator is CPUAccelerator)
        {
            if (_plain.Length < length)
                _plain = GC.AllocateUninitializedArray<byte>(length, pinned: true);
            return _plain.AsSpan(0, length);
        }

        if (_locked is null || _locked.Length < length)
        {
            _locked?.Dispose();
            _locked = accelerator.AllocatePageLocked1D<byte>(length, uninitialized: true);
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
