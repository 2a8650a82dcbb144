using System.Globalization;
using System.Text.RegularExpressions;

namespace GradCam.Gen.Build.Onnx;

/// <summary>
/// How a photo becomes the input: the spec's image line. An ONNX file need not say it; what its metadata_props say is taken where it can be read in one way
/// only, and told where not.
/// </summary>
public sealed class ImageLine
{
    /// <summary>The preprocessing of most networks trained on ImageNet.</summary>
    public const string Torchvision = "rgb resize 256 crop 224 mean 0.485 0.456 0.406 std 0.229 0.224 0.225";

    /// <summary>Pixels of -1 to 1: TensorFlow's networks.</summary>
    public const string Symmetric = "rgb mean 0.5 0.5 0.5 std 0.5 0.5 0.5";

    /// <summary>Pixels of 0 to 255, as they are.</summary>
    public const string Raw = "rgb scale 1";

    /// <summary>Words of metadata keys that speak of preprocessing.</summary>
    private static readonly Regex Related = new(
        "mean|std|imgsz|image|img|input_size|crop|resize|pixel|scale|normali|interpolation|color|colour|channel|stride|preprocess",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);

    private static readonly string[] MeanKeys = ["mean", "image_mean", "img_mean", "input_mean", "pixel_mean", "normalize_mean"];
    private static readonly string[] DeviationKeys = ["std", "image_std", "img_std", "input_std", "pixel_std", "normalize_std"];

    private ImageLine(string? text, bool isStated, IReadOnlyList<string> notes)
    {
        Text = text;
        IsStated = isStated;
        Notes = notes;
    }

    /// <summary>The line without its first word, or null where there is none.</summary>
    public string? Text { get; }

    /// <summary>True where the user or the file says how pixels become numbers.</summary>
    public bool IsStated { get; }

    /// <summary>Where the line comes from, or what to do without one; also comments in the spec.</summary>
    public IReadOnlyList<string> Notes { get; }

    internal static ImageLine Of(IReadOnlyDictionary<string, string> metadata, NetValue input, string? given)
    {
        if (given is not null)
            return new ImageLine(given, isStated: true, []);
        bool isImage = input is { Channels: 1 or 3, IsVector: false };
        string said = string.Join("; ", metadata.Where(pair => Related.IsMatch(pair.Key)).Take(8)
            .Select(pair => $"{NameValues.OneLine(pair.Key, 40)} = {NameValues.OneLine(pair.Value, 80)}"));
        if (isImage && (Ultralytics(metadata, input) ?? Standard(metadata, input) ?? MeanAndDeviation(metadata, input)) is string line)
            return new ImageLine(line, isStated: true, [$"The image line is from the file's metadata ({said})."]);

        string? text = input.Channels == 1 && !input.IsVector ? "gray" : null;
        var notes = new List<string>();
        if (isImage)
        {
            notes.Add(
                "The file does not say how a photo becomes the input: here it is squashed to the input's size and scaled to 0 … 1. If the network was trained");
            notes.Add(input.Channels == 1
                ? "otherwise, say so in the image line, e.g.: image gray mean 0.1307 std 0.3081"
                : $"otherwise, say so in an image line, e.g. for torchvision: image {Torchvision}");
            if (input.Channels == 3)
                notes.Add($"Other common ones: image {Symmetric} (-1 … 1: TensorFlow), image {Raw} (0 … 255).");
        }
        if (said.Length > 0)
            notes.Add($"Its metadata has, perhaps about that: {said}.");
        return new ImageLine(text, isStated: !isImage, notes);
    }

    /// <summary>
    /// Ultralytics' classifiers: the centre of the photo, scaled to 0 … 1. Its detectors put a frame around the photo, which no image line says.
    /// </summary>
    private static string? Ultralytics(IReadOnlyDictionary<string, string> metadata, NetValue input) =>
        Value(metadata, "author") == "Ultralytics" && Value(metadata, "task") == "classify" && input.Channels == 3 && input.Height == input.Width
        && Numbers(metadata, "imgsz") is [double first, ..] sizes && first == input.Height && sizes.All(size => size == first)
            ? $"rgb resize {NumberText.Format(input.Height)} crop {NumberText.Format(input.Height)}"
            : null;

