namespace GradCam.Imaging.Sheets;

/// <summary>Letters of five by seven pixels, drawn twice as large: no font has to be on the machine, and a sheet is the same on every one.</summary>
internal static class PixelFont
{
    public const int Columns = 5;
    public const int Rows = 7;
    public const int Scale = 2;

    /// <summary>Pixels from one letter to the next.</summary>
    public const int Advance = Scale * (Columns + 1);

    /// <summary>Pixels from one line to the next.</summary>
    public const int LineHeight = Scale * (Rows + 3);

    private const string Characters = " %()+,-./0123456789:=?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";

    /// <summary>Row by row from the top, five bits each, the lowest one to the left.</summary>
    private static readonly ulong[] Bits =
    [
        0x000000000, 0x632222263, 0x208210888, 0x088842082, 0x0084F9080, 0x088600000, 0x0000F8000, 0x18C000000,
        0x002222200, 0x3A33AE62E, 0x3884210C4, 0x7C444422E, 0x3A304111F, 0x211F4A988, 0x3A3083C3F, 0x3A317844C,
        0x08422221F, 0x3A317462E, 0x1910F462E, 0x00C6018C0, 0x001F07C00, 0x10044422E, 0x4631FC62E, 0x3E317C62F,
        0x3A210862E, 0x3E318C62F, 0x7C217843F, 0x04217843F, 0x7A31E862E, 0x4631FC631, 0x38842108E, 0x19284211C,
        0x452519531, 0x7C2108421, 0x4631AD771, 0x4639ACE31, 0x3A318C62E, 0x04217C62F, 0x59358C62E, 0x45257C62F,
        0x3E107043E, 0x10842109F, 0x3A318C631, 0x11518C631, 0x4775AC631, 0x462A22A31, 0x108422A31, 0x7C222221F,
        0x7C0000000, 0x7A3E83800, 0x3E318BC21, 0x3A210B800, 0x7A318FA10, 0x383F8B800, 0x084238A4C, 0x3A1E8C7C0,
        0x46319B421, 0x388421804, 0x192843008, 0x24A32A421, 0x388421086, 0x4635AAC00, 0x46319B400, 0x3A318B800,
        0x042F8BC00, 0x421ECD800, 0x04219B400, 0x3E0E0B800, 0x324211C42, 0x5B318C400, 0x11518C400, 0x2AB58C400,
        0x454454400, 0x3A1E8C400, 0x7C4447C00,
    ];

    /// <summary>Whether a letter has a pixel; letters that are not known are question marks.</summary>
    public static bool IsSet(char letter, int column, int row)
    {
        int index = Characters.IndexOf(letter, StringComparison.Ordinal);
        if (index < 0)
            index = Characters.IndexOf('?', StringComparison.Ordinal);
        return ((Bits[index] >> (Columns * row + column)) & 1) != 0;
    }
}
