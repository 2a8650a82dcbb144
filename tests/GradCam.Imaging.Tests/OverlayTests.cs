namespace GradCam.Imaging.Tests;

public class OverlayTests
{
    private static readonly byte[] Grey = Enumerable.Range(0, 12 * 8 * 3).Select(i => (byte)(i * 89 % 256)).ToArray();

    private static Photo Photo12x8 => new(new ImageView(Grey, 12, 8, PixelFormat.Rgb24));

    [Theory]
    [InlineData(BlendMode.Uniform, 0.5)]
    [InlineData(BlendMode.Uniform, 0.3)]
    [InlineData(BlendMode.Uniform, 0)]
    [InlineData(BlendMode.Uniform, 1)]
    [InlineData(BlendMode.ByHeat, 0.8)]
    public void Pixels_are_the_weighted_mean_of_photo_and_colour(BlendMode blend, double opacity)
    {
        Heatmap heatmap = GridSession.Map(3, 2, [0, 1, 2, 5, 4, -3]);
        Photo overlay = Overlay.Draw(Photo12x8, heatmap, new OverlayOptions { Opacity = opacity, Blend = blend, ColorMap = ColorMap.Viridis });
        float[] values = heatmap.Resize(12, 8);
        for (int p = 0; p < values.Length; p++)
        {
            // The table has 256 entries; what they stand for is exact.
            double value = Math.Floor(values[p] * 255 + 0.5) / 255;
            double share = blend == BlendMode.ByHeat ? opacity * value : opacity;
            RgbColor color = ColorMap.Viridis.GetColor(values[p]);
            Assert.Equal(Grey[3 * p] * (1 - share) + color.Red * share, overlay.Pixels[4 * p], 0.51);
            Assert.Equal(Grey[3 * p + 1] * (1 - share) + color.Green * share, overlay.Pixels[4 * p + 1], 0.51);
            Assert.Equal(Grey[3 * p + 2] * (1 - share) + color.Blue * share, overlay.Pixels[4 * p + 2], 0.51);
            Assert.Equal(255, overlay.Pixels[4 * p + 3]);
        }
    }

    /// <summary>Of a photo of one column the network sees less than a pixel, between the centres of two: one of them is coloured.</summary>
    [Theory]
    [InlineData(1, 1000)]
    [InlineData(1000, 1)]
    public void What_is_less_than_a_pixel_is_drawn_on_one(int width, int height)
    {
        var photo = new Photo(new ImageView([.. Enumerable.Range(0, 1000).Select(i => (byte)(i / 4))], width, height, PixelFormat.Gray8));
        Heatmap heatmap = GridSession.Of(photo, 224, 224, resizeShorterSide: 256);
        Assert.True(heatmap.Region.Width < 1 && heatmap.Region.Height < 1);
        Photo overlay = Overlay.Draw(photo, heatmap, new OverlayOptions { Opacity = 1 });
        int[] changed = [.. Enumerable.Range(0, 1000).Where(i => !overlay.Pixels.Slice(4 * i, 4).SequenceEqual(photo.Pixels.Slice(4 * i, 4)))];
        Assert.Equal([500], changed);
    }

    [Fact]
    public void What_the_network_did_not_see_stays_as_it_is()
    {
        Photo photo = Photo12x8;
        // The shorter side, 8, stays 8, and the centre 8x8 is cropped: columns 2 to 9 are seen.
        Heatmap heatmap = GridSession.Of(photo, 8, 8, resizeShorterSide: 8);
        Assert.Equal(new PhotoRegion { PhotoWidth = 12, PhotoHeight = 8, Left = 2, Top = 0, Width = 8, Height = 8 }, heatmap.Region);
        Photo overlay = Overlay.Draw(photo, heatmap, new OverlayOptions { Opacity = 1, ColorMap = ColorMap.Gray });
        for (int y = 0; y < 8; y++)
        {
            for (int x = 0; x < 12; x++)
            {
                int p = (y * 12 + x) * 4;
                if (x is < 2 or >= 10)
                    Assert.Equal(photo.Pixels.Slice(p, 4).ToArray(), overlay.Pixels.Slice(p, 4).ToArray());
                else
                    Assert.Equal(ColorMap.Gray.GetColor(heatmap.Values[y * 8 + x - 2]).Red, overlay.Pixels[p]);
            }
        }
    }

    [Fact]
    public void A_flat_map_gets_the_first_colour_and_by_heat_none()
    {
        Heatmap heatmap = GridSession.Map(2, 2, [-1, -2, -3, -4]);
        byte red = ColorMap.Turbo.GetColor(0).Red;
        Assert.Equal(red, Overlay.Draw(Photo12x8, heatmap, new OverlayOptions { Opacity = 1 }).Pixels[0]);
        Photo byHeat = Overlay.Draw(Photo12x8, heatmap, new OverlayOptions { Opacity = 1, Blend = BlendMode.ByHeat });
        Assert.Equal(Photo12x8.Pixels.ToArray(), byHeat.Pixels.ToArray());
    }

    [Fact]
    public void A_photo_of_one_pixel_can_be_drawn_on()
    {
        var photo = new Photo(new ImageView([10, 20, 30], 1, 1, PixelFormat.Rgb24));
        Assert.Equal(1, Overlay.Draw(photo, GridSession.Of(photo, 4, 4, 0)).Width);
    }

    [Fact]
    public void The_photo_itself_is_not_changed()
    {
        Photo photo = Photo12x8;
        byte[] before = photo.Pixels.ToArray();
        Overlay.Draw(photo, GridSession.Map(1, 1, [1]));
        Assert.Equal(before, photo.Pixels.ToArray());
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    [InlineData(double.NaN)]
    public void An_impossible_opacity_is_refused(double opacity) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Overlay.Draw(Photo12x8, GridSession.Map(1, 1, [1]), new OverlayOptions { Opacity = opacity }));
}
