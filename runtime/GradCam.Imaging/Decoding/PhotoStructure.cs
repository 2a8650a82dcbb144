namespace GradCam.Imaging.Decoding;

/// <summary>
/// What the structure of a photo's file says before anything is decoded. Decoders do not tell all of it: they take half a progressive JPEG for a whole one.
/// </summary>
/// <param name="Format">The format, by the first bytes.</param>
/// <param name="IsComplete">True when the file reaches the end that its format marks. What follows it does not matter.</param>
/// <param name="CanHoldPixels">False when no compression of the format puts as many pixels as the header claims into so few bytes.</param>
/// <param name="Origin">The EXIF orientation.</param>
internal readonly record struct PhotoStructure(
    PhotoFormat Format, bool IsComplete, bool CanHoldPixels = true, PhotoOrigin Origin = PhotoOrigin.TopLeft)
{
    /// <summary>The formats that are read, for messages.</summary>
    public const string Formats = "a JPEG, PNG, WebP, GIF or BMP file";

    /// <summary>Reads the structure of a file; null when it is of none of the formats.</summary>
    public static PhotoStructure? Read(ReadOnlySpan<byte> file)
    {
        if (JpegStructure.Begins(file))
            return JpegStructure.Read(file);
        if (PngStructure.Begins(file))
            return PngStructure.Read(file);
        if (WebpStructure.Begins(file))
            return WebpStructure.Read(file);
        if (GifStructure.Begins(file))
            return GifStructure.Read(file);
        return BmpStructure.Begins(file) ? BmpStructure.Read(file) : null;
    }

    /// <summary>Reads the structure of a file.</summary>
    /// <param name="file">Its bytes.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="PhotoException">It is of none of the formats.</exception>
    public static PhotoStructure Read(ReadOnlySpan<byte> file, string name) =>
        Read(file) ?? throw new PhotoException($"{name}: expected {Formats}; {Describe(file)}{Named(OtherFormats.NameOf(file))}.");

    /// <summary>An error where a decoder cannot read the header of a file.</summary>
    public static PhotoException Unreadable(ReadOnlySpan<byte> file, string name, Exception? cause = null) =>
        new(
            $"{name}: expected {Formats}; {Describe(file)}, but is damaged, cut off within its header, or coded in a way that is not read" +
            $"{Named(cause?.Message.TrimEnd('.'))}.",
            cause!);

    /// <summary>Checks what a file's header claims, before memory is taken for it.</summary>
    /// <param name="name">What messages call the file.</param>
    /// <param name="bytes">Its length.</param>
    /// <param name="width">The width by its header.</param>
    /// <param name="height">The height by its header.</param>
    /// <param name="options">The limits.</param>
    /// <exception cref="PhotoException">It has too many pixels, cannot have as many, or ends early.</exception>
    public void Check(string name, long bytes, int width, int height, PhotoOptions options)
    {
        // A .NET array holds somewhat less than 2^31 bytes.
        long most = Math.Min(options.MaxPixels, Array.MaxLength / 4);
        if (width <= 0 || height <= 0 || (long)width * height > most)
            throw new PhotoException($"{name}: the photo has {width}x{height} pixels; at most {most} are decoded (PhotoOptions.MaxPixels).");
        string found = Found(bytes, width, height);
        if (!CanHoldPixels)
            throw new PhotoException($"{name}: the file is too short for the pixels that its header claims ({found}).");
        if (!IsComplete && !options.AllowIncomplete)
            throw new PhotoException($"{name}: the file is cut off before its end ({found}); PhotoOptions.AllowIncomplete takes what is there.");
    }

    /// <summary>What was found, for messages.</summary>
    public string Found(long bytes, int width, int height) => $"a {Format} file of {width}x{height} pixels, {bytes} bytes";

    private static string Named(string? known) => known is null ? "" : $": {known}";

    private static string Describe(ReadOnlySpan<byte> file) => file.Length == 0
        ? "the file is empty"
        : $"the file has {file.Length} bytes and begins with {Convert.ToHexString(file[..Math.Min(8, file.Length)])}";
}
