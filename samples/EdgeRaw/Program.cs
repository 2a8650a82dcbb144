using System.Diagnostics;
using System.Globalization;
using EdgeRaw;
using GradCam;
using GradCam.Imaging;

// Frames as cameras and ffmpeg give them (-f rawvideo -pix_fmt rgb24): height x width x 3 bytes, one after the other.
if (args.Length != 2 || !TrySize(args[0], out int width) || !TrySize(args[1], out int height))
{
    Console.Error.WriteLine("usage: edgeraw WIDTH HEIGHT <frames.rgb >explained.rgb");
    Console.Error.WriteLine("Sizes are up to 8192. The best class and the time of each frame go to standard error.");
    return 2;
}

using Photo10 network = Photo10.LoadEmbedded();
using Photo10.Session session = network.CreateSession();
using Stream input = Console.OpenStandardInput();
using Stream output = Console.OpenStandardOutput();
byte[] rgb = new byte[width * height * 3];
byte[] rgba = new byte[width * height * 4];
while (true)
{
    int read = input.ReadAtLeast(rgb, rgb.Length, throwOnEndOfStream: false);
    if (read == 0)
        return 0;
    if (read < rgb.Length)
    {
        Console.Error.WriteLine($"the last frame has {read} bytes; {width}x{height} pixels of 3 are {rgb.Length}.");
        return 1;
    }

    long start = Stopwatch.GetTimestamp();
    session.Forward(new ImageView(rgb, width, height, PixelFormat.Rgb24));
    double forward = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    Prediction best = session.GetTop(1)[0];
    Heatmap why = session.GradCam(session.GetBest());
    for (int i = 0; i < width * height; i++)
        rgb.AsSpan(3 * i, 3).CopyTo(rgba.AsSpan(4 * i));
    Overlay.Draw(rgba, width, height, why);
    for (int i = 0; i < width * height; i++)
        rgba.AsSpan(4 * i, 3).CopyTo(rgb.AsSpan(3 * i));
    output.Write(rgb);
    double all = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    string line = $"{Photo10.Labels[best.ClassIndex]} {100 * best.Probability:0.0} %  forward {forward:0.000} ms  all {all:0.000} ms";
    Console.Error.WriteLine(line);
}

static bool TrySize(string text, out int size) =>
    int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out size) && size is > 0 and <= 8192;
