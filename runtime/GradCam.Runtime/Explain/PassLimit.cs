namespace GradCam.Explain;

/// <summary>How often a method may run the network.</summary>
internal static class PassLimit
{
    /// <summary>More than anybody waits for.</summary>
    public const int Most = 10_000_000;

    /// <summary>A number of samples or steps of the caller's.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not from 1 to <see cref="Most"/>.</exception>
    public static int Check(int count, string parameter) => count is >= 1 and <= Most
        ? count
        : throw new ArgumentOutOfRangeException(parameter, count, FormattableString.Invariant($"Expected 1 to {Most}."));

    /// <summary>The passes that a method's numbers and a network's sizes make together.</summary>
    /// <exception cref="NotSupportedException">They are more than <see cref="Most"/>.</exception>
    public static int Of(IExplanationMethod method, NetworkInfo info, long count) => count <= Most
        ? (int)count
        : throw new NotSupportedException(
            FormattableString.Invariant($"{method} would run {info.Name} {count} times, and may {Most} times at most: take fewer samples, or less of each."));
}
