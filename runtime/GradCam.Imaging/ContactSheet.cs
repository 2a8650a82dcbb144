using GradCam.Imaging.Sheets;

namespace GradCam.Imaging;

/// <summary>
/// Pictures in rows, with text below each: a photo's maps by several methods, or many photos. The letters are its own, so that a sheet is the same on every
/// machine: those of ASCII that names and numbers need. Others are question marks.
/// </summary>
public static class ContactSheet
{
    private const int Gap = 16;
    private const byte Gray = 96;

    /// <summary>Lays pictures out on white, the whole about one and a half times as wide as high.</summary>
    /// <param name="heading">The line above all; empty for none.</param>
    /// <param name="tiles">
    /// The pictures, one at least, of any sizes: each stands in the upper left corner of a place that has room for the largest. Text that is wider than
    /// the place is cut.
    /// </param>
    /// <exception cref="ArgumentException">There is no picture.</exception>
    /// <exception cref="OverflowException">The sheet would have more bytes than an array can.</exception>
    public static Photo Draw(string heading, IReadOnlyList<ContactSheetTile> tiles)
    {
        ArgumentNullException.ThrowIfNull(heading);
        ArgumentNullException.ThrowIfNull(tiles);
        if (tiles.Count == 0)
            throw new ArgumentException("A contact sheet has one picture at least.", nameof(tiles));
        int width = tiles.Max(tile => tile.Picture.Width);
        int picture = tiles.Max(tile => tile.Picture.Height);
        int height = picture + Gap / 2 + (1 + tiles.Max(tile => tile.Lines.Count)) * PixelFont.LineHeight;
        int columns = Math.Clamp((int)Math.Round(Math.Sqrt(1.5 * tiles.Count * height / width)), 1, tiles.Count);
        int rows = (tiles.Count - 1) / columns + 1;
        int top = heading.Length == 0 ? Gap : Gap + PixelFont.LineHeight + Gap / 2;
        var canvas = new Canvas(checked(Gap + columns * (width + Gap)), checked(top + rows * (height + Gap)));
        canvas.Write(heading, Gap, Gap, columns * (width + Gap) - Gap);
        for (int i = 0; i < tiles.Count; i++)
        {
            ContactSheetTile tile = tiles[i];
            int left = Gap + i % columns * (width + Gap);
            int y = top + i / columns * (height + Gap);
            canvas.Draw(tile.Picture, left, y);
            y += picture + Gap / 2;
            canvas.Write(tile.Title, left, y, width);
            foreach (string line in tile.Lines)
                canvas.Write(line, left, y += PixelFont.LineHeight, width, Gray);
        }

        return canvas.ToPhoto();
    }

    /// <summary>Finds out how many pixels a line of text takes, for a shorter one where it is too wide.</summary>
    /// <param name="text">The line.</param>
    public static int MeasureText(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length * PixelFont.Advance;
    }
}
