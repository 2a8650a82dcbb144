namespace GradCam.Gen.Tool.Evaluation;

/// <summary>What was measured of one map.</summary>
internal sealed record MapScores
{
    public required string Layer { get; init; }

    public required string Method { get; init; }

    /// <summary>The map's time, over that of a forward pass.</summary>
    public required double Forwards { get; init; }

    /// <summary>By <see cref="Metric.Key"/>; those that cannot be measured of it are not there.</summary>
    public required IReadOnlyDictionary<string, double> Values { get; init; }
}

/// <summary>What was measured of one photo: a line of the journal.</summary>
internal sealed record PhotoScores
{
    public required string Photo { get; init; }

    /// <summary>The class that was explained; -1 where the photo could not be read.</summary>
    public int Class { get; init; } = -1;

    /// <summary>The most probable class.</summary>
    public int Predicted { get; init; } = -1;

    /// <summary>Why it was not measured; null where it was.</summary>
    public string? Error { get; init; }

    public IReadOnlyList<MapScores> Maps { get; init; } = [];
}
