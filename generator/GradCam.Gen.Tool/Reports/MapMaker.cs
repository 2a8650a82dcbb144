using System.Diagnostics;
using GradCam.Gen.Tool.Terminal;
using GradCam.Imaging;

namespace GradCam.Gen.Tool.Reports;

/// <summary>Makes all maps of a photo that a report has.</summary>
/// <param name="session">The session.</param>
/// <param name="report">Which.</param>
/// <param name="isCounterfactual">True for what speaks against classes.</param>
/// <param name="photos">How many photos share the report.</param>
/// <param name="options">The seed.</param>
internal sealed class MapMaker(NetworkSession session, ReportSettings report, bool isCounterfactual, int photos, ExplainOptions options)
{
    private readonly Dictionary<int, string> _refused = [];
    private readonly Dictionary<int, ExplanationCost> _slow = [];
    private ReportBudget? _budget;

    /// <summary>Maps of <see cref="ReportSettings.Maps"/> that the layer, or the network, does not allow, by their number, and why.</summary>
    public IReadOnlyDictionary<int, string> Refused => _refused;

    /// <summary>How many maps a class has.</summary>
    public int Count => report.Maps.Count;

    /// <summary>What explanations cost, measured on the first photo; null before.</summary>
    public ExplanationCosts? Costs { get; private set; }

    /// <summary>Makes the maps of the photo whose forward pass was the session's last.</summary>
    /// <param name="path">The photo's path.</param>
    /// <param name="photo">The photo.</param>
    /// <param name="wanted">A class that must be there; null for no such.</param>
    /// <param name="name">What a class is called.</param>
    /// <param name="milliseconds">What it took to decode it, and to run forward.</param>
    /// <param name="made">What is there already of it by a method at the input, as the session's last attribution; null for nothing.</param>
    /// <param name="progress">Is told of each map.</param>
    public PhotoRecord Make(
        string path, Photo photo, int? wanted, Func<int, string> name, (double Decode, double Forward) milliseconds, Attribution? made, StepProgress progress)
    {
        List<Prediction> chosen = [.. session.GetTop(report.Classes)];
        if (wanted is int index && chosen.TrueForAll(prediction => prediction.ClassIndex != index))
            chosen.Add(new Prediction { ClassIndex = index, Probability = session.Probabilities[index] });
        int[] classes = [.. chosen.Select(prediction => prediction.ClassIndex)];
        PhotoRegion region = session.Region;
        ReportBudget budget = _budget ??= ReportBudget.Of(photos, [.. report.Maps.Select(map => map.SizeIn(session.Info))], classes.Length);

        var maps = new MapCells?[classes.Length * report.Maps.Count];
        for (int map = 0; map < report.Maps.Count; map++)
            Make(photo, classes, map, budget.MapSide, made, maps, progress);

        Costs ??= ExplanationCosts.Measure(session, photo, classes[0], report.Maps, _refused.ContainsKey, _slow);
        int room = budget.Photo - maps.Distinct().Sum(map => map?.Cells.Length ?? 0);
        return new PhotoRecord
        {
            Path = path,
            Region = region,
            Picture = ReportPicture.Of(photo, room),
            Classes = [.. chosen.Select(prediction => (prediction, name(prediction.ClassIndex)))],
            First = wanted is int first ? Array.IndexOf(classes, first) : 0,
            Maps = maps,
            DecodeMilliseconds = milliseconds.Decode,
            ForwardMilliseconds = milliseconds.Forward,
        };
    }

    private void Make(Photo photo, int[] classes, int map, int side, Attribution? made, MapCells?[] maps, StepProgress progress)
    {
        if (_refused.ContainsKey(map))
            return;
        MapCells[] cells;
        progress.Begin($"{report.Maps[map].Method} at {report.Maps[map].Layer ?? "the input"}");
        try
        {
            cells = report.Maps[map] is { Layer: string layer, Method: CamMethod method }
                ? AtLayer(classes, layer, method, side, progress)
                : AtInput(photo, classes, map, side, made, progress);
        }
        catch (NotSupportedException exception) when (Costs is null)
        {
            _refused[map] = exception.Message;
            return;
        }

        MapCells? last = null;
        for (int i = 0; i < classes.Length; i++)
        {
            last = cells[i].IsSameAs(last) ? last : cells[i];
            maps[i * report.Maps.Count + map] = last;
        }
    }

    private MapCells[] AtLayer(int[] classes, string layer, CamMethod method, int side, StepProgress progress)
    {
        HeatmapSet heatmaps = session.Explain(classes, layer, method, isCounterfactual, options with { Progress = progress });
        return [.. Enumerable.Range(0, classes.Length).Select(i => MapCells.Of(heatmaps[i], side))];
    }

    private MapCells[] AtInput(Photo photo, int[] classes, int map, int side, Attribution? made, StepProgress progress)
    {
        var method = (InputMethod)report.Maps[map].Method;
        var cells = new MapCells[classes.Length];
        // First the one that is there, which may have taken minutes: the next attribution overwrites it.
        int there = -1;
        if (made is { } first && first.Method == method)
        {
            there = Array.IndexOf(classes, first.ClassIndex);
            cells[there] = MapCells.Of(first.Heatmap, side);
        }

        for (int i = 0; i < classes.Length; i++)
        {
            if (i == there)
                continue;
            long start = Stopwatch.GetTimestamp();
            Attribution attribution = session.Attribute(photo, classes[i], method, options with { Progress = progress.Part(i, classes.Length) });
            double milliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            if (Costs is null && milliseconds > ExplanationCosts.TooLong)
                _slow[map] = new ExplanationCost(milliseconds, (attribution.Forwards, attribution.Backwards));
            cells[i] = MapCells.Of(attribution.Heatmap, side);
        }

        return cells;
    }
}
