namespace GradCam.Imaging.Tests;

public sealed class ContactSheetTests
{
    private const int Gap = 16;
    private const int LineHeight = 20;

    [Fact]
    public void Pictures_stand_in_rows_with_text_below()
    {
        ContactSheetTile[] tiles =
        [
            .. new byte[] { 10, 20, 30 }.Select(gray => new ContactSheetTile { Picture = Plain(60, 40, gray), Title = "Ab", Lines = ["0.5"] }),
        ];
        Photo sheet = ContactSheet.Draw("all", tiles);
        // 40 + 8 + two lines high; sqrt(1.5 * 3 * 88 / 60) = 2.6, so three beside each other.
        Assert.Equal((Gap + 3 * (60 + Gap), Gap + LineHeight + 8 + 88 + Gap), (sheet.Width, sheet.Height));
        int top = Gap + LineHeight + 8;
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(10 * (i + 1), Red(sheet, Gap + i * 76, top));
            Assert.Equal(10 * (i + 1), Red(sheet, Gap + i * 76 + 59, top + 39));
            Assert.Equal(255, Red(sheet, Gap + i * 76 + 60, top));
        }

        Assert.True(HasInk(sheet, Gap, Gap, 60, LineHeight), "the heading");
        Assert.True(HasInk(sheet, Gap, top + 48, 60, LineHeight), "the title");
        Assert.True(HasInk(sheet, Gap, top + 48 + LineHeight, 60, LineHeight), "the line below");
        Assert.False(HasInk(sheet, 0, 0, sheet.Width, Gap), "above the heading");
    }

    [Fact]
    public void Text_stays_in_its_place()
    {
        Photo sheet = ContactSheet.Draw("", [new() { Picture = Plain(50, 50, 0), Title = new string('W', 1000) }]);
        Assert.Equal((50 + 2 * Gap, 50 + 8 + LineHeight + 2 * Gap), (sheet.Width, sheet.Height));
        Assert.False(HasInk(sheet, Gap + 50, 0, Gap, sheet.Height));
        Assert.Equal(48, ContactSheet.MeasureText("Name"));
        Assert.Throws<ArgumentException>(() => ContactSheet.Draw("none", []));
    }

    [Fact]
    public void A_picture_is_scaled_by_the_mean_of_what_a_pixel_covers()
    {
        byte[] pixels = [.. Enumerable.Range(0, 8 * 4).Select(i => (byte)(8 * i))];
        var photo = new Photo(new ImageView(pixels, 8, 4, PixelFormat.Gray8));
        Photo half = photo.ScaleTo(4);
        Assert.Equal((4, 2), (half.Width, half.Height));
        // Of 0, 8, 64 and 72.
        Assert.Equal(36, Red(half, 0, 0));
        Photo twice = photo.ScaleTo(16);
        Assert.Equal((16, 8, 8), (twice.Width, twice.Height, Red(twice, 2, 1)));
        Assert.Equal((1, 1), (photo.ScaleTo(1).Width, photo.ScaleTo(1).Height));
        Assert.Throws<ArgumentOutOfRangeException>(() => photo.ScaleTo(0));
    }

    private static Photo Plain(int width, int height, byte gray)
    {
        byte[] pixels = new byte[width * height];
        pixels.AsSpan().Fill(gray);
        return new Photo(new ImageView(pixels, width, height, PixelFormat.Gray8));
    }

    private static int Red(Photo photo, int x, int y) => photo.Pixels[4 * (y * photo.Width + x)];

    private static bool HasInk(Photo photo, int left, int top, int width, int height)
    {
        for (int y = top; y < top + height; y++)
        {
            for (int x = left; x < left + width; x++)
            {
                if (Red(photo, x, y) < 200)
                    return true;
            }
        }

        return false;
    }
}
