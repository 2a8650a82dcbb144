namespace GradCam;

/// <summary>The order of a pixel's bytes. A fourth byte (alpha) is ignored.</summary>
public enum PixelFormat
{
    /// <summary>Red, green, blue.</summary>
    Rgb24,

    /// <summary>Blue, green, red: OpenCV, Windows bitmaps.</summary>
    Bgr24,

    /// <summary>Red, green, blue, and a byte that is ignored.</summary>
    Rgba32,

    /// <summary>Blue, green, red, and a byte that is ignored: Skia, WPF, most cameras.</summary>
    Bgra32,

    /// <summary>One byte of luminance.</summary>
    Gray8,
}

/// <summary>Facts about pixel formats.</summary>
public static class PixelFormats
{
    /// <summary>Bytes of a pixel: 1, 3 or 4.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is none of the enum's.</exception>
    public static int BytesPerPixel(this PixelFormat format) => format switch
    {
        PixelFormat.Rgb24 or PixelFormat.Bgr24 => 3,
        PixelFormat.Rgba32 or PixelFormat.Bgra32 => 4,
        PixelFormat.Gray8 => 1,
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "Expected Rgb24, Bgr24, Rgba32, Bgra32 or Gray8."),
    };
}
