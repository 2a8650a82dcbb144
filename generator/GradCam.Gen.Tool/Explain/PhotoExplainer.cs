using System.Diagnostics;
using System.Text;
using GradCam.Gen.Tool.Reports;
using GradCam.Gen.Tool.Terminal;
using GradCam.Imaging;

namespace GradCam.Gen.Tool.Explain;

/// <summary>Explains one photo after the other: the program's main job, without the console.</summary>
/// <param name="session">The session.</param>
/// <param name="settings">What is wanted.</param>
/// <param name="sources">The network's files, for manifests.</param>
/// <param name="maps">Makes what a report has; null without one.</param>
internal sealed class PhotoExplainer(NetworkSession session, Settings settings, NetworkFiles sources, MapMaker? maps)
{
    /// <summary>What makes the maps of a report; null without one.</summary>
    public MapMaker? Maps => maps;

    /// <summary>Whether each photo gets files of its own.</summary>
    public bool WritesFiles => settings.WritesFiles;

    /// <summary>The steps that a photo takes.</summary>
    public int Steps => 1 + (maps?.Count ?? 0);

    /// <summary>Decodes, predicts, explains, draws and writes.</summary>
    /// <param name="file">The photo.</param>
    /// <param name="progress">Is told of each step.</param>
    /// <exception cref="PhotoException">The photo cannot be decoded.</exception>
    /// <exception cref="IOException">A file cannot be read or written.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be read or written.</exception>
    public Explanation Explain(PhotoFile file, StepProgress progress)
    {
        long start = Stopwatch.GetTimestamp();
        Photo photo = Photo.Decode(file.Path, settings.Decoding);
        double decode = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        start = Stopwatch.GetTimestamp();
        session.Forward(photo);
        double forward = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        List<(Prediction, string)> top = [.. session.GetTop(settings.Top).Select(p => (p, Name(p.ClassIndex)))];
        int classIndex = settings.ClassIndex ?? session.GetBestIndex();
        ExplainOptions options = settings.Options with { Progress = progress };
        progress.Begin(settings.Method.ToString()!);
        ExplainedMap map = ExplainedMap.Make(session, photo, classIndex, settings.Layer, settings.Method, options, settings.Counterfactual);
        Heatmap heatmap = map.Heatmap;

        IReadOnlyList<string> written = settings.WritesFiles ? Write(file, photo, map, options) : [];
        var explanation = new Explanation(
            file, top, classIndex, Name(classIndex), heatmap.LayerName, heatmap.Method, heatmap.IsCounterfactual, heatmap.IsFinite,
            heatmap.Values.IndexOfAnyExcept(0f) < 0, written);
        return maps is null
            ? explanation
            : explanation with { Record = maps.Make(file.Path, photo, settings.ClassIndex, Name, (decode, forward), map.Attribution, progress) };
    }

    private List<string> Write(PhotoFile file, Photo photo, ExplainedMap map, ExplainOptions options)
    {
        Heatmap heatmap = map.Heatmap;
        Photo overlay = Overlay.Draw(photo, heatmap, settings.Overlay);
        using var files = new WholeFiles();
        files.Write(file.Output, (settings.SideBySide ? Photo.SideBySide(photo, overlay) : overlay).WritePng);
        List<string> written = [file.Output];
        if (settings.Raw != RawFormat.None)
            written.Add(WriteRaw(heatmap, file.Output, files));
        if (settings.IsWithManifest)
            written.Add(WriteManifest(photo, map, options, file.Output, files));
        files.Commit();
        return written;
    }

    private string Name(int classIndex) => ClassNames.Of(session.Info, classIndex);

    private string WriteManifest(Photo photo, ExplainedMap map, ExplainOptions options, string overlay, WholeFiles files)
    {
        string path = Beside(overlay, ".json");
        string json = sources.Describe(session, map, photo, options).ToJson() + "\n";
        files.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(json)));
        return path;
    }

    /// <summary>Beside the overlay. Its name ends as all of this program's do, since the user did not name it.</summary>
    private static string Beside(string overlay, string extension)
    {
        string stem = Path.ChangeExtension(overlay, null);
        return (stem.EndsWith(PhotoSearch.Suffix, StringComparison.OrdinalIgnoreCase) ? stem : stem + PhotoSearch.Suffix) + extension;
    }

    private string WriteRaw(Heatmap heatmap, string overlay, WholeFiles files)
    {
        string path = Beside(overlay, settings.Raw == RawFormat.Csv ? ".csv" : ".npy");
        files.Write(path, stream =>
        {
            if (settings.Raw == RawFormat.Npy)
            {
                heatmap.WriteNpy(stream);
                return;
            }

            using var writer = new StreamWriter(stream, leaveOpen: true);
            heatmap.WriteCsv(writer);
        });
        return path;
    }
}
