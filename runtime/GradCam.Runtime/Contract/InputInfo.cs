namespace GradCam;

/// <summary>An input of a network.</summary>
public sealed record InputInfo
{
    /// <summary>Its name in the spec; <c>input</c> where it has none.</summary>
    public required string Name { get; init; }

    /// <summary>Where it lies; its shape is the input's.</summary>
    public required Tensor Tensor { get; init; }
}
