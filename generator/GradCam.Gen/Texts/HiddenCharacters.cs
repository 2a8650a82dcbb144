using System.Globalization;
using System.Text;

namespace GradCam.Gen.Texts;

/// <summary>
/// Characters that a reader of a text does not see. Some of them end a line for C#, or change the order in which a line is shown ("Trojan Source", Boucher
/// and Anderson 2021).
/// The ranges stand here, and not in the running .NET's tables, so that every compiler makes the same code.
/// </summary>
internal static class HiddenCharacters
{
    private const int ByteOrderMark = 0xFEFF;

    /// <summary>Controls, format characters, line and paragraph separators, fillers, noncharacters: first and last of each range, in order.</summary>
    private static readonly (int First, int Last)[] Ranges =
    [
        (0x00, 0x1F), (0x7F, 0x9F), (0xAD, 0xAD), (0x34F, 0x34F), (0x600, 0x605), (0x61C, 0x61C), (0x6DD, 0x6DD), (0x70F, 0x70F), (0x890, 0x891),
        (0x8E2, 0x8E2),
        (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180E, 0x180E), (0x200B, 0x200F), (0x2028, 0x202E), (0x2060, 0x206F), (0x3164, 0x3164), (0xD800, 0xDFFF),
        (0xFDD0, 0xFDEF), (ByteOrderMark, ByteOrderMark), (0xFFA0, 0xFFA0), (0xFFF0, 0xFFFB), (0xFFFE, 0xFFFF), (0x110BD, 0x110BD), (0x110CD, 0x110CD),
        (0x13430, 0x1343F), (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF),
    ];

    /// <summary>The character at a place, a pair of surrogates as one.</summary>
    /// <returns>Its code point; half a pair is itself.</returns>
    public static int At(string text, int index, out int length)
    {
        length = index + 1 < text.Length && char.IsSurrogatePair(text[index], text[index + 1]) ? 2 : 1;
        return length == 2 ? char.ConvertToUtf32(text[index], text[index + 1]) : text[index];
    }

    /// <summary>True for a character that generated code must not hold as such.</summary>
    public static bool IsHidden(int character)
    {
        if (character is >= ' ' and < 0x7F)
            return false;
        if ((character & 0xFFFE) == 0xFFFE)
            return true;
        foreach ((int first, int last) in Ranges)
        {
            if (character <= last)
                return character >= first;
        }

        return false;
    }

    /// <summary>
    /// The first character that a spec or a name must not have, if there is one: it ends a line for C# but not for the spec, or shows the text otherwise
    /// than it is. Tabs, joiners and the like, which languages need, may stand.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="isLines">True for a text of several lines, which may begin with a byte order mark.</param>
    /// <param name="start">Where to begin.</param>
    /// <returns>Its place and what is wrong with it.</returns>
    public static (int Start, int Length, string Name, string Fault)? FindForbidden(string text, bool isLines, int start = 0)
    {
        for (int i = start; i < text.Length;)
        {
            int character = At(text, i, out int length);
            bool isAllowed = isLines && (character is '\r' or '\n' || (character == ByteOrderMark && i == 0));
            if (!isAllowed && Fault(character) is string fault)
                return (i, length, Name(character), fault);
            i += length;
        }

        return null;
    }

    /// <summary>Why a name must not have a character, or null.</summary>
    public static string? Fault(int character) => character switch
    {
        '\t' => null,
        '\r' or '\n' or '\v' or '\f' or 0x85 or 0x2028 or 0x2029 => "ends a line",
        < ' ' or (>= 0x7F and < 0xA0) => "is a control character",
        (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069) => "changes the order in which text is shown",
        >= 0xD800 and <= 0xDFFF => "is half of a pair of surrogates",
        ByteOrderMark => "is a byte order mark",
        _ when (character & 0xFFFE) == 0xFFFE => "is not a character of Unicode",
        _ => null,
    };

    /// <summary>A text for messages: hidden characters as <c>U+0085</c>.</summary>
    public static string Show(string text)
    {
        var shown = new StringBuilder();
        for (int i = 0; i < text.Length;)
        {
            int character = At(text, i, out int length);
            if (IsHidden(character))
                shown.Append(Name(character));
            else
                shown.Append(text, i, length);
            i += length;
        }

        return shown.ToString();
    }

    /// <summary><c>U+0085</c>.</summary>
    private static string Name(int character) => "U+" + character.ToString("X4", CultureInfo.InvariantCulture);
}
