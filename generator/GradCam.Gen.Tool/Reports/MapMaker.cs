using GradCam.Imaging;

namespace GradCam.Gen.Tool.Reports;

/// <summary>Makes all maps of a photo that a report has.</summary>
/// <param name="session">The session.</param>
/// <param name="report">Which.</param>
/// <param name="isCounterfactual">True for what speaks against classes.</param>
/// <param name="photos">How many photos share the report.</param>
internal sealed class MapMaker(NetworkSession session, ReportSettings report, bool isCounterfactual, int photos)
{
    private readonly List<(string Layer, CamMethod Method, string Reason)> _refused = [];
    private ReportBudget? _budget;

    /// <summary>Methods that a layer, or the network, does not allow, and why.</summary>
    public IReadOnlyList<(string Layer, CamMethod Method, string Reason)> Refused => _refused;

    /// <summary>What explanations cost, measured on the first photo; null before.</summary>
    public ExplanationCosts? Costs { get; private set; }

    /// <summary>Makes the maps of the photo whose forward pass was the session's last.</summary>
    /// <param name="path">The photo's path.</param>
    /// <param name="photo">The photo.</param>
    /// <param name="wanted">A class that must be there; null for no such.</param>
    /// <param name="name">What a class is called.</param>
    /// <param name="milliseconds">What it took to decode it, and to run forward.</param>
    public PhotoRecord Make(string path, Photo photo, int? wanted, Func<int, string> name, (double Decode, double Forward) milliseconds)
    {
        List<Prediction> chosen = [.. session.GetTop(report.Classes)];
        if (wanted is int index && chosen.TrueForAll(prediction => prediction.ClassIndex != index))
            chosen.Add(new Prediction { ClassIndex = index, Probability = session.Probabilities[index] });
        int[] classes = [.. chosen.Select(prediction => prediction.ClassIndex)];
        PhotoRegion region = session.Region;
        ReportBudget budget = _budget ??= Share(classes.Length);

        var maps = new MapCells?[classes.Length * report.Layers.Count * report.Methods.Count];
        for (int layer = 0; layer < report.Layers.Count; layer++)
        {
            for (int method = 0; method < report.Methods.Count; method++)
                Make(classes, layer, method, budget.MapSide, maps);
        }

        Costs ??= ExplanationCosts.Measure(session, photo, classes[0], report, Refuses);
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

    private bool Refuses(string layer, CamMethod method) => _refused.Exists(refused => (refused.Layer, refused.Method) == (layer, method));

    private void Make(int[] classes, int layer, int method, int side, MapCells?[] maps)
    {
        string layerName = report.Layers[layer];
        CamMethod formula = report.Methods[method];
        if (Refuses(layerName, formula))
            return;
        HeatmapSet made;
        try
        {
            made = session.Explain(classes, layerName, formula, isCounterfactual);
        }
        catch (NotSupportedException exception) when (Costs is null)
        {
            _refused.Add((layerName, formula, exception.Message));
            return;
        }

        MapCells? last = null;
        for (int i = 0; i < classes.Length; i++)
        {
            MapCells cells = MapCells.Of(made[i], side);
            last = cells.IsSameAs(last) ? last : cells;
            maps[(i * report.Layers.Count + layer) * report.Methods.Count + method] = last;
        }
    }

    private ReportBudget Share(int classes)
    {
        var sizes = report.Layers.Select(name => session.Info.Layers.First(layer => layer.Name == name).Activation).Select(map => (map.Width, map.Height));
        return ReportBudget.Of(photos, [.. sizes], classes * report.Methods.Count);
    }
}
