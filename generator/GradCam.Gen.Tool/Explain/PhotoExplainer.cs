using GradCam.Imaging;
using GradCam.Gen.Tool.Terminal;

namespace GradCam.Gen.Tool.Explain;

/// <summary>Explains one photo after the other: the program's main job, without the console.</summary>
internal sealed class PhotoExplainer(NetworkSession session, Settings settings)
{
    /// <summary>Decodes, predicts, explains, draws and writes.</summary>
    /// <exception cref="PhotoException">The photo cannot be decoded.</exception>
    /// <exception cref="IOException">A file cannot be read or written.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be read or written.</exception>
    public Explanation Explain(PhotoFile file)
    {
        Photo photo = Photo.Decode(file.Path, settings.Decoding);
        session.Forward(photo);
        List<(Prediction, string)> top = [.. session.GetTop(settings.Top).Select(p => (p, Name(p.ClassIndex)))];
        int classIndex = settings.ClassIndex ?? session.GetBestIndex();
        Heatmap heatmap = session.Explain(classIndex, settings.Layer, settings.Method, settings.Counterfactual);

        Photo overlay = Overlay.Draw(photo, heatmap, settings.Overlay);
        using var files = new WholeFiles();
        files.Write(file.Output, (settings.SideBySide ? Photo.SideBySide(photo, overlay) : overlay).WritePng);
        List<string> written = [file.Output];
        if (settings.Raw != RawFormat.None)
            written.Add(WriteRaw(heatmap, file.Output, files));
        files.Commit();
        return new Explanation(
            file, top, classIndex, Name(classIndex), heatmap.LayerName, heatmap.Method, heatmap.IsCounterfactual, heatmap.IsFinite,
            heatmap.Values.IndexOfAnyExcept(0f) < 0, written);
    }

    private string Name(int classIndex)
    {
        IReadOnlyList<string> labels = session.Info.Labels;
        return classIndex < labels.Count ? labels[classIndex] : $"class {classIndex}";
    }

    /// <summary>Beside the overlay. Its name ends as all of this program's do, since the user did not name it.</summary>
    private string WriteRaw(Heatmap heatmap, string overlay, WholeFiles files)
    {
        string stem = Path.ChangeExtension(overlay, null);
        if (!stem.EndsWith(PhotoSearch.Suffix, StringComparison.OrdinalIgnoreCase))
            stem += PhotoSearch.Suffix;
        string path = stem + (settings.Raw == RawFormat.Csv ? ".csv" : ".npy");
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
