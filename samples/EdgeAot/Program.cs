using System.Diagnostics;
using System.Globalization;
using EdgeAot;
using GradCam;
using GradCam.ImageSharp;
using GradCam.Imaging;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats.Png;
using SixLabors.ImageSharp.PixelFormats;

if (args.Length is < 2 or > 3)
{
    Console.Error.WriteLine("usage: edgeaot PHOTO HEATMAP.png [REPEATS]   (with REPEATS: the fastest of so many forward passes)");
    return 2;
}

try
{
    using Photo10 network = Photo10.LoadEmbedded();
    using Photo10.Session session = network.CreateSession();
    using Image<Rgba32> photo = SafeDecoding.Load(args[0]);
    session.Forward(photo);
    Heatmap why = session.GradCam(session.GetBest());
    using Image<Rgba32> overlay = why.Over(photo);
    // Overlays are smooth: a better compression costs more time than writing its bytes.
    var encoder = new PngEncoder { CompressionLevel = PngCompressionLevel.BestSpeed, FilterMethod = PngFilterMethod.Sub, ColorType = PngColorType.Rgb };
    overlay.SaveAsPng(args[1], encoder);
    foreach (Prediction prediction in session.GetTop(5))
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{100 * prediction.Probability,6:0.0} %  {Photo10.Labels[prediction.ClassIndex]}"));
    if (args.Length == 3)
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"forward pass: {FastestForward(session, photo, int.Parse(args[2], CultureInfo.InvariantCulture)):0.000} ms"));
    return 0;
}
catch (Exception exception) when (exception is PhotoException or IOException or UnauthorizedAccessException or FormatException)
{
    Console.Error.WriteLine(exception.Message);
    return 1;
}

static double FastestForward(Photo10.Session session, Image<Rgba32> photo, int repeats)
{
    double best = double.PositiveInfinity;
    for (int i = 0; i < repeats; i++)
    {
        long start = Stopwatch.GetTimestamp();
        session.Forward(photo);
        best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
    }

    return best;
}
