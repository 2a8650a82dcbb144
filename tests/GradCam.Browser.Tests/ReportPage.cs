using GradCam.Gen.Tool.Commands;
using GradCam.Gen.Tool.Explain;
using GradCam.Imaging;

namespace GradCam.Browser.Tests;

/// <summary>A report that the command made, in a folder of its own.</summary>
public sealed class ReportPage : IDisposable
{
    /// <summary>A file name that would end an element, open another and turn the order of text.</summary>
    public const string Hostile = "<img src=x onerror=alert(1)>'\"&\u202egpj.png";

    private readonly string _folder = Directory.CreateTempSubdirectory("report-page").FullName;
    private readonly string _path;

    public ReportPage()
        : this(isOwnPhotoAlone: false)
    {
    }

    internal ReportPage(bool isOwnPhotoAlone)
    {
        string chelsea = Path.Combine(Site.Repository, "samples", "Explain", "photos", "chelsea.png");
        string hostile = Path.Combine(_folder, OperatingSystem.IsWindows() ? "hostile.png" : Hostile);
        Crop(Photo.Decode(chelsea)).SavePng(hostile);
        string broken = Path.Combine(_folder, "broken.jpg");
        File.WriteAllText(broken, "no photo");
        string cat = Path.Combine(_folder, "chelsea.png");
        File.Copy(chelsea, cat);
        string[] photos = isOwnPhotoAlone ? [cat] : [cat, hostile, broken];
        _path = Path.Combine(_folder, "report.html");
        using var output = new StringWriter();
        using var errors = new StringWriter();
        int code = ExplainCommand.RunAsync(
            new BuiltInNetwork<global::Explain.Photo10>(global::Explain.Photo10.LoadEmbedded), [.. photos, "--report", _path], output, errors)
            .GetAwaiter().GetResult();
        Assert.Equal(isOwnPhotoAlone ? 0 : 1, code);
    }

    public string Address => new Uri(_path).AbsoluteUri;

    /// <summary>The same report with other words in it.</summary>
    /// <param name="changes">What stands in the file, and what is to stand there.</param>
    /// <returns>Its address.</returns>
    internal string With(params (string Before, string After)[] changes)
    {
        string text = File.ReadAllText(_path);
        foreach ((string before, string after) in changes)
        {
            Assert.Contains(before, text, StringComparison.Ordinal);
            text = text.Replace(before, after, StringComparison.Ordinal);
        }

        string path = Path.Combine(_folder, $"changed-{Guid.NewGuid():n}.html");
        File.WriteAllText(path, text);
        return new Uri(path).AbsoluteUri;
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>The upper left quarter.</summary>
    private static Photo Crop(Photo photo)
    {
        int width = photo.Width / 2, height = photo.Height / 2;
        byte[] pixels = new byte[4 * width * height];
        for (int y = 0; y < height; y++)
            photo.Pixels.Slice(4 * y * photo.Width, 4 * width).CopyTo(pixels.AsSpan(4 * y * width));
        return new Photo(new ImageView(pixels, width, height, PixelFormat.Rgba32));
    }
}
