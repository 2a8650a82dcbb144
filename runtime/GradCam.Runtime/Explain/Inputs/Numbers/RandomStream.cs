namespace GradCam.Explain.Inputs.Numbers;

/// <summary>Where the streams of random numbers begin, so that no two uses share one.</summary>
internal static class RandomStream
{
    /// <summary>What a method draws, a stream a sample.</summary>
    public const ulong Sample = 0;

    /// <summary>Random baselines, a stream a draw.</summary>
    public const ulong Baseline = 1UL << 32;

    /// <summary>What a method draws beside.</summary>
    public const ulong Choice = 2UL << 32;
}
