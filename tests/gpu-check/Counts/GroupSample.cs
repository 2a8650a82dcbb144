namespace GradCam.GpuCheck.Counts;

/// <summary>
/// The groups of a launch that are run for all of them: at the edges, which differ, and evenly between. Groups that differ in z alone are run together, since
/// the last of them adds up what all have made.
/// </summary>
internal static class GroupSample
{
    /// <summary>Places between the edges.</summary>
    private const int Between = 4;

    /// <summary>Groups in y up to which all are run: a convolution's phases.</summary>
    private const int FewRows = 4;

    /// <summary>Places along x, and how many each stands for.</summary>
    public static IReadOnlyList<(int Place, double Weight)> AlongX(int groups)
    {
        if (groups <= Between + 2)
            return [.. Enumerable.Range(0, groups).Select(place => (place, 1.0))];

        double weight = (groups - 2) / (double)Between;
        return [(0, 1), .. Enumerable.Range(0, Between).Select(i => (1 + (int)((i + 0.5) * weight), weight)), (groups - 1, 1)];
    }

    /// <summary>Places along y.</summary>
    public static IReadOnlyList<(int Place, double Weight)> AlongY(int groups) =>
        groups <= FewRows ? [.. Enumerable.Range(0, groups).Select(place => (place, 1.0))] : [(0, groups - 1), (groups - 1, 1)];
}
