namespace GradCam.Imaging;

/// <summary>Colours for the numbers 0 to 1: a table of 256.</summary>
public sealed class ColorMap
{
    private readonly byte[] _rgb;

    /// <summary>Makes a colour map.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="rgb">256 colours from 0 to 1, three bytes each: red, green, blue.</param>
    /// <exception cref="ArgumentException">The table has not 768 bytes.</exception>
    public ColorMap(string name, ReadOnlySpan<byte> rgb)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (rgb.Length != 256 * 3)
            throw new ArgumentException($"A colour map has 256 colours of 3 bytes, 768 bytes; found {rgb.Length}.", nameof(rgb));
        Name = name;
        _rgb = rgb.ToArray();
    }

    /// <summary>Blue, green, yellow, red, smooth in lightness: the rainbow without jet's false edges (Mikhailov 2019). The default.</summary>
    public static ColorMap Turbo { get; } = new("turbo", ColorMapTables.Turbo());

    /// <summary>MATLAB's old rainbow, which most Grad-CAM pictures have.</summary>
    public static ColorMap Jet { get; } = new("jet", ColorMapTables.Jet());

    /// <summary>Violet, green, yellow; perceptually uniform, readable with colour blindness (Smith, van der Walt and Firing 2015).</summary>
    public static ColorMap Viridis { get; } = new("viridis", Convert.FromHexString(ColorMapTables.Viridis));

    /// <summary>Black, red, yellow; perceptually uniform (Smith and van der Walt 2015).</summary>
    public static ColorMap Inferno { get; } = new("inferno", Convert.FromHexString(ColorMapTables.Inferno));

    /// <summary>Black to white.</summary>
    public static ColorMap Gray { get; } = new("gray", ColorMapTables.Gray());

    /// <summary>The built-in maps.</summary>
    public static IReadOnlyList<ColorMap> All { get; } = [Turbo, Jet, Viridis, Inferno, Gray];

    /// <summary>The name, lower-case for the built-in ones.</summary>
    public string Name { get; }

    /// <summary>256 colours from 0 to 1, three bytes each: red, green, blue.</summary>
    public ReadOnlySpan<byte> Rgb => _rgb;

    /// <summary>Looks up the colour of a number; below 0 (and of NaN) the first, above 1 the last.</summary>
    /// <param name="value">0 to 1.</param>
    public RgbColor GetColor(float value)
    {
        int i = 3 * Index(value);
        return new RgbColor { Red = _rgb[i], Green = _rgb[i + 1], Blue = _rgb[i + 2] };
    }

    /// <summary>Finds a built-in map.</summary>
    /// <param name="name">Its name, in any case.</param>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public static ColorMap Parse(string name) =>
        All.FirstOrDefault(m => string.Equals(m.Name, name, StringComparison.OrdinalIgnoreCase))
        ?? throw new ArgumentException($"There is no colour map '{name}'; expected {string.Join(", ", All.Select(m => m.Name))}.", nameof(name));

    /// <inheritdoc/>
    public override string ToString() => Name;

    // Conversion to int saturates and takes NaN to 0.
    internal static int Index(float value) => Math.Clamp((int)(value * 255 + 0.5f), 0, 255);
}
