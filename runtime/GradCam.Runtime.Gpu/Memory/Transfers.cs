using System.Runtime.InteropServices;
using ILGPU;
using ILGPU.Runtime;

namespace GradCam.Gpu.Memory;

/// <summary>Copies between the host and a device in a stream's order. Uploads go on while the host fills the next one's memory.</summary>
/// <param name="stream">The stream.</param>
internal sealed class Transfers(AcceleratorStream stream) : IDisposable
{
    /// <summary>Uploads under way at most.</summary>
    private const int Slots = 4;

    private readonly PinnedMemory[] _uploads = [.. Enumerable.Range(0, Slots).Select(_ => new PinnedMemory(stream.Accelerator))];
    private readonly PinnedMemory _download = new(stream.Accelerator);

    /// <summary>Uploads since the stream was waited for.</summary>
    private int _underWay;

    /// <summary>Copies to the device so far.</summary>
    public long Uploads { get; private set; }

    /// <summary>Copies from it so far, each of which was waited for.</summary>
    public long Downloads { get; private set; }

    /// <summary>Bytes of both.</summary>
    public long Bytes { get; private set; }

    /// <summary>Memory for the next upload.</summary>
    public Span<byte> Prepare(int length)
    {
        if (_underWay == Slots)
            Synchronize();
        return _uploads[_underWay].Take(length);
    }

    /// <summary>Copies what was written to the memory of <see cref="Prepare"/>.</summary>
    public void Upload(Span<byte> prepared, ArrayView<byte> destination)
    {
        destination.CopyFromCPUUnsafeAsync(stream, ref MemoryMarshal.GetReference(prepared), prepared.Length);
        _underWay++;
        Uploads++;
        Bytes += prepared.Length;
    }

    /// <summary>Copies values to the device.</summary>
    public void Upload<T>(ReadOnlySpan<T> source, ArrayView<T> destination)
        where T : unmanaged
    {
        Span<byte> prepared = Prepare(source.Length * Interop.SizeOf<T>());
        MemoryMarshal.AsBytes(source).CopyTo(prepared);
        Upload(prepared, destination.SubView(0, source.Length).Cast<byte>());
    }

    /// <summary>Copies from the device, and waits for it and everything before.</summary>
    /// <returns>The values, valid until the next download.</returns>
    public ReadOnlySpan<T> Download<T>(ArrayView<T> source)
        where T : unmanaged
    {
        Span<byte> bytes = _download.Take((int)source.LengthInBytes);
        Span<T> values = MemoryMarshal.Cast<byte, T>(bytes);
        source.CopyToCPUUnsafeAsync(stream, ref MemoryMarshal.GetReference(values), values.Length);
        Synchronize();
        Downloads++;
        Bytes += bytes.Length;
        return values;
    }

    /// <summary>Waits for everything in the stream.</summary>
    public void Synchronize()
    {
        stream.Synchronize();
        _underWay = 0;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (PinnedMemory upload in _uploads)
            upload.Dispose();
        _download.Dispose();
    }
}
