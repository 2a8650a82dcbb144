using System.Text.Json;

namespace GradCam.Runtime.Tests.Explain;

/// <summary>What PyTorch and torchvision make of small pictures; written by Fixtures/make_resize.py.</summary>
internal sealed record ResizeFixture(ResizedPhoto[] Photos, ResizedMap[] Maps)
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    public static ResizeFixture Load()
    {
        using Stream stream = typeof(ResizeFixture).Assembly.GetManifestResourceStream("resize.json")!;
        return JsonSerializer.Deserialize<ResizeFixture>(stream, Options)!;
    }

    /// <summary>The picture that both sides make.</summary>
    public static byte Pixel(int y, int x, int channel) => (byte)((37 * y + 101 * x + 53 * channel + 7 * x * y) % 256);

    /// <summary>
    /// The picture in a format, with rows <paramref name="gap"/> bytes further apart than they are long, and 170 in the bytes that mean nothing.
    /// </summary>
    public static byte[] Picture(int height, int width, PixelFormat format = PixelFormat.Rgb24, int gap = 0)
    {
        int size = format.BytesPerPixel();
        int stride = width * size + gap;
        byte[] bytes = new byte[stride * height];
        bytes.AsSpan().Fill(170);
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                for (int c = 0; c < Math.Min(size, 3); c++)
                    bytes[y * stride + x * size + (format is PixelFormat.Bgr24 or PixelFormat.Bgra32 ? 2 - c : c)] = Pixel(y, x, c);
            }
        }

        return bytes;
    }
}

/// <summary>A photo resized (to cover, and cropped, where Shorter is not 0); sizes are [height, width].</summary>
internal sealed record ResizedPhoto(int[] Photo, int Shorter, int[] Input, float[] Hwc);

/// <summary>A map enlarged without antialiasing; sizes are [height, width].</summary>
internal sealed record ResizedMap(int[] Map, int[] Size, float[] Values);
