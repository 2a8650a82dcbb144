using System.Globalization;
using GradCam.Gen.Tool.Terminal;
using Spectre.Console;

namespace GradCam.Gen.Tool.Evaluation;

/// <summary>Methods by metrics, for people.</summary>
internal static class MethodTable
{
    /// <summary>Writes the table, the best of each column bold.</summary>
    public static void Write(IReadOnlyList<MethodMeans> means, IReadOnlyList<Metric> metrics, IAnsiConsole console)
    {
        Metric[] columns = [.. metrics.Where(metric => means.Any(mean => mean.Means.ContainsKey(metric.Key)))];
        Table table = new Table().Border(TableBorder.Rounded).AddColumns("layer", "method");
        foreach (string name in columns.Select(metric => metric.Key).Append("forwards"))
            table.AddColumn(new TableColumn(name).RightAligned());
        Dictionary<Metric, double> best = columns.ToDictionary(metric => metric, metric => Best(means, metric));
        foreach (MethodMeans mean in means)
        {
            IEnumerable<string> cells = columns.Select(metric => Cell(mean, metric, best[metric]));
            table.AddRow([Safe(mean.Layer), Safe(mean.Method), .. cells, Number(mean.Forwards, "0.0")]);
        }

        console.Write(table);
    }

    /// <summary>A number, as tables have it.</summary>
    public static string Number(double value, string format = "0.000") => value.ToString(format, CultureInfo.InvariantCulture);

    private static double Best(IReadOnlyList<MethodMeans> means, Metric metric)
    {
        IEnumerable<double> values = means.Where(mean => mean.Means.ContainsKey(metric.Key)).Select(mean => mean.Means[metric.Key]);
        return metric.IsBetterLarge ? values.Max() : values.Min();
    }

    private static string Cell(MethodMeans mean, Metric metric, double best)
    {
        if (!mean.Means.TryGetValue(metric.Key, out double value))
            return "-";
        return value == best ? $"[bold]{Number(value)}[/]" : Number(value);
    }

    private static string Safe(string text) => Markup.Escape(Printable.Name(text));
}
