namespace GradCam.Gen.Tool.Reports;

/// <summary>A photo in a report: small enough to be written at once and forgotten.</summary>
internal sealed record PhotoRecord
{
    /// <summary>Its path.</summary>
    public required string Path { get; init; }

    /// <summary>The part of it that the network saw, and its size.</summary>
    public required PhotoRegion Region { get; init; }

    /// <summary>What the page shows of it, a JPEG file.</summary>
    public required byte[] Picture { get; init; }

    /// <summary>The classes that have maps.</summary>
    public required IReadOnlyList<(Prediction Prediction, string Name)> Classes { get; init; }

    /// <summary>Which of these is shown first.</summary>
    public required int First { get; init; }

    /// <summary>
    /// The maps: class by class, in it layer by layer, in it method by method. One object where one map is for several; null where there is none.
    /// </summary>
    public required IReadOnlyList<MapCells?> Maps { get; init; }

    /// <summary>Milliseconds to read and decode it.</summary>
    public required double DecodeMilliseconds { get; init; }

    /// <summary>Milliseconds of its forward pass, from the decoded photo on.</summary>
    public required double ForwardMilliseconds { get; init; }
}
