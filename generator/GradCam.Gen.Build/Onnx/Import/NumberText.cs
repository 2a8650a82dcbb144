using System.Globalization;

namespace GradCam.Gen.Build.Onnx;

/// <summary>Numbers as the spec language writes them.</summary>
internal static class NumberText
{
    /// <summary>The shortest text that reads back as the same single-precision number.</summary>
    public static string Format(float value)
    {
        if (float.IsNaN(value) || float.IsInfinity(value))
            throw new OnnxImportException($"a number is {value.ToString(CultureInfo.InvariantCulture)}, which a spec cannot say");
        for (int digits = 6; digits < 9; digits++)
        {
            string text = value.ToString("G" + digits, CultureInfo.InvariantCulture);
            if (float.Parse(text, CultureInfo.InvariantCulture) == value)
                return Plain(text);
        }
        return Plain(value.ToString("G9", CultureInfo.InvariantCulture));
    }

    public static string Format(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Plain(string text) => text.Replace("E+", "e").Replace("E-0", "e-").Replace("E", "e");
}
