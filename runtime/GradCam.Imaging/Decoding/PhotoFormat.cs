namespace GradCam.Imaging.Decoding;

/// <summary>The formats of files that photos are read from.</summary>
internal enum PhotoFormat
{
    Jpeg,
    Png,
    Webp,
    Gif,
    Bmp,
}
