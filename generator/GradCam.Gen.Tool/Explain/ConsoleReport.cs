using System.Globalization;
using GradCam.Gen.Tool.Terminal;
using Spectre.Console;

namespace GradCam.Gen.Tool.Explain;

/// <summary>What is printed about photos.</summary>
internal sealed class ConsoleReport(IAnsiConsole console)
{
    /// <summary>One photo: a table of the best classes and what was written.</summary>
    public void Detailed(Explanation explanation)
    {
        console.MarkupLine($"[bold]{Safe(explanation.Photo.Path)}[/]");
        var table = new Table().Border(TableBorder.Rounded);
        table.AddColumn("class");
        table.AddColumn(new TableColumn("probability").RightAligned());
        table.AddColumn("");
        foreach ((Prediction prediction, string name) in explanation.Top)
        {
            string style = prediction.ClassIndex == explanation.ClassIndex ? "bold" : "default";
            table.AddRow(
                new Markup($"[{style}]{Safe(name)}[/]"), new Markup($"[{style}]{Percent(prediction.Probability)}[/]"),
                new Text(new string('█', (int)Math.Round(20 * (float.IsNaN(prediction.Probability) ? 0 : prediction.Probability)))));
        }

        console.Write(table);
        string what = explanation.IsCounterfactual ? "against" : "for";
        string where = $"{explanation.Method} at {explanation.LayerName}";
        console.MarkupLine($"what speaks {what} [bold]{Safe(explanation.ClassName)}[/]: {Safe(where)}");
        Warn(explanation);
        foreach (string file in explanation.Written)
            console.MarkupLine($"written: [link]{Safe(file)}[/]");
    }

    /// <summary>One photo of many: a line.</summary>
    public void Line(Explanation explanation)
    {
        string top = string.Join("  ", explanation.Top.Select(t => $"{t.Name} {Percent(t.Prediction.Probability)}"));
        string files = explanation.Written.Count == 0 ? "" : $" -> {Safe(string.Join(", ", explanation.Written))}";
        console.MarkupLine($"[bold]{Safe(explanation.Photo.Path)}[/]: {Safe(top)}{files}");
        Warn(explanation);
    }

    /// <summary>A file that is of all photos.</summary>
    public void Written(string file, long bytes)
    {
        string size = string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB");
        console.MarkupLine($"written: [link]{Safe(file)}[/] ({size})");
    }

    /// <summary>Many photos: the end.</summary>
    public void Summary(int explained, int failed, TimeSpan time)
    {
        string failures = failed == 0 ? "" : $", [red]{failed} failed[/]";
        console.MarkupLine(string.Create(CultureInfo.InvariantCulture, $"{explained} explained{failures} in {time.TotalSeconds:0.0} s"));
    }

    private void Warn(Explanation explanation)
    {
        if (!explanation.IsFinite)
            console.MarkupLine("[yellow]the map is empty: the network's numbers are not finite[/]");
        else if (explanation.IsFlat)
            console.MarkupLine("[yellow]the map is empty: at this layer nothing stands out[/]");
    }

    private static string Safe(string text) => Markup.Escape(Printable.Name(text));

    private static string Percent(float probability) =>
        float.IsNaN(probability) ? "?" : string.Create(CultureInfo.InvariantCulture, $"{100 * probability:0.0} %");
}
