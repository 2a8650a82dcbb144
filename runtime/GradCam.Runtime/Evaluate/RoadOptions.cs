namespace GradCam.Evaluate;

/// <summary>How ROAD is measured.</summary>
public sealed record RoadOptions
{
    internal static RoadOptions Default { get; } = new();

    /// <summary>
    /// At each of these percentiles of the map the pixels that reach it are removed, so that 90 removes the tenth of the largest; 10, 20 … 90 by default.
    /// ARCC takes 20, 40, 60 and 80.
    /// </summary>
    public IReadOnlyList<double> Percentiles { get; init; } = [10, 20, 30, 40, 50, 60, 70, 80, 90];

    /// <summary>The standard deviation of what is added to imputed numbers, in units of the input.</summary>
    public double NoiseDeviation { get; init; } = 0.01;

    /// <summary>Where the noise begins.</summary>
    [CLSCompliant(false)]
    public ulong Seed { get; init; }
}
