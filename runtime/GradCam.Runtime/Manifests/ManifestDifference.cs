namespace GradCam;

/// <summary>Something that two manifests do not have in common.</summary>
public sealed record ManifestDifference
{
    /// <summary>What it is, as JSON has it: <c>map.sha256</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What the manifest says.</summary>
    public required string Expected { get; init; }

    /// <summary>What the other one says.</summary>
    public required string Found { get; init; }
}
