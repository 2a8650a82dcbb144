using System.Globalization;
using System.Text;

namespace GradCam.Weights.Format;

/// <summary>How names and shapes look in messages.</summary>
internal static class WeightText
{
    private const int LongestShown = 120;

    /// <summary>A name from a file in quotes, shortened, with control characters escaped, so that a hostile file cannot draw on the terminal.</summary>
    public static string Quote(string name)
    {
        var text = new StringBuilder("'");
        for (int i = 0; i < name.Length && i < LongestShown; i++)
        {
            char c = name[i];
            if (char.IsControl(c) || char.IsSurrogate(c) || c is '\u2028' or '\u2029')
                text.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
            else
                text.Append(c);
        }
        return text.Append(name.Length > LongestShown ? "…'" : "'").ToString();
    }

    /// <summary>[64, 3, 7, 7].</summary>
    public static string Shape(IEnumerable<int> shape) => $"[{string.Join(", ", shape)}]";
}
