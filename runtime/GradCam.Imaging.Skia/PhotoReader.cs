using GradCam.Imaging.Skia.Decoding;
using SkiaSharp;

namespace GradCam.Imaging;

/// <summary>
/// Decodes photos for a network, one after the other into memory that is kept. JPEG files that are much larger than the network's input come out at 1/2, 1/4 or
/// 1/8 of their size, which takes a fraction of the time. Not thread-safe.
/// </summary>
public sealed class PhotoReader
{
    /// <summary>
    /// How many times as large as the input a reduced photo's shorter side still is: so the resampling that follows sees nearly what it would have seen.
    /// </summary>
    private const int Margin = 2;

    private readonly PhotoBuffers _buffers = new();
    private readonly PhotoOptions _options;
    private readonly int _leastSide;

    /// <summary>Prepares for a network.</summary>
    /// <param name="network">The network: <c>ResNet18.Info</c>.</param>
    /// <param name="options">Options.</param>
    public PhotoReader(NetworkInfo network, PhotoOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        _options = options ?? new PhotoOptions();
        _leastSide = Margin * Math.Max(network.Preprocessing.ResizeShorterSide, Math.Max(network.Input.Height, network.Input.Width));
    }

    /// <summary>
    /// Whether large JPEG files are reduced while they are decoded; true by default. The network's input then differs from that of the whole photo: by less
    /// than a level of 255 in the mean, of photos with very fine detail by up to three.
    /// </summary>
    public bool ReducesJpeg { get; init; } = true;

    /// <summary>Decodes a photo, as <c>Photo.Decode</c> does but for its size.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The photo: to be used until the next one is decoded, which takes its memory.</returns>
    /// <exception cref="PhotoException">The file is not a picture, is damaged or cut off, or has too many pixels.</exception>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be opened.</exception>
    public Photo Decode(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using FileStream stream = File.OpenRead(path);
        using SKData data = SKData.Create(stream) ?? throw new PhotoException($"{path}: the file is empty or cannot be read.");
        return Decode(data, path);
    }

    /// <summary>Decodes a photo from memory.</summary>
    /// <param name="file">The file's bytes.</param>
    /// <param name="name">What messages call it.</param>
    /// <returns>The photo: to be used until the next one is decoded, which takes its memory.</returns>
    /// <exception cref="PhotoException">The bytes are not a picture, are damaged or cut off, or have too many pixels.</exception>
    public Photo Decode(ReadOnlySpan<byte> file, string name = "bytes")
    {
        using SKData data = SKData.CreateCopy(file);
        return Decode(data, name);
    }

    private Photo Decode(SKData data, string name) => PhotoDecoder.Decode(data, name, _options, _buffers, ReducesJpeg ? _leastSide : 0);
}
