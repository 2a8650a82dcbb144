using System.Text;
using System.Text.Json;
using GradCam.Gen.Tool.Terminal;

namespace GradCam.Gen.Tool.Reports;

/// <summary>
/// Writes a report: one page that needs nothing else. Each photo is written when it is there and not kept. Its data are JSON in elements of their own, in which
/// no &lt; and nothing but ASCII stands, whatever names are like.
/// </summary>
internal sealed class ReportFile
{
    private readonly Stream _stream;
    private readonly ReportHead _head;
    private readonly ReportTemplate _template;
    private readonly List<double> _decode = [];
    private readonly List<double> _forward = [];

    /// <summary>Writes the page's beginning.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="head">What is the same for all photos.</param>
    public ReportFile(Stream stream, ReportHead head)
    {
        (_stream, _head) = (stream, head);
        _template = ReportTemplate.Create($"{Printable.Name(head.Name)}: why it sees what it sees");
        Write(_template.BeforeData);
        WriteData("report-head", new ReportHeadJson(head).Write);
    }

    /// <summary>Photos that it has.</summary>
    public int Explained => _forward.Count;

    /// <summary>Writes a photo.</summary>
    public void Add(PhotoRecord photo)
    {
        _decode.Add(photo.DecodeMilliseconds);
        _forward.Add(photo.ForwardMilliseconds);
        WriteData("report-photo", json => Write(json, photo));
    }

    /// <summary>Writes what could not be explained.</summary>
    /// <param name="path">A photo or a folder.</param>
    /// <param name="message">Why.</param>
    public void AddError(string path, string message)
    {
        WriteData("report-photo", json =>
        {
            WriteName(json, path);
            string alone = message.StartsWith(path + ": ", StringComparison.Ordinal) ? message[(path.Length + 2)..] : message;
            json.WriteString("error", Printable.Name(alone));
        });
    }

    /// <summary>Writes the page's end.</summary>
    /// <param name="maps">What made the maps.</param>
    /// <param name="time">What all of it took.</param>
    /// <param name="note">What the reader should know of the report as a whole; null for nothing.</param>
    public void Complete(MapMaker maps, TimeSpan time, string? note)
    {
        WriteData("report-tail", json =>
        {
            if (note is not null)
                json.WriteString("note", Printable.Name(note));
            json.WriteNumber("seconds", Math.Round(time.TotalSeconds, 2));
            json.WriteNumber("peakBytes", PeakBytes());
            if (_forward.Count > 0)
            {
                json.WriteNumber("decode", Median(_decode));
                json.WriteNumber("forward", Median(_forward));
            }

            if (maps.Costs is ExplanationCosts costs)
            {
                json.WriteNumber("shortestForward", Math.Round(costs.Forward, 3));
                json.WriteStartArray("explanations");
                foreach (ExplanationCost? cost in costs.Explanations)
                    Write(json, cost);
                json.WriteEndArray();
            }

            json.WriteStartArray("refused");
            foreach ((int map, string reason) in maps.Refused)
            {
                json.WriteStartObject();
                json.WriteNumber("map", map);
                json.WriteString("reason", Printable.Name(reason));
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
        Write(_template.AfterData);
    }

    private static void Write(Utf8JsonWriter json, ExplanationCost? cost)
    {
        if (cost is null)
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartObject();
        json.WriteNumber("milliseconds", Math.Round(cost.Milliseconds, 3));
        if (cost.Passes is (long forwards, long backwards))
        {
            json.WriteNumber("forwards", forwards);
            json.WriteNumber("backwards", backwards);
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, PhotoRecord photo)
    {
        WriteName(json, photo.Path);
        PhotoRegion region = photo.Region;
        double[] shares =
            [region.Left / region.PhotoWidth, region.Top / region.PhotoHeight, region.Width / region.PhotoWidth, region.Height / region.PhotoHeight];
        json.WriteStartArray("region");
        foreach (double share in shares)
            json.WriteNumberValue(Math.Round(share, 6));
        json.WriteEndArray();
        json.WriteBase64String("picture", photo.Picture);
        json.WriteNumber("first", photo.First);
        json.WriteStartArray("classes");
        foreach ((Prediction prediction, string name) in photo.Classes)
        {
            json.WriteStartObject();
            json.WriteString("name", Printable.Name(name));
            json.WritePropertyName("probability");
            WriteNumber(json, prediction.Probability);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        WriteMaps(json, photo.Maps);
    }

    /// <summary>A map that is there already is its number.</summary>
    private static void WriteMaps(Utf8JsonWriter json, IReadOnlyList<MapCells?> maps)
    {
        json.WriteStartArray("maps");
        var numbers = new Dictionary<MapCells, int>(ReferenceEqualityComparer.Instance);
        for (int i = 0; i < maps.Count; i++)
        {
            if (maps[i] is not MapCells map)
            {
                json.WriteNullValue();
            }
            else if (numbers.TryGetValue(map, out int number))
            {
                json.WriteNumberValue(number);
            }
            else
            {
                numbers[map] = i;
                json.WriteStartObject();
                json.WriteNumber("width", map.Width);
                json.WriteNumber("height", map.Height);
                if (map.Whole != (map.Width, map.Height))
                    json.WriteString("of", $"{map.Whole.Height}x{map.Whole.Width}");
                json.WritePropertyName("largest");
                WriteNumber(json, map.Largest);
                json.WriteBase64String("cells", map.Cells);
                json.WriteEndObject();
            }
        }

        json.WriteEndArray();
    }

    private static void WriteName(Utf8JsonWriter json, string path)
    {
        json.WriteString("name", Printable.Name(Path.GetFileName(Path.TrimEndingDirectorySeparator(path))));
        json.WriteString("path", Printable.Name(path));
    }

    /// <summary>JSON has no numbers that are not finite.</summary>
    private static void WriteNumber(Utf8JsonWriter json, double value)
    {
        if (double.IsFinite(value))
            json.WriteNumberValue(value);
        else
            json.WriteNullValue();
    }

    private static double Median(List<double> values)
    {
        values.Sort();
        return Math.Round(values[values.Count / 2], 3);
    }

    private static long PeakBytes()
    {
        using System.Diagnostics.Process process = System.Diagnostics.Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }

    private void Write(string text) => _stream.Write(Encoding.UTF8.GetBytes(text));

    private void WriteData(string kind, Action<Utf8JsonWriter> write)
    {
        Write($"<script type=\"application/json\" class=\"{kind}\">");
        // The usual encoder escapes <, >, &, quotes and all that is not ASCII.
        using (var json = new Utf8JsonWriter(_stream))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        Write("</script>\n");
    }
}
