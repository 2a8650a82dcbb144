using GradCam.Imaging;
using GradCam.Imaging.Tests;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace GradCam.ImageSharp.Tests;

/// <summary>Images into sessions, and heatmaps over them.</summary>
public sealed class ImageExtensionsTests
{
    private static Image<Rgba32> Chelsea() => SafeDecoding.Load(Pictures.Fixture("chelsea.png"));

    [Fact]
    public void An_overlay_is_what_GradCam_Imaging_draws()
    {
        Heatmap map = GridSession.Of(Pictures.Chelsea, 8, 8, resizeShorterSide: 10);
        var options = new OverlayOptions { ColorMap = ColorMap.Viridis, Opacity = 0.7, Blend = BlendMode.ByHeat };
        using Image<Rgba32> chelsea = Chelsea();
        using Image<Rgba32> overlay = map.Over(chelsea, options);

        byte[] pixels = new byte[overlay.Width * overlay.Height * 4];
        overlay.CopyPixelDataTo(pixels);
        Assert.Equal(Overlay.Draw(Pictures.Chelsea, map, options).Pixels.ToArray(), pixels);
        using Image<Rgba32> untouched = Chelsea();
        Assert.Equal(untouched[10, 10], chelsea[10, 10]);
        Assert.Throws<ArgumentOutOfRangeException>(() => map.Over(chelsea, new OverlayOptions { Opacity = 2 }));
    }

    [Fact]
    public void Of_an_animation_the_first_picture_is_explained()
    {
        using Image<Rgba32> animation = Chelsea();
        animation.Frames.AddFrame(animation.Frames.RootFrame);
        using Image<Rgba32> overlay = GridSession.Of(Pictures.Chelsea, 8, 8, resizeShorterSide: 10).Over(animation);
        Assert.Single(overlay.Frames);
        Assert.NotEqual(animation[200, 150], overlay[200, 150]);
        Assert.Equal(2, animation.Frames.Count);
    }

    [Fact]
    public void Pixels_of_every_format_and_in_pieces_are_the_same_photo()
    {
        using Image<Rgba32> chelsea = Chelsea();
        float[] expected = Seen(chelsea);
        using Image<Rgb24> rgb = chelsea.CloneAs<Rgb24>();
        using Image<Bgr24> bgr = chelsea.CloneAs<Bgr24>();
        using Image<Bgra32> bgra = chelsea.CloneAs<Bgra32>();
        using Image<Rgba64> wide = chelsea.CloneAs<Rgba64>();
        Assert.All(new Image[] { rgb, bgr, bgra, wide }, image => Assert.All(Seen(image).Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 1e-6f)));

        // Memory in blocks of a few rows.
        Configuration pieces = Configuration.Default.Clone();
        pieces.MemoryAllocator = new SmallBlocks();
        using Image<Rgba32> cut = chelsea.CloneAs<Rgba32>(pieces);
        Assert.False(cut.DangerousTryGetSinglePixelMemory(out _));
        Assert.Equal(expected, Seen(cut));
    }

    [Fact]
    public void Gray_images_are_read_where_they_lie()
    {
        using Image<Rgba32> chelsea = Chelsea();
        using Image<L8> gray = chelsea.CloneAs<L8>();
        using var session = GridSession.Open(8, 8);
        session.Forward(gray);
        long before = GC.GetAllocatedBytesForCurrentThread();
        session.Forward(gray);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 200);
    }

    private static float[] Seen(Image image)
    {
        using var session = GridSession.Open(8, 8);
        session.Forward(image);
        return session.Explain(0).Raw.ToArray();
    }
}
