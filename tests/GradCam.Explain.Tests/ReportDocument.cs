using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace GradCam.Explain.Tests;

/// <summary>A report, read as a browser would read it.</summary>
internal sealed partial class ReportDocument
{
    public ReportDocument(string path)
    {
        Html = File.ReadAllText(path);
        Scripts = [.. Script().Matches(Html).Select(match => (match.Groups[1].Value, match.Groups[2].Value))];
        Head = Data("report-head").Single();
        Photos = [.. Data("report-photo")];
        Tail = Data("report-tail").Single();
    }

    public string Html { get; }

    /// <summary>Attributes and contents of all script elements.</summary>
    public IReadOnlyList<(string Attributes, string Content)> Scripts { get; }

    public JsonElement Head { get; }

    public IReadOnlyList<JsonElement> Photos { get; }

    public JsonElement Tail { get; }

    public static string Hash(string content) => $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(content)))}'";

    /// <summary>A map's numbers; at the input the layer is -1.</summary>
    public float[] Map(int photo, int classIndex, int layer, int method)
    {
        (int, int)[] places = [.. Head.GetProperty("maps").EnumerateArray().Select(place => (place[0].GetInt32(), place[1].GetInt32()))];
        JsonElement maps = Photos[photo].GetProperty("maps");
        JsonElement map = maps[classIndex * places.Length + Array.IndexOf(places, (layer, method))];
        if (map.ValueKind == JsonValueKind.Number)
            map = maps[map.GetInt32()];
        byte[] cells = map.GetProperty("cells").GetBytesFromBase64();
        float largest = map.GetProperty("largest").GetSingle();
        float[] values = new float[cells.Length / 2];
        for (int i = 0; i < values.Length; i++)
            values[i] = BitConverter.ToInt16(cells, 2 * i) / 32767f * largest;
        Assert.Equal(map.GetProperty("width").GetInt32() * map.GetProperty("height").GetInt32(), values.Length);
        return values;
    }

    private IEnumerable<JsonElement> Data(string kind) => Scripts.Where(script => script.Attributes == $" type=\"application/json\" class=\"{kind}\"")
        .Select(script => JsonDocument.Parse(script.Content).RootElement);

    [GeneratedRegex("<script([^>]*)>(.*?)</script", RegexOptions.Singleline | RegexOptions.IgnoreCase)]
    private static partial Regex Script();
}
