using GradCam.Fuzz.Engine;
using GradCam.Fuzz.Mutators;
using GradCam.Imaging;

namespace GradCam.Fuzz.Targets;

/// <summary>Photos of all formats that are decoded.</summary>
internal sealed class PhotoTarget : FuzzTarget
{
    public const string TargetName = "photos";

    private const long MaxPixels = 2_000_000;

    private static readonly PhotoOptions Whole = new() { MaxPixels = MaxPixels };
    private static readonly PhotoOptions Incomplete = new() { MaxPixels = MaxPixels, AllowIncomplete = true };

    public override string Name => TargetName;

    public override IReadOnlyList<byte[]> Seeds { get; } = Corpus.Read(TargetName);

    public override bool IsNative => true;

    public override byte[] Mutate(byte[] seed, Random random) => PictureMutator.Mutate(seed, random);

    public override void Run(byte[] input)
    {
        Decode(input, Whole);
        Decode(input, Incomplete);
    }

    private static void Decode(byte[] input, PhotoOptions options)
    {
        try
        {
            Photo photo = Photo.Decode(input, "fuzz", options);
            if ((long)photo.Width * photo.Height > MaxPixels || photo.Pixels.Length != 4 * photo.Width * photo.Height)
                throw new FuzzException($"a photo of {photo.Width}x{photo.Height} pixels in {photo.Pixels.Length} bytes");
            for (int i = 3; i < photo.Pixels.Length; i += 4)
            {
                if (photo.Pixels[i] != 255)
                    throw new FuzzException("a photo that is not opaque");
            }
        }
        catch (PhotoException exception)
        {
            if (!exception.Message.StartsWith("fuzz: ", StringComparison.Ordinal))
                throw new FuzzException($"a message that does not name the file: {exception.Message}");
        }
    }
}
