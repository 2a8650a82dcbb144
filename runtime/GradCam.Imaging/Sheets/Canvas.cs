namespace GradCam.Imaging.Sheets;

/// <summary>A white picture to draw photos and text on.</summary>
internal sealed class Canvas
{
    private readonly byte[] _pixels;
    private readonly int _width;
    private readonly int _height;

    public Canvas(int width, int height)
    {
        (_width, _height) = (width, height);
        _pixels = new byte[checked(4 * width * height)];
        _pixels.AsSpan().Fill(255);
    }

    /// <summary>What was drawn.</summary>
    public Photo ToPhoto() => new(new ImageView(_pixels, _width, _height, PixelFormat.Rgba32));

    /// <summary>Draws a photo.</summary>
    public void Draw(Photo photo, int left, int top)
    {
        for (int y = 0; y < photo.Height && top + y < _height; y++)
        {
            int columns = Math.Min(photo.Width, _width - left);
            photo.Pixels.Slice(4 * y * photo.Width, 4 * columns).CopyTo(_pixels.AsSpan(4 * ((top + y) * _width + left)));
        }
    }

    /// <summary>Writes a line of text, as far as it fits into a width.</summary>
    public void Write(string text, int left, int top, int width, byte gray = 0)
    {
        foreach (char c in text.AsSpan(0, Math.Min(text.Length, Math.Max(0, width / PixelFont.Advance))))
        {
            for (int column = 0; column < PixelFont.Columns; column++)
            {
                for (int row = 0; row < PixelFont.Rows; row++)
                {
                    if (PixelFont.IsSet(c, column, row))
                        Fill(left + PixelFont.Scale * column, top + PixelFont.Scale * row, gray);
                }
            }

            left += PixelFont.Advance;
        }
    }

    private void Fill(int left, int top, byte gray)
    {
        for (int y = top; y < Math.Min(_height, top + PixelFont.Scale); y++)
        {
            for (int x = left; x < Math.Min(_width, left + PixelFont.Scale); x++)
                _pixels.AsSpan(4 * (y * _width + x), 3).Fill(gray);
        }
    }
}
