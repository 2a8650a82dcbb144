using System.Globalization;
using GradCam.Evaluate;
using GradCam.Gen.Tool.Explain;
using GradCam.Gen.Tool.Files;
using GradCam.Gen.Tool.Terminal;

namespace GradCam.Gen.Tool.Evaluation;

/// <summary>The photos of a folder with their labels and boxes.</summary>
internal static class PhotoList
{
    private const string LabelLine = "a photo's name and its class";
    private const string BoxLine = "a photo's name and a box: left, top, width and height in pixels";

    private static readonly string[] Headers = ["photo", "file", "filename", "image", "name", "path"];

    /// <summary>Finds them, by name.</summary>
    /// <param name="folder">The folder; its subfolders are walked.</param>
    /// <param name="labels">What photos show; null where nobody said.</param>
    /// <param name="boxes">Where it is; null where nobody said.</param>
    /// <param name="info">The network, for class names.</param>
    /// <param name="notes">Receives what was left out.</param>
    /// <param name="cancellation">Ends the search.</param>
    /// <exception cref="UsageException">The folder has no photos.</exception>
    /// <exception cref="FileException">There is no such folder, or a file of labels or boxes cannot be used.</exception>
    public static IReadOnlyList<LabelledPhoto> Read(
        string folder, FileInfo? labels, FileInfo? boxes, NetworkInfo info, List<string> notes, CancellationToken cancellation)
    {
        if (!Directory.Exists(folder))
            throw new FileException(File.Exists(folder) ? $"{folder} is a file: name a folder." : $"{folder}: there is no such file or folder.");
        PhotoSearch search = PhotoSearch.Run(new Settings { Paths = [folder], Recursive = true, Layer = "" }, cancellation);
        notes.AddRange(search.Messages);
        Dictionary<string, string> paths = search.Photos.ToDictionary(
            photo => Path.GetRelativePath(folder, photo.Path).Replace(Path.DirectorySeparatorChar, '/'), photo => photo.Path, StringComparer.Ordinal);
        Dictionary<string, int>? classes = labels is null ? null : ReadLabels(labels, info, paths, notes);
        Dictionary<string, List<PhotoBox>> places = boxes is null ? [] : ReadBoxes(boxes, paths, notes);
        List<LabelledPhoto> photos =
        [
            .. paths.Where(path => classes is null || classes.ContainsKey(path.Key)).OrderBy(path => path.Key, StringComparer.Ordinal)
                .Select(path => new LabelledPhoto(path.Key, path.Value, classes?[path.Key], places.GetValueOrDefault(path.Key) ?? [])),
        ];
        if (photos.Count == 0 && !cancellation.IsCancellationRequested)
            throw new UsageException($"None of the {paths.Count} photos in '{folder}' is in {labels}.");
        if (photos.Count < paths.Count)
            notes.Add($"{folder}: {paths.Count - photos.Count} photo(s) without a label in {labels}, left out.");
        int boxless = photos.Count(photo => photo.Boxes.Count == 0);
        if (boxes is not null && boxless > 0)
            notes.Add($"{folder}: {boxless} photo(s) without a box in {boxes}, which do not count where boxes are measured.");
        return photos;
    }

    private static Dictionary<string, int> ReadLabels(FileInfo file, NetworkInfo info, Dictionary<string, string> paths, List<string> notes)
    {
        var classes = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach ((CsvLine line, string name) in Lines(file, 2, LabelLine, paths, notes))
        {
            int classIndex;
            try
            {
                classIndex = ClassNames.Find(info, line.Fields[1]);
            }
            catch (UsageException exception)
            {
                throw new FileException($"{file}({line.Number}): {exception.Message}");
            }

            if (!classes.TryAdd(name, classIndex) && classes[name] != classIndex)
                throw new FileException($"{file}({line.Number}): {name} has two classes.");
        }

        return classes;
    }

    private static Dictionary<string, List<PhotoBox>> ReadBoxes(FileInfo file, Dictionary<string, string> paths, List<string> notes)
    {
        var boxes = new Dictionary<string, List<PhotoBox>>(StringComparer.Ordinal);
        foreach ((CsvLine line, string name) in Lines(file, 5, BoxLine, paths, notes))
        {
            double[] edges = new double[4];
            for (int i = 0; i < edges.Length; i++)
            {
                string field = line.Fields[i + 1];
                if (!double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out edges[i]) || !double.IsFinite(edges[i]))
                    throw new FileException($"{file}({line.Number}): expected {BoxLine}; found '{field}'.");
            }

            if (edges[2] <= 0 || edges[3] <= 0)
                throw new FileException($"{file}({line.Number}): the box is {edges[2]}x{edges[3]} pixels; expected left, top, width and height.");
            if (!boxes.TryGetValue(name, out List<PhotoBox>? list))
                boxes[name] = list = [];
            list.Add(new PhotoBox { Left = edges[0], Top = edges[1], Width = edges[2], Height = edges[3] });
        }

        return boxes;
    }

    /// <summary>The lines about photos that are there. A first line of headings is one that names no photo.</summary>
    private static List<(CsvLine Line, string Name)> Lines(FileInfo file, int fields, string expected, Dictionary<string, string> paths, List<string> notes)
    {
        // A file that gives names alone is about photos of the folder and of its subfolders.
        Dictionary<string, string> byName = paths.Keys.GroupBy(path => path.Split('/')[^1], StringComparer.Ordinal)
            .Where(group => group.Count() == 1).ToDictionary(group => group.Key, group => group.Single(), StringComparer.Ordinal);
        var lines = new List<(CsvLine, string)>();
        var missing = new List<string>();
        foreach (CsvLine line in CsvFile.Read(file, fields, expected))
        {
            string name = line.Fields[0].Replace('\\', '/');
            if (name.StartsWith("./", StringComparison.Ordinal))
                name = name[2..];
            if (paths.ContainsKey(name))
                lines.Add((line, name));
            else if (byName.TryGetValue(name, out string? path))
                lines.Add((line, path));
            else if (line.Number > 1 || !Headers.Contains(name, StringComparer.OrdinalIgnoreCase))
                missing.Add(name);
        }

        if (missing.Count > 0)
            notes.Add($"{file}: {missing.Count} line(s) about photos that are not in the folder, '{missing[0]}' the first.");
        return lines;
    }
}
