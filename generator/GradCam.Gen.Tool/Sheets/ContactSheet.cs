using GradCam.Imaging;

namespace GradCam.Gen.Tool.Sheets;

/// <summary>A picture on a contact sheet.</summary>
/// <param name="Picture">The picture.</param>
/// <param name="Title">The line below it.</param>
/// <param name="Lines">Smaller matters below that.</param>
internal sealed record SheetTile(Photo Picture, string Title, IReadOnlyList<string> Lines);

/// <summary>Pictures of one size in rows, with text below each.</summary>
internal static class ContactSheet
{
    private const int Gap = 16;
    private const byte Gray = 96;

    /// <summary>Lays them out, about one and a half times as wide as high.</summary>
    /// <param name="heading">The line above all.</param>
    /// <param name="tiles">The pictures, one at least.</param>
    public static Photo Draw(string heading, IReadOnlyList<SheetTile> tiles)
    {
        int width = tiles.Max(tile => tile.Picture.Width);
        int picture = tiles.Max(tile => tile.Picture.Height);
        int height = picture + Gap / 2 + (1 + tiles.Max(tile => tile.Lines.Count)) * PixelFont.LineHeight;
        int columns = Math.Clamp((int)Math.Round(Math.Sqrt(1.5 * tiles.Count * height / width)), 1, tiles.Count);
        int rows = (tiles.Count - 1) / columns + 1;
        int top = Gap + PixelFont.LineHeight + Gap / 2;
        var canvas = new Canvas(checked(Gap + columns * (width + Gap)), checked(top + rows * (height + Gap)));
        canvas.Write(heading, Gap, Gap, columns * (width + Gap) - Gap);
        for (int i = 0; i < tiles.Count; i++)
        {
            SheetTile tile = tiles[i];
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
}
