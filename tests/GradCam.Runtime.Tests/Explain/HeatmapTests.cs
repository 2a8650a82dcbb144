using System.Globalization;
using GradCam.Explain;
using GradCam.Numerics;

namespace GradCam.Runtime.Tests.Explain;

public class HeatmapTests
{
    public static TheoryData<int> Maps()
    {
        var indices = new TheoryData<int>();
        for (int i = 0; i < ResizeFixture.Load().Maps.Length; i++)
            indices.Add(i);
        return indices;
    }

    [Theory]
    [MemberData(nameof(Maps))]
    public void Resizing_is_PyTorchs_bilinear(int index)
    {
        ResizedMap expected = ResizeFixture.Load().Maps[index];
        (int height, int width) = (expected.Map[0], expected.Map[1]);
        float[] source = Enumerable.Range(0, height * width).Select(i => ResizeFixture.Pixel(i / width, i % width, 0) / 255f).ToArray();
        float[] actual = new float[expected.Values.Length];
        MapResize.Resize(MachineArithmetic.Instance, source, width, height, actual, expected.Size[1], expected.Size[0]);
        for (int i = 0; i < actual.Length; i++)
            Assert.Equal(expected.Values[i], actual[i], 2e-6f);
    }

    [Fact]
    public void Values_are_the_relu_scaled_to_0_and_1()
    {
        Heatmap heatmap = Make(2, 2, -3, 1, 2, 5);
        Assert.Equal([-3, 1, 2, 5], heatmap.Raw.ToArray());
        Assert.Equal([0, 0.2f, 0.4f, 1], heatmap.Values.ToArray());
        Assert.Equal(5, heatmap.Max);
        Assert.True(heatmap.IsFinite);
    }

    [Fact]
    public void The_smallest_value_becomes_0_where_all_are_positive() => Assert.Equal([0, 0.5f, 1], Make(3, 1, 2, 3, 4).Values.ToArray());

