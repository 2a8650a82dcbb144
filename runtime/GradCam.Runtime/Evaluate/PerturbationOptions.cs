namespace GradCam.Evaluate;

/// <summary>How many times inputs are changed, and where the random numbers begin; each metric says what it takes by default.</summary>
public sealed record PerturbationOptions
{
    internal static PerturbationOptions Default { get; } = new();

    /// <summary>Changed inputs; null for the metric's own number.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not positive.</exception>
    public int? Samples
    {
        get;
        init => field = value is <= 0 ? throw new ArgumentOutOfRangeException(nameof(value), value, "Expected a positive number of samples.") : value;
    }

    /// <summary>How far an input is changed, in its units; null for the metric's own.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative or not finite.</exception>
    public double? Radius
    {
        get;
        init => field = value is null or (>= 0 and < double.PositiveInfinity)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "Expected a radius of 0 or more.");
    }

    /// <summary>Where the random numbers begin.</summary>
    [CLSCompliant(false)]
    public ulong Seed { get; init; }
}
