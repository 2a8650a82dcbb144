using System.Globalization;
using System.Text;
using System.Text.Json;
using GradCam.Gen.Tool.Terminal;

namespace GradCam.Gen.Tool.Evaluation;

/// <summary>The files of an evaluation: means as CSV, and as JSON with what they are of.</summary>
/// <param name="network">The network's name.</param>
/// <param name="metrics">What was measured.</param>
/// <param name="photos">The photos.</param>
/// <param name="means">The means.</param>
internal sealed class EvaluationReport(string network, IReadOnlyList<Metric> metrics, IReadOnlyCollection<PhotoScores> photos, IReadOnlyList<MethodMeans> means)
{
    private const int SchemaVersion = 1;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Writes PATH.csv and PATH.json.</summary>
    /// <exception cref="IOException">They cannot be written; older ones are as they were.</exception>
    public IReadOnlyList<string> Write(string path)
    {
        using var files = new WholeFiles();
        files.Write(path + ".csv", stream => stream.Write(Encoding.UTF8.GetBytes(Csv())));
        files.Write(path + ".json", stream => JsonSerializer.Serialize(stream, Contents(), Json));
        files.Commit();
        return [path + ".csv", path + ".json"];
    }

    private string Csv()
    {
        var text = new StringBuilder();
        text.Append("layer,method,photos,").AppendJoin(',', metrics.Select(metric => metric.Key)).Append(",forwards\n");
        foreach (MethodMeans mean in means)
        {
            text.Append(CsvFile.Quote(mean.Layer)).Append(',').Append(CsvFile.Quote(mean.Method)).Append(',')
                .Append(CultureInfo.InvariantCulture, $"{mean.Photos},");
            IEnumerable<string> values = metrics.Select(metric => mean.Means.TryGetValue(metric.Key, out double value) ? Text(value) : "");
            text.AppendJoin(',', values).Append(',').Append(Text(mean.Forwards)).Append('\n');
        }

        return text.ToString();
    }

    private object Contents()
    {
        List<PhotoScores> measured = [.. photos.Where(photo => photo.Error is null)];
        return new
        {
            SchemaVersion,
            Network = network,
            Photos = measured.Count,
            Failed = photos.Where(photo => photo.Error is not null).OrderBy(photo => photo.Photo, StringComparer.Ordinal)
                .Select(photo => new { photo.Photo, photo.Error }),
            // Of photos that came without a label, every one.
            Accuracy = measured.Count == 0 ? (double?)null : measured.Count(photo => photo.Class == photo.Predicted) / (double)measured.Count,
            Metrics = metrics.Select(metric => new { Name = metric.Key, metric.Meaning, Better = metric.IsBetterLarge ? "large" : "small" }),
            Results = means,
        };
    }

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