    /// <summary>ONNX's own keys for images (MetadataProps.md), as Windows ML and Custom Vision write them.</summary>
    private static string? Standard(IReadOnlyDictionary<string, string> metadata, NetValue input)
    {
        string? order = Value(metadata, "Image.BitmapPixelFormat") switch
        {
            "Rgb8" or "Rgba8" when input.Channels == 3 => "rgb",
            "Bgr8" or "Bgra8" when input.Channels == 3 => "bgr",
            "Gray8" when input.Channels == 1 => "gray",
            _ => null,
        };
        string? range = Value(metadata, "Image.NominalPixelRange") switch
        {
            "NominalRange_0_255" => " scale 1",
            "Normalized_0_1" => "",
            "Normalized_1_1" => $" mean {Repeat("0.5", input.Channels)} std {Repeat("0.5", input.Channels)}",
            _ => null,
        };
        return order is null || range is null ? null : order + range;
    }

    /// <summary>Mean and deviation of each channel, of pixels of 0 to 1 or of 0 to 255; timm's crop_pct where it is there.</summary>
    private static string? MeanAndDeviation(IReadOnlyDictionary<string, string> metadata, NetValue input)
    {
        if (First(metadata, MeanKeys) is not { } mean || First(metadata, DeviationKeys) is not { } deviation
            || mean.Length != input.Channels || deviation.Length != input.Channels || deviation.Any(value => value <= 0)
                || mean.Any(value => value is < 0 or > 255))
            return null;
        // Of one half each way: means below 1 and deviations above do not go together.
        bool isUnit = mean.All(value => value <= 1) && deviation.All(value => value <= 1);
        bool isByte = mean.All(value => value > 1) && deviation.All(value => value >= 1);
        if (!isUnit && !isByte)
            return null;
        string size = input.Height == input.Width && Numbers(metadata, "crop_pct") is [var share] && share is > 0.5 and <= 1
            ? $" resize {NumberText.Format((int)Math.Floor(input.Height / share))} crop {NumberText.Format(input.Height)}"
            : "";
        return $"{(input.Channels == 1 ? "gray" : "rgb")}{size} mean {Text(mean)} std {Text(deviation)}{(isByte ? " scale 1" : "")}";

        static string Text(double[] values) => string.Join(" ", values.Select(value => NumberText.Format((float)value)));
    }

    private static string Repeat(string text, int count) => string.Join(" ", Enumerable.Repeat(text, count));

    private static string? Value(IReadOnlyDictionary<string, string> metadata, string key) =>
        metadata.TryGetValue(key, out string? value) ? value.Trim() : null;

    private static double[]? First(IReadOnlyDictionary<string, string> metadata, string[] keys) =>
        keys.Select(key => Numbers(metadata, key)).FirstOrDefault(numbers => numbers is not null);

    /// <summary>The numbers of "[0.485, 0.456, 0.406]", "(224, 224)" or "224"; null where there is anything else.</summary>
    private static double[]? Numbers(IReadOnlyDictionary<string, string> metadata, string key)
    {
        if (Value(metadata, key) is not { Length: > 0 and <= 200 } text)
            return null;
        string[] parts = text.Trim('[', ']', '(', ')').Split([',', ' '], StringSplitOptions.RemoveEmptyEntries);
        var numbers = new double[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            bool isNumber = double.TryParse(parts[i], NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[i]);
            if (!isNumber || double.IsNaN(numbers[i]) || double.IsInfinity(numbers[i]))
                return null;
        }
        return numbers.Length is > 0 and <= 4 ? numbers : null;
    }
}
