namespace GradCam;

/// <summary>A map in a manifest.</summary>
public sealed record ManifestMap
{
    /// <summary>Columns.</summary>
    public required int Width { get; init; }

    /// <summary>Rows.</summary>
    public required int Height { get; init; }

    /// <summary>The hash of the values: float32, little-endian, row by row.</summary>
    public required string Sha256 { get; init; }

    /// <summary><see cref="Heatmap.Raw"/>, row by row: where the instruction set is another, they tell how far a map is from this one.</summary>
    public required IReadOnlyList<float> Values { get; init; }
}
