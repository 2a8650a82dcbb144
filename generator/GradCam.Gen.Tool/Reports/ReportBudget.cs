namespace GradCam.Gen.Tool.Reports;

/// <summary>How much room a photo has in a report, so that one of a hundred photos stays below 20 MB.</summary>
/// <param name="Photo">Bytes that a photo's picture and maps may take together, before they are text: base64 has four characters for three.</param>
/// <param name="MapSide">The most cells a side of a map.</param>
internal sealed record ReportBudget(int Photo, int MapSide)
{
    private const int Whole = 13_500_000;

    /// <summary>A few photos need no more than this, whatever there is room for.</summary>
    private const int Most = 750_000;

    private static readonly int[] Sides = [224, 160, 128, 112, 96, 80, 64, 48, 32, 28, 24, 20, 16, 14, 12, 10, 8];

    /// <summary>Shares the room between photos: maps take three fifths of a photo's at most, if need be with fewer cells.</summary>
    /// <param name="photos">Photos.</param>
    /// <param name="maps">The sizes of a class's maps.</param>
    /// <param name="classes">Classes of a photo.</param>
    public static ReportBudget Of(int photos, IReadOnlyList<(int Width, int Height)> maps, int classes)
    {
        int photo = Math.Min(Most, Whole / Math.Max(1, photos));
        int side = Sides.FirstOrDefault(side => classes * MapBytes(maps, side) <= photo * 3L / 5, Sides[^1]);
        return new ReportBudget(photo, side);
    }

    private static long MapBytes(IReadOnlyList<(int Width, int Height)> maps, int side)
    {
        const int around = 48;
        return maps.Sum(map => around + sizeof(short) * Math.Min(side, map.Width) * (long)Math.Min(side, map.Height));
    }
}
