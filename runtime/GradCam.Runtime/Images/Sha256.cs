using System.Buffers.Binary;
using System.Security.Cryptography;

namespace GradCam.Images;

/// <summary>Hashes of numbers and pixels, which do not depend on the machine.</summary>
internal static class Sha256
{
    private const int Chunk = 1 << 12;

    /// <summary>Of floats, little-endian.</summary>
    public static string OfFloats(ReadOnlySpan<float> values)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] bytes = new byte[Chunk * sizeof(float)];
        for (int first = 0; first < values.Length; first += Chunk)
        {
            ReadOnlySpan<float> some = values[first..Math.Min(values.Length, first + Chunk)];
            for (int i = 0; i < some.Length; i++)
                BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), some[i]);
            hash.AppendData(bytes.AsSpan(0, some.Length * sizeof(float)));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Of a photo: its size, then its colours, whatever order and alpha they are stored with.</summary>
    public static string OfPixels(in ImageView image)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] size = new byte[2 * sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(size, image.Width);
        BinaryPrimitives.WriteInt32LittleEndian(size.AsSpan(sizeof(int)), image.Height);
        hash.AppendData(size);
        int bytesPerPixel = image.Format.BytesPerPixel();
        (int red, int green, int blue) = image.Format switch
        {
            PixelFormat.Bgr24 or PixelFormat.Bgra32 => (2, 1, 0),
            PixelFormat.Gray8 => (0, 0, 0),
            _ => (0, 1, 2),
        };
        byte[] row = new byte[3 * image.Width];
        for (int y = 0; y < image.Height; y++)
        {
            ReadOnlySpan<byte> pixels = image.Row(y);
            for (int x = 0; x < image.Width; x++)
            {
                ReadOnlySpan<byte> pixel = pixels.Slice(x * bytesPerPixel, bytesPerPixel);
                (row[3 * x], row[3 * x + 1], row[3 * x + 2]) = (pixel[red], pixel[green], pixel[blue]);
            }

            hash.AppendData(row);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
