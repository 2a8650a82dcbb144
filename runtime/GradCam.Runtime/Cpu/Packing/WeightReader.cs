using GradCam.Cpu.Memory;
using GradCam.Weights;

namespace GradCam.Cpu.Packing;

/// <summary>A weight tensor while it is packed: read from the stored bytes, where the source has them, without a copy of the whole.</summary>
internal readonly ref struct WeightReader : IDisposable
{
    private readonly WeightType _type;
    private readonly ReadOnlySpan<byte> _stored;
    private readonly NativeBlock? _copy;

    /// <summary>Opens a tensor.</summary>
    /// <param name="source">Where it comes from. The caller sees to it that no other thread uses the source during the call.</param>
    /// <param name="name">Its key.</param>
    /// <param name="length">Its elements.</param>
    public WeightReader(WeightSource source, string name, int length)
    {
        if (source.TryGetRaw(name, out _type, out _stored) && _type != WeightType.Other
            && _stored.Length == (long)length * WeightConversion.BytesPerElement(_type))
        {
            return;
        }

        _copy = new NativeBlock(length, cleared: false);
        source.Read(name, _copy.Span);
    }

    /// <summary>Reads elements, row-major.</summary>
    /// <param name="start">The first.</param>
    /// <param name="destination">As many as are wanted.</param>
    public void Read(int start, Span<float> destination)
    {
        if (_copy is not null)
        {
            _copy.Span.Slice(start, destination.Length).CopyTo(destination);
            return;
        }

        int size = WeightConversion.BytesPerElement(_type);
        WeightConversion.ToSingle(_type, _stored.Slice(start * size, destination.Length * size), destination);
    }

    public void Dispose() => _copy?.Dispose();
}
