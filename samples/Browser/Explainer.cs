using System.Runtime.InteropServices.JavaScript;
using System.Runtime.Versioning;
using GradCam;
using GradCam.Imaging;

namespace Browser;

/// <summary>What the page calls. Pixels go through one buffer that is kept, so that a camera's frames allocate nothing here.</summary>
[SupportedOSPlatform("browser")]
internal static partial class Explainer
{
    // A page has one thread; more are asked for by mistake at most, and what there is does the work.
    private static readonly Photo10 Network = Photo10.LoadEmbedded();
    private static readonly Photo10.Session Session = Network.CreateSession();
    private static byte[] _pixels = [];
    private static int _width;
    private static int _height;

    /// <summary>The classes' names, in order.</summary>
    [JSExport]
    internal static string[] GetLabels() => [.. Photo10.Labels];

    /// <summary>The names of the colour maps.</summary>
    [JSExport]
    internal static string[] GetColorMaps() => [.. ColorMap.All.Select(map => map.Name)];

    /// <summary>Runs the network on the page's photo.</summary>
    /// <returns>The logits.</returns>
    [JSExport]
    internal static double[] Forward(int width, int height)
    {
        (_width, _height) = (width, height);
        Session.Forward(new ImageView(ReadPhoto(), width, height, PixelFormat.Rgba32));
        double[] logits = new double[Photo10.ClassCount];
        for (int i = 0; i < logits.Length; i++)
            logits[i] = Session.Logits[i];
        return logits;
    }

    /// <summary>The probabilities of the photo of the last <see cref="Forward"/>.</summary>
    [JSExport]
    internal static double[] GetProbabilities()
    {
        double[] probabilities = new double[Photo10.ClassCount];
        for (int i = 0; i < probabilities.Length; i++)
            probabilities[i] = Session.Probabilities[i];
        return probabilities;
    }

    /// <summary>Draws what speaks for or against a class over the photo of the last <see cref="Forward"/>, which the page still has.</summary>
    [JSExport]
    internal static void Draw(int classIndex, bool against, string colorMap, double opacity, bool onlyWhereHot)
    {
        Heatmap why = Session.GradCam((Photo10.Class)classIndex, counterfactual: against);
        var options = new OverlayOptions
        {
            ColorMap = ColorMap.Parse(colorMap),
            Opacity = opacity,
            Blend = onlyWhereHot ? BlendMode.ByHeat : BlendMode.Uniform,
        };
        Span<byte> pixels = ReadPhoto();
        Overlay.Draw(pixels, _width, _height, why, options);
        ShowPixels(pixels, _width, _height);
    }

    private static Span<byte> ReadPhoto()
    {
        int length = checked(_width * _height * 4);
        if (_pixels.Length < length)
            _pixels = new byte[length];
        Span<byte> pixels = _pixels.AsSpan(0, length);
        CopyPixels(pixels);
        return pixels;
    }

    /// <summary>The page copies its photo, RGBA, to where it is told.</summary>
    [JSImport("copyPixels", "page")]
    private static partial void CopyPixels([JSMarshalAs<JSType.MemoryView>] Span<byte> pixels);

    /// <summary>The page shows what it is given, RGBA.</summary>
    [JSImport("showPixels", "page")]
    private static partial void ShowPixels([JSMarshalAs<JSType.MemoryView>] Span<byte> pixels, int width, int height);
}
