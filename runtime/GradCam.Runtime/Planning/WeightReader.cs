using System.Buffers;
using System.ComponentModel;
using System.Runtime.InteropServices;
using GradCam.Memory;
using GradCam.Weights;
using GradCam.Weights.Format;

namespace GradCam.Planning;

/// <summary>A weight tensor while it is packed, read in parts: from its file, from the stored bytes in memory, or else from a copy of the whole.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly ref struct WeightReader : IDisposable
{
    /// <summary>Bytes that are read at a time to be converted.</summary>
    private const int ConvertedBytes = 64 * 1024;

    private readonly WeightSource _source;
    private readonly string _name;
    private readonly WeightType _type;
    private readonly StoredPlace? _place;
    private readonly ReadOnlySpan<byte> _stored;
    private readonly NativeBlock? _copy;
    private readonly NonFiniteWeights _nonFinite;
    private readonly int _index;

    /// <summary>Opens a tensor.</summary>
    /// <param name="source">Where it comes from. The caller sees to it that no other thread uses the source during the call.</param>
    /// <param name="name">Its key.</param>
    /// <param name="length">Its elements.</param>
    /// <param name="index">Its place in the network's list.</param>
    /// <param name="nonFinite">Looks at what is read.</param>
    internal WeightReader(WeightSource source, string name, int length, int index, NonFiniteWeights nonFinite)
    {
        (_source, _name, _index, _nonFinite) = (source, name, index, nonFinite);
        _place = source.FindPlace(name);
        if (_place is not null && Fits(_place.Type, _place.Length, length))
        {
            _type = _place.Type;
            return;
        }

        _place = null;
        if (source.TryGetRaw(name, out _type, out _stored) && Fits(_type, _stored.Length, length))
            return;
        _copy = new NativeBlock(length, cleared: false);
        source.Read(name, _copy.Span);
    }

    /// <summary>Reads elements, row-major.</summary>
    /// <param name="start">The first.</param>
    /// <param name="destination">As many as are wanted.</param>
    /// <exception cref="WeightException">The file was shortened meanwhile.</exception>
    public void Read(int start, Span<float> destination)
    {
        ReadStored(start, destination);
        _nonFinite.Check(_index, start, destination);
    }

    /// <summary>Frees the copy, where there is one.</summary>
    public void Dispose() => _copy?.Dispose();

    private void ReadStored(int start, Span<float> destination)
    {
        if (_copy is not null)
        {
            _copy.Span.Slice(start, destination.Length).CopyTo(destination);
            return;
        }

        int size = WeightConversion.BytesPerElement(_type);
        if (_place is null)
            WeightConversion.ToSingle(_type, _stored.Slice(start * size, destination.Length * size), destination);
        else if (_type == WeightType.F32 && BitConverter.IsLittleEndian)
            Fill((long)start * size, MemoryMarshal.AsBytes(destination));
        else
            Convert((long)start * size, size, destination);
    }

    private static bool Fits(WeightType type, long bytes, int length) =>
        type != WeightType.Other && bytes == (long)length * WeightConversion.BytesPerElement(type);

    private void Convert(long start, int size, Span<float> destination)
    {
        byte[] block = ArrayPool<byte>.Shared.Rent(ConvertedBytes);
        while (!destination.IsEmpty)
        {
            int count = Math.Min(destination.Length, ConvertedBytes / size);
            Fill(start, block.AsSpan(0, count * size));
            WeightConversion.ToSingle(_type, block.AsSpan(0, count * size), destination[..count]);
            start += count * size;
            destination = destination[count..];
        }

        ArrayPool<byte>.Shared.Return(block);
    }

    private void Fill(long start, Span<byte> bytes)
    {
        if (!_place!.TryRead(start, bytes))
            throw new WeightException($"{_source.Name}: tensor {WeightText.Quote(_name)}: the file was shortened while it was read.");
    }
}
