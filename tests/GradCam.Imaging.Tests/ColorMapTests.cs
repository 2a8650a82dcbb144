namespace GradCam.Imaging.Tests;

/// <summary>Against values that the maps' authors published.</summary>
public class ColorMapTests
{
    [Theory]
    [InlineData("viridis", 0, 0x440154, 0)]
    [InlineData("viridis", 128, 0x21918C, 0)]
    [InlineData("viridis", 255, 0xFDE725, 0)]
    [InlineData("inferno", 0, 0x000004, 0)]
    [InlineData("inferno", 128, 0xBC3754, 0)]
    [InlineData("inferno", 255, 0xFCFFA4, 0)]
    [InlineData("turbo", 0, 0x30123B, 2)]
    [InlineData("turbo", 64, 0x28BCEB, 2)]
    [InlineData("turbo", 128, 0xA4FC3C, 2)]
    [InlineData("turbo", 192, 0xFB7E21, 2)]
    [InlineData("turbo", 255, 0x7A0403, 2)]
    [InlineData("jet", 0, 0x000080, 1)]
    [InlineData("jet", 255, 0x800000, 1)]
    [InlineData("jet", 102, 0x19FFE6, 1)]
    [InlineData("gray", 77, 0x4D4D4D, 0)]
    public void Known_colours(string name, int index, int rgb, int tolerance)
    {
        RgbColor color = ColorMap.Parse(name).GetColor(index / 255f);
        Assert.InRange(color.Red, (rgb >> 16) - tolerance, (rgb >> 16) + tolerance);
        Assert.InRange(color.Green, ((rgb >> 8) & 255) - tolerance, ((rgb >> 8) & 255) + tolerance);
        Assert.InRange(color.Blue, (rgb & 255) - tolerance, (rgb & 255) + tolerance);
    }

    [Fact]
    public void All_maps_change_smoothly()
    {
        foreach (ColorMap map in ColorMap.All)
        {
            for (int i = 3; i < 768; i++)
                Assert.InRange(map.Rgb[i] - map.Rgb[i - 3], -12, 12);
        }
    }

    [Fact]
    public void Values_beyond_the_ends_and_NaN_have_a_colour()
    {
        Assert.Equal(ColorMap.Jet.GetColor(0), ColorMap.Jet.GetColor(-5));
        Assert.Equal(ColorMap.Jet.GetColor(1), ColorMap.Jet.GetColor(float.PositiveInfinity));
        Assert.Equal(ColorMap.Jet.GetColor(0), ColorMap.Jet.GetColor(float.NaN));
    }

    [Fact]
    public void Names_are_found_in_any_case_and_misspelt_ones_are_answered()
    {
        Assert.Same(ColorMap.Inferno, ColorMap.Parse("Inferno"));
        string message = Assert.Throws<ArgumentException>(() => ColorMap.Parse("magma")).Message;
        Assert.Contains("turbo, jet, viridis, inferno, gray", message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new ColorMap("short", new byte[3]));
    }
}