    [Theory]
    [InlineData(7f, 7f, 7f, 7f)]
    [InlineData(0f, 0f, 0f, 0f)]
    [InlineData(-1f, -2f, -3f, -4f)]
    [InlineData(-1f, 0f, -3f, 0f)]
    public void Constant_and_negative_maps_give_zeros(float a, float b, float c, float d)
    {
        Heatmap heatmap = Make(2, 2, a, b, c, d);
        Assert.All(heatmap.Values.ToArray(), v => Assert.Equal(0, v));
        Assert.Equal(new[] { a, b, c, d }.Max(), heatmap.Max);
        Assert.True(heatmap.IsFinite);
        Assert.All(heatmap.Resize(5, 5), v => Assert.Equal(0, v));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void Not_finite_maps_give_zeros_and_say_so(float bad)
    {
        Heatmap heatmap = Make(2, 2, 1, bad, 2, 3);
        Assert.False(heatmap.IsFinite);
        Assert.True(float.IsNaN(heatmap.Max));
        Assert.All(heatmap.Values.ToArray(), v => Assert.Equal(0, v));
        Assert.Equal(bad, heatmap.Raw[1]);
    }

    [Theory]
    [InlineData(1e-45f)]
    [InlineData(1e-38f)]
    [InlineData(3e38f)]
    public void The_extremes_of_float_stay_between_0_and_1(float largest)
    {
        Heatmap heatmap = Make(3, 1, 0, largest / 2, largest);
        Assert.Equal(1, heatmap.Values[2]);
        Assert.InRange(heatmap.Values[1], 0, 1);
    }

    [Fact]
    public void ResizeToPhoto_is_zero_where_the_network_did_not_look()
    {
        HeatmapBuffer buffer = Buffer(2, 2, 0, 1, 1, 1);
        buffer.Region = Part(12, 8, 2, 1, 8, 6);
        float[] photo = new Heatmap(buffer).ResizeToPhoto();
        float[] inside = new Heatmap(buffer).Resize(8, 6);
        for (int y = 0; y < 8; y++)
        {
            for (int x = 0; x < 12; x++)
            {
                float expected = x is >= 2 and < 10 && y is >= 1 and < 7 ? inside[(y - 1) * 8 + x - 2] : 0;
                Assert.Equal(expected, photo[y * 12 + x], 1e-6f);
            }
        }
    }

    [Fact]
    public void ResizeToPhoto_scales_with_the_photo()
    {
        HeatmapBuffer buffer = Buffer(1, 2, 0, 1);
        buffer.Region = Part(1000, 600, 200, 0, 600, 600);
        float[] photo = new float[10 * 6];
        new Heatmap(buffer).ResizeToPhoto(photo, 10, 6);
        Assert.Equal([0, 0, 1, 1, 1, 1, 1, 1, 0, 0], photo[50..]);
        Assert.Equal(new float[10], photo[..10]);
    }

    [Fact]
    public void A_destination_that_is_too_short_is_refused()
    {
        Assert.Throws<ArgumentException>(() => Make(1, 1, 1).ResizeTo(new float[11], 3, 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => Make(1, 1, 1).Resize(0, 4));
        Assert.Throws<OverflowException>(() => Make(1, 1, 1).Resize(100_000, 100_000));
    }

    [Fact]
    public void Raw_and_signed_maps_are_resized_too()
    {
        HeatmapBuffer buffer = Buffer(2, 2, -4, 1, 2, 3);
        buffer.Region = Part(12, 8, 2, 1, 8, 6);
        var heatmap = new Heatmap(buffer);
        Assert.Equal(heatmap.Raw.ToArray(), heatmap.Resize(2, 2, HeatmapScale.Raw));
        Assert.Equal([-1, 0.25f, 0.5f, 0.75f], heatmap.Resize(2, 2, HeatmapScale.MinusOneToOne));
        Assert.Equal(heatmap.Values.ToArray(), heatmap.Resize(2, 2));
        foreach (HeatmapScale scale in new[] { HeatmapScale.ZeroToOne, HeatmapScale.MinusOneToOne, HeatmapScale.Raw })
        {
            float[] cells = new float[5];
            cells[4] = 77;
            heatmap.CopyTo(cells, scale);
            Assert.Equal([.. heatmap.Resize(2, 2, scale), 77], cells);

            float[] large = new float[Math.Max(8 * 6, 12 * 8) + 1];
            large[48] = 77;
            heatmap.ResizeTo(large, 8, 6, scale);
            float[] inside = large[..48];
            Assert.Equal(77, large[48]);
            float[] photo = heatmap.ResizeToPhoto(scale);
            for (int y = 0; y < 8; y++)
            {
                for (int x = 0; x < 12; x++)
                    Assert.Equal(x is >= 2 and < 10 && y is >= 1 and < 7 ? inside[(y - 1) * 8 + x - 2] : 0, photo[y * 12 + x], 1e-6f);
            }
        }

        // Resizing is linear: signed is raw over its largest magnitude, whatever the size.
        Assert.All(
            heatmap.Resize(7, 5, HeatmapScale.Raw).Zip(heatmap.Resize(7, 5, HeatmapScale.MinusOneToOne)),
            pair => Assert.Equal(pair.First / 4, pair.Second, 1e-6f));
        Assert.Throws<ArgumentOutOfRangeException>(() => heatmap.Resize(2, 2, new HeatmapScale { Normalisation = (HeatmapNormalisation)4 }));
        Assert.Throws<ArgumentException>(() => heatmap.CopyTo(new float[3]));
    }

    [Fact]
    public void Signed_maps_are_zeros_where_there_is_nothing_to_scale()
    {
        Assert.Equal(new float[9], Make(2, 2, 0, 0, 0, 0).Resize(3, 3, HeatmapScale.MinusOneToOne));
        Assert.Equal(new float[9], Make(2, 2, 0, float.NaN, 1, 0).Resize(3, 3, HeatmapScale.MinusOneToOne));
        Assert.Equal([-1, -0.5f], Make(2, 1, -2, -1).Resize(2, 1, HeatmapScale.MinusOneToOne));
    }

    [Fact]
    public void A_scale_says_what_is_made_1_and_whether_signs_stay()
    {
        Heatmap heatmap = Make(3, 2, -4, -1, 0, 1, 2, 8);
        float[] Cells(HeatmapScale scale) => heatmap.Resize(3, 2, scale);
        Assert.Equal(default, HeatmapScale.ZeroToOne);
        Assert.Equal(heatmap.Values.ToArray(), Cells(new HeatmapScale()));
        Assert.Equal([0, 0, 0, 1, 2, 8], Cells(new HeatmapScale { Normalisation = HeatmapNormalisation.None }));
        Assert.Equal([0, 0, 0, 0.125f, 0.25f, 1], Cells(new HeatmapScale { Normalisation = HeatmapNormalisation.Max }));
        Assert.Equal([-0.5f, -0.125f, 0, 0.125f, 0.25f, 1], Cells(HeatmapScale.MinusOneToOne));
        Assert.Equal([0, 0.25f, 4f / 12, 5f / 12, 0.5f, 1], Cells(new HeatmapScale { IsSigned = true }));
        // Magnitudes 0 1 1 2 4 8: the 80th percentile is 4, the 50th 1.5.
        Assert.Equal([-1, -0.25f, 0, 0.25f, 0.5f, 1], Cells(HeatmapScale.Percentile(80, isSigned: true)));
        Assert.Equal([-1, -1 / 1.5f, 0, 1 / 1.5f, 1, 1], Cells(HeatmapScale.Percentile(50, isSigned: true)));
        // Of the relu 0 0 0 1 2 8: the 98th percentile is 7.4, the 20th is 0 and gives way to the largest.
        Assert.Equal([0, 0, 0, 1 / 7.4f, 2 / 7.4f, 1], Cells(HeatmapScale.Percentile()));
        Assert.Equal(Cells(HeatmapScale.Percentile()), Cells(new HeatmapScale { Normalisation = HeatmapNormalisation.Percentile }));
        Assert.Equal([0, 0, 0, 0.125f, 0.25f, 1], Cells(HeatmapScale.Percentile(20)));
        foreach (double percentile in new[] { 0, -1, 100.1, double.NaN })
            Assert.Throws<ArgumentOutOfRangeException>(() => HeatmapScale.Percentile(percentile));
    }

    [Fact]
    public void Every_normalised_scale_is_finite()
    {
        HeatmapScale[] scales =
        [
            .. from normalisation in new[] { HeatmapNormalisation.MinMax, HeatmapNormalisation.Max, HeatmapNormalisation.Percentile }
               from isSigned in Enumerable.Range(0, 2).Select(n => n == 1)
               select new HeatmapScale { IsSigned = isSigned, Normalisation = normalisation },
        ];
        foreach (HeatmapScale scale in scales)
        {
            Assert.Equal(new float[9], Make(2, 2, 0, float.NaN, 1, 0).Resize(3, 3, scale));
            Assert.Equal(new float[9], Make(2, 2, 0, float.PositiveInfinity, 1, 0).Resize(3, 3, scale));
            Assert.Equal(new float[9], Make(2, 2, 0, 0, 0, 0).Resize(3, 3, scale));
            float[] large = Make(2, 2, float.MinValue, float.MaxValue, 0, 1).Resize(5, 5, scale, HeatmapResampling.Bicubic);
            Assert.All(large, value => Assert.InRange(value, -1, 1));
            Assert.Contains(large, value => value > 0.9f);
        }
    }

    /// <summary>What PyTorch's interpolate makes of the same numbers.</summary>
    [Fact]
    public void Resampling_is_of_several_kinds()
    {
        Heatmap heatmap = Make(2, 2, 1, 2, 3, 4);
        float[] Enlarged(HeatmapResampling resampling) => heatmap.Resize(4, 4, HeatmapScale.Raw, resampling);
        AssertEqual([1, 1.25f, 1.75f, 2, 1.5f, 1.75f, 2.25f, 2.5f, 2.5f, 2.75f, 3.25f, 3.5f, 3, 3.25f, 3.75f, 4], Enlarged(HeatmapResampling.Bilinear));
        AssertEqual(
            [1, 4 / 3f, 5 / 3f, 2, 5 / 3f, 2, 7 / 3f, 8 / 3f, 7 / 3f, 8 / 3f, 3, 10 / 3f, 3, 10 / 3f, 11 / 3f, 4],
            Enlarged(HeatmapResampling.BilinearAlignedCorners));
        AssertEqual(
            [
                0.6835938f, 1.015625f, 1.5625f, 1.8945312f, 1.3476562f, 1.6796875f, 2.2265625f, 2.5585938f,
                2.4414062f, 2.7734375f, 3.3203125f, 3.6523438f, 3.1054688f, 3.4375f, 3.984375f, 4.3164062f,
            ],
            Enlarged(HeatmapResampling.Bicubic));
        AssertEqual([1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4, 3, 3, 4, 4], Enlarged(HeatmapResampling.Nearest));
        // A normalised map's overshoot is cut off.
        Assert.Equal((0, 1), (heatmap.Resize(8, 8, default, HeatmapResampling.Bicubic).Min(), heatmap.Resize(8, 8, default, HeatmapResampling.Bicubic).Max()));
        Assert.Throws<ArgumentOutOfRangeException>(() => heatmap.Resize(4, 4, default, (HeatmapResampling)4));
        AssertEqual([4], Make(1, 1, 4).Resize(1, 1, HeatmapScale.Raw, HeatmapResampling.BilinearAlignedCorners));

        static void AssertEqual(float[] expected, float[] actual) => Assert.All(actual.Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 1e-6f));
    }

    /// <summary>All kinds lay the map over its part of the photo, in strips as at once, zeros beside it.</summary>
    [Theory]
    [InlineData(HeatmapResampling.Bilinear)]
    [InlineData(HeatmapResampling.BilinearAlignedCorners)]
    [InlineData(HeatmapResampling.Bicubic)]
    [InlineData(HeatmapResampling.Nearest)]
    public void A_map_lies_over_its_part_of_the_photo_however_it_is_resampled(HeatmapResampling resampling)
    {
        HeatmapBuffer buffer = Buffer(3, 2, 1, 5, 2, 4, 3, 6);
        buffer.Region = Part(20, 14, 3, 2, 12, 8);
        var heatmap = new Heatmap(buffer);
        float[] photo = heatmap.ResizeToPhoto(HeatmapScale.Raw, resampling);
        float[] inside = heatmap.Resize(12, 8, HeatmapScale.Raw, resampling);
        float[] strips = new float[20 * 14];
        for (int y = 0; y < 14; y += 5)
            heatmap.ResizeRowsToPhoto(strips.AsSpan(y * 20), 20, 14, y, Math.Min(5, 14 - y), HeatmapScale.Raw, resampling);
        Assert.Equal(photo, strips);
        for (int y = 0; y < 14; y++)
        {
            for (int x = 0; x < 20; x++)
                Assert.Equal(x is >= 3 and < 15 && y is >= 2 and < 10 ? inside[(y - 2) * 12 + x - 3] : 0, photo[y * 20 + x], 1e-6f);
        }
    }

    [Fact]
    public void The_peak_is_the_largest_cell_and_its_centre_on_the_photo()
    {
        HeatmapBuffer buffer = Buffer(3, 2, -3, 1, 2, 5, 5, 0);
        buffer.Region = Part(100, 60, 20, 0, 60, 60);
        HeatmapPeak peak = new Heatmap(buffer).FindPeak()!.Value;
        Assert.Equal((1, 0, 5f), (peak.Row, peak.Column, peak.Value));
        Assert.Equal((30, 45), (peak.PhotoX, peak.PhotoY));
        Assert.Equal(-1, Make(2, 1, -2, -1).FindPeak()!.Value.Value);
        Assert.Null(Make(2, 1, 1, float.NaN).FindPeak());
    }

    [Fact]
    public void Energy_is_the_positive_part_on_the_photos_pixels()
    {
        HeatmapBuffer buffer = Buffer(4, 2, 1, 2, 3, -4, 5, 6, 7, 8);
        buffer.Region = Part(6, 40, 1, 0, 4, 40);
        var heatmap = new Heatmap(buffer);
        float[] positive = Make(4, 2, 1, 2, 3, 0, 5, 6, 7, 8).Resize(4, 40, HeatmapScale.Raw);
        double total = positive.Sum(v => (double)v);

        HeatmapEnergy all = heatmap.MeasureEnergy(-5, -5, 100, 100);
        Assert.Equal(total, all.Total, 1e-5);
        Assert.Equal((all.Total, 1), (all.Inside, all.Share));

        // Columns 1 and 2 of the photo (their centres are 1.5 and 2.5) are the map's first two; rows 20 to 39.
        HeatmapEnergy part = heatmap.MeasureEnergy(0.9, 20, 2, 20);
        double inside = Enumerable.Range(20, 20).Sum(y => (double)positive[y * 4] + positive[y * 4 + 1]);
        Assert.Equal(inside, part.Inside, 1e-5);
        Assert.Equal(inside / total, part.Share, 1e-6);

        bool[] mask = new bool[6 * 40];
        for (int y = 20; y < 40; y++)
            (mask[y * 6 + 1], mask[y * 6 + 2]) = (true, true);
        Assert.Equal(part, heatmap.MeasureEnergy(mask, 6, 40));
        Assert.Equal(0, heatmap.MeasureEnergy(1, 1, 0, -3).Inside);
        Assert.Equal(0, heatmap.MeasureEnergy(new bool[3 * 20], 3, 20).Inside);
        Assert.Throws<ArgumentException>(() => heatmap.MeasureEnergy(mask, 6, 41));
    }

    [Fact]
    public void Energy_without_anything_positive_has_no_share()
    {
        HeatmapEnergy none = Make(2, 2, -1, -2, -3, 0).MeasureEnergy(0, 0, 1, 1);
        Assert.Equal((0, 0), (none.Inside, none.Total));
        Assert.True(double.IsNaN(none.Share));
        Assert.True(double.IsNaN(Make(2, 2, 1, float.NaN, 3, 0).MeasureEnergy(0, 0, 1, 1).Inside));
    }

    [Fact]
    public void A_debugger_shows_what_a_heatmap_is()
    {
        HeatmapBuffer buffer = Buffer(2, 1, -1, 2.5f);
        (buffer.ClassName, buffer.LayerName) = ("cat", "layer4");
        Assert.Equal("Grad-CAM for cat at layer4, 1x2, raw -1 to 2.5", buffer.ToString());
        (buffer.ClassName, buffer.ClassIndex, buffer.IsCounterfactual) = ("", 7, true);
        Assert.Equal("Grad-CAM against class 7 at layer4, 1x2, raw -1 to 2.5", buffer.ToString());
    }

    [Fact]
    public void The_default_value_explains_itself() =>
        Assert.Contains("GradCam makes one", Assert.Throws<InvalidOperationException>(() => default(Heatmap).Width).Message, StringComparison.Ordinal);

    [Fact]
    public void Csv_gives_the_same_floats_back()
    {
        Heatmap heatmap = Make(3, 2, 1.1f, -2e-20f, 3, 1f / 3, 0, float.NaN);
        using var writer = new StringWriter();
        heatmap.WriteCsv(writer);
        string[] lines = writer.ToString().Split('\n');
        Assert.Equal(["", "3", "3"], new[] { lines[2], $"{lines[0].Split(',').Length}", $"{lines[1].Split(',').Length}" });
        float[] back = lines[..2].SelectMany(l => l.Split(',')).Select(v => float.Parse(v, CultureInfo.InvariantCulture)).ToArray();
        Assert.Equal(heatmap.Raw.ToArray(), back);
    }

    [Fact]
    public void Npy_has_the_format_of_numpy_version_1()
    {
        Heatmap heatmap = Make(3, 2, 1, 2, 3, 4, 5, -6);
        using var stream = new MemoryStream();
        heatmap.WriteNpy(stream);
        byte[] bytes = stream.ToArray();
        Assert.Equal([0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0], bytes[..8]);
        int header = BitConverter.ToUInt16(bytes, 8);
        Assert.Equal(0, (10 + header) % 64);
        string text = System.Text.Encoding.ASCII.GetString(bytes, 10, header);
        Assert.StartsWith("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }", text, StringComparison.Ordinal);
        Assert.EndsWith(" \n", text, StringComparison.Ordinal);
        Assert.Equal(10 + header + 24, bytes.Length);
        Assert.Equal(-6f, BitConverter.ToSingle(bytes, bytes.Length - 4));
    }

    [Fact]
    public void Files_hold_what_streams_do()
    {
        string folder = Directory.CreateTempSubdirectory("heatmap-tests").FullName;
        try
        {
            Heatmap heatmap = Make(3, 2, 1, 2, 3, 4, 5, -6.5f);
            using var writer = new StringWriter();
            heatmap.WriteCsv(writer);
            using var stream = new MemoryStream();
            heatmap.WriteNpy(stream);
            (string csv, string npy) = (Path.Combine(folder, "map.csv"), Path.Combine(folder, "map.npy"));
            File.WriteAllText(csv, "an older and longer file, of which nothing may be left");
            heatmap.SaveCsv(csv);
            heatmap.SaveNpy(npy);
            Assert.Equal(System.Text.Encoding.UTF8.GetBytes(writer.ToString()), File.ReadAllBytes(csv));
            Assert.Equal(stream.ToArray(), File.ReadAllBytes(npy));
            Assert.Equal(2, Directory.GetFileSystemEntries(folder).Length);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static PhotoRegion Part(int photoWidth, int photoHeight, double left, double top, double width, double height) =>
        new() { PhotoWidth = photoWidth, PhotoHeight = photoHeight, Left = left, Top = top, Width = width, Height = height };

    private static Heatmap Make(int width, int height, params float[] raw) => new(Buffer(width, height, raw));

    private static HeatmapBuffer Buffer(int width, int height, params float[] raw)
    {
        var buffer = new HeatmapBuffer(MachineArithmetic.Instance) { Region = PhotoRegion.Whole(width, height) };
        buffer.Resize(width, height);
        raw.CopyTo(buffer.Raw);
        buffer.Normalise();
        return buffer;
    }
}
