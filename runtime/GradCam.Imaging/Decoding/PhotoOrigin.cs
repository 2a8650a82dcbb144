namespace GradCam.Imaging.Decoding;

/// <summary>Where the stored first row and first column lie in the upright photo: the values of EXIF's orientation tag.</summary>
internal enum PhotoOrigin
{
    TopLeft = 1,
    TopRight = 2,
    BottomRight = 3,
    BottomLeft = 4,
    LeftTop = 5,
    RightTop = 6,
    RightBottom = 7,
    LeftBottom = 8,
}
