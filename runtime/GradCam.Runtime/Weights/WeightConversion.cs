using System.Buffers.Binary;
using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Wasm;
using GradCam.Numerics;

namespace GradCam.Weights;

/// <summary>Stored elements to float32: exact for F32, F16 and BF16, rounded to nearest for F64.</summary>
public static class WeightConversion
{
    private const int BlockBytes = 4096;

    /// <summary>Bytes of one element.</summary>
    /// <param name="type">Not <see cref="WeightType.Other"/>.</param>
    public static int BytesPerElement(WeightType type) => type switch
    {
        WeightType.F32 => sizeof(float),
        WeightType.F16 or WeightType.BF16 => sizeof(ushort),
        WeightType.F64 => sizeof(double),
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    /// <summary>Converts little-endian elements.</summary>
    /// <param name="type">Their type, not <see cref="WeightType.Other"/>.</param>
    /// <param name="source">Their bytes, at any address.</param>
    /// <param name="destination">As many floats.</param>
    /// <exception cref="ArgumentException">The lengths do not match.</exception>
    public static void ToSingle(WeightType type, ReadOnlySpan<byte> source, Span<float> destination)
    {
        int size = BytesPerElement(type);
        if (source.Length % size != 0 || source.Length / size != destination.Length)
            throw new ArgumentException($"{source.Length} bytes of {type} do not fill {destination.Length} floats.");
        if (type == WeightType.F32 && BitConverter.IsLittleEndian)
        {
            source.CopyTo(MemoryMarshal.AsBytes(destination));
            return;
        }

        if (BitConverter.IsLittleEndian && IsAligned(source, size))
        {
            Convert(type, source, destination);
            return;
        }

        // Through an aligned block in the first-level cache: an embedded resource lies at an odd address.
        Span<ulong> block = stackalloc ulong[BlockBytes / sizeof(ulong)];
        while (!source.IsEmpty)
        {
            Span<byte> bytes = MemoryMarshal.AsBytes(block)[..Math.Min(BlockBytes, source.Length)];
            source[..bytes.Length].CopyTo(bytes);
            if (!BitConverter.IsLittleEndian)
                Reverse(bytes, size);
            Convert(type, bytes, destination[..(bytes.Length / size)]);
            source = source[bytes.Length..];
            destination = destination[(bytes.Length / size)..];
        }
    }

    /// <summary>Whether elements may be read where they are: in WebAssembly at any address.</summary>
    private static unsafe bool IsAligned(ReadOnlySpan<byte> source, int size) =>
        PackedSimd.IsSupported || (nuint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(source)) % (nuint)size == 0;

    private static void Convert(WeightType type, ReadOnlySpan<byte> bytes, Span<float> destination)
    {
        switch (type)
        {
            case WeightType.F32:
                bytes.CopyTo(MemoryMarshal.AsBytes(destination));
                break;
            case WeightType.F16:
                WidenHalf(MemoryMarshal.Cast<byte, Half>(bytes), destination);
                break;
            case WeightType.BF16:
                WidenBFloat16(MemoryMarshal.Cast<byte, ushort>(bytes), destination);
                break;
            case WeightType.F64:
                TensorPrimitives.ConvertTruncating(MemoryMarshal.Cast<byte, double>(bytes), destination);
                break;
        }
    }

    private static void WidenHalf(ReadOnlySpan<Half> source, Span<float> destination)
    {
        // WebAssembly's runtime converts one number after the other, in software.
        int done = PackedSimd.IsSupported ? WidenFinite(source, destination) : 0;
        if (done < source.Length)
            TensorPrimitives.ConvertToSingle(source[done..], destination[done..]);
    }

    /// <summary>Widens eight numbers at a time, with few instructions (see <see cref="HalfBits"/>).</summary>
    /// <returns>How many: none where one of them is infinite or NaN.</returns>
    private static unsafe int WidenFinite(ReadOnlySpan<Half> source, Span<float> destination)
    {
        Vector128<ushort> exponent = Vector128.Create(HalfBits.HalfExponent), infinite = default;
        Vector128<int> placed = Vector128.Create(HalfBits.SignAndRest).AsInt32();
        Vector128<float> rebias = Vector128.Create(HalfBits.Rebias);
        int count = source.Length - source.Length % Vector128<ushort>.Count;
        fixed (Half* first = source)
        fixed (float* floats = destination)
        {
            nint from = (nint)first, to = (nint)floats;
            for (nint end = from + count * sizeof(ushort); from < end; from += 16)
            {
                Vector128<ushort> halves = Vector128.Load((ushort*)from);
                infinite |= Vector128.Equals(halves & exponent, exponent);
                Vector128<int> low = PackedSimd.SignExtendWideningLower(halves.AsInt16()), high = PackedSimd.SignExtendWideningUpper(halves.AsInt16());
                (((low << 13) & placed).AsSingle() * rebias).Store((float*)to);
                (((high << 13) & placed).AsSingle() * rebias).Store((float*)(to + 16));
                to += 32;
            }
        }

        return infinite == default ? count : 0;
    }

    /// <summary>A bfloat16 is the upper half of a float32.</summary>
    private static void WidenBFloat16(ReadOnlySpan<ushort> source, Span<float> destination)
    {
        Span<uint> bits = MemoryMarshal.Cast<float, uint>(destination);
        int i = 0;
        for (; i <= source.Length - Vector<ushort>.Count; i += Vector<ushort>.Count)
        {
            Vector.Widen(new Vector<ushort>(source[i..]), out Vector<uint> low, out Vector<uint> high);
            (low << 16).CopyTo(bits[i..]);
            (high << 16).CopyTo(bits[(i + Vector<uint>.Count)..]);
        }
        for (; i < source.Length; i++)
            bits[i] = (uint)source[i] << 16;
    }

    private static void Reverse(Span<byte> bytes, int size)
    {
        switch (size)
        {
            case sizeof(ushort):
                Span<ushort> halves = MemoryMarshal.Cast<byte, ushort>(bytes);
                BinaryPrimitives.ReverseEndianness(halves, halves);
                break;
            case sizeof(uint):
                Span<uint> singles = MemoryMarshal.Cast<byte, uint>(bytes);
                BinaryPrimitives.ReverseEndianness(singles, singles);
                break;
            default:
                Span<ulong> doubles = MemoryMarshal.Cast<byte, ulong>(bytes);
                BinaryPrimitives.ReverseEndianness(doubles, doubles);
                break;
        }
    }
}
