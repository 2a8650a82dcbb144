using System.Security.Cryptography;
using GradCam.Imaging;

namespace GradCam.Gen.Tool.Explain;

/// <summary>What manifests say of a network's files.</summary>
/// <param name="SpecSha256">The hash of its spec, or of its ONNX file; null where it is built in.</param>
/// <param name="WeightsSha256">The hash of its weights; null where nobody knows.</param>
internal sealed record NetworkFiles(string? SpecSha256, string? WeightsSha256)
{
    /// <summary>Reads a network's files.</summary>
    /// <exception cref="NetworkException">One cannot be read.</exception>
    public static NetworkFiles Of(ChosenNetwork network)
    {
        string? weights = Hash(network.WeightFile) ?? network.Info.WeightFileSha256;
        return new NetworkFiles(Hash(network.SpecFile), weights);
    }

    /// <summary>A manifest with all that is known.</summary>
    public ExplanationManifest Describe(NetworkSession session, ExplainedMap map, Photo photo, ExplainOptions options)
    {
        ExplanationManifest manifest = map.Attribution is { } attribution
            ? ExplanationManifest.Create(session, attribution, options)
            : ExplanationManifest.Create(session, map.Heatmap, options);
        return manifest with
        {
            SpecSha256 = SpecSha256,
            WeightsSha256 = WeightsSha256,
            PixelsSha256 = ExplanationManifest.HashPixels(photo),
        };
    }

    private static string? Hash(FileInfo? file)
    {
        if (file is null)
            return null;
        try
        {
            using FileStream stream = new FileStream(file.FullName, FileMode.Open, FileAccess.Read, FileShare.Read);
            return Convert.ToHexStringLower(SHA256.HashData(stream));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new NetworkException($"{file}: {exception.Message}");
        }
    }
}
