using System.Buffers.Binary;

namespace GradCam.Fuzz.Mutators;

/// <summary>Changes bytes without knowing what they mean.</summary>
internal static class ByteMutator
{
    private static readonly long[] Limits =
    [
        0, 1, -1, 2, 7, 8, 127, 128, 255, 256, 32767, 32768, 65535, 65536, 19999, int.MaxValue, int.MinValue, uint.MaxValue, 1L << 32, long.MaxValue,
        long.MinValue,
    ];

    /// <summary>Numbers at which code often goes wrong.</summary>
    public static long Limit(Random random) => random.Next(4) == 0 ? random.NextInt64(long.MinValue, long.MaxValue) : Limits[random.Next(Limits.Length)];

    public static byte[] Mutate(byte[] bytes, Random random)
    {
        int length = bytes.Length;
        if (length == 0)
            return [(byte)random.Next(256)];
        int at = random.Next(length);
        int count = Math.Min(random.Next(8) == 0 ? random.Next(1, 1 + length) : random.Next(1, 17), length - at);
        switch (random.Next(9))
        {
            case 0:
                return With(bytes, copy => copy[at] ^= (byte)(1 << random.Next(8)));
            case 1:
                return With(bytes, copy => copy[at] = (byte)random.Next(256));
            case 2:
                return With(bytes, copy => copy[at] = random.Next(2) == 0 ? (byte)0 : (byte)255);
            case 3:
                return [.. bytes.AsSpan(0, at), .. bytes.AsSpan(at + count)];
            case 4:
                int from = random.Next(length - count + 1);
                return [.. bytes.AsSpan(0, at), .. bytes.AsSpan(from, count), .. bytes.AsSpan(at)];
            case 5:
                var inserted = new byte[count];
                random.NextBytes(inserted);
                return [.. bytes.AsSpan(0, at), .. inserted, .. bytes.AsSpan(at)];
            case 6:
                return bytes[..at];
            case 7:
                return With(bytes, copy => copy.AsSpan(at, count).Fill((byte)random.Next(256)));
            default:
                return With(bytes, copy => WriteNumber(copy.AsSpan(at), random));
        }
    }

    private static void WriteNumber(Span<byte> place, Random random)
    {
        Span<byte> number = stackalloc byte[sizeof(long)];
        int size = 1 << random.Next(4);
        if (random.Next(2) == 0)
        {
            BinaryPrimitives.WriteInt64LittleEndian(number, Limit(random));
            number = number[..size];
        }
        else
        {
            BinaryPrimitives.WriteInt64BigEndian(number, Limit(random));
            number = number[^size..];
        }

        number[..Math.Min(size, place.Length)].CopyTo(place);
    }

    private static byte[] With(byte[] bytes, Action<byte[]> change)
    {
        byte[] copy = [.. bytes];
        change(copy);
        return copy;
    }
}
