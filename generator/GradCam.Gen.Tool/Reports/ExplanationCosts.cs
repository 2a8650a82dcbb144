using System.Diagnostics;
using GradCam.Imaging;

namespace GradCam.Gen.Tool.Reports;

/// <summary>What explanations cost, measured on one photo: milliseconds, the shortest of a few runs.</summary>
/// <param name="Forward">A forward pass from a decoded photo.</param>
/// <param name="Explanations">What an explanation of one class costs, one a map of <see cref="ReportSettings.Maps"/>; null where there is none.</param>
internal sealed record ExplanationCosts(double Forward, IReadOnlyList<ExplanationCost?> Explanations)
{
    /// <summary>What takes longer is not run again to be measured.</summary>
    public const double TooLong = 500;

    private const int MostRuns = 5;
    private const double Enough = 100;

    /// <summary>Measures. Leaves the session with a forward pass of the photo.</summary>
    /// <param name="session">The session.</param>
    /// <param name="photo">The photo.</param>
    /// <param name="classIndex">The class.</param>
    /// <param name="maps">The maps.</param>
    /// <param name="isRefused">Says which are left out, by their number.</param>
    /// <param name="known">What was measured already, by their number.</param>
    public static ExplanationCosts Measure(
        NetworkSession session, Photo photo, int classIndex, IReadOnlyList<ReportMap> maps, Func<int, bool> isRefused,
        IReadOnlyDictionary<int, ExplanationCost> known)
    {
        double forward = Shortest(() => { }, () => session.Forward(photo));
        var explanations = new ExplanationCost?[maps.Count];
        for (int i = 0; i < maps.Count; i++)
        {
            if (!isRefused(i))
                explanations[i] = known.GetValueOrDefault(i) ?? Measure(session, photo, classIndex, maps[i]);
        }

        return new ExplanationCosts(forward, explanations);
    }

    private static ExplanationCost Measure(NetworkSession session, Photo photo, int classIndex, ReportMap map)
    {
        if (map.Method is InputMethod input)
        {
            (long, long) passes = default;
            double whole = Shortest(
                () => { },
                () =>
                {
                    Attribution attribution = session.Attribute(photo, classIndex, input);
                    passes = (attribution.Forwards, attribution.Backwards);
                });
            return new ExplanationCost(whole, passes);
        }

        // A forward pass before each: what methods share is computed once after one, and would be the first one's cost alone.
        double after = Shortest(() => session.Forward(photo), () => session.Explain(classIndex, map.Layer!, (CamMethod)map.Method));
        return new ExplanationCost(after, null);
    }

    private static double Shortest(Action before, Action work)
    {
        double shortest = double.PositiveInfinity, all = 0;
        // The first run compiles the code.
        for (int i = 0; i < MostRuns && all < (i == 1 ? TooLong : Enough); i++)
        {
            before();
            long start = Stopwatch.GetTimestamp();
            work();
            double milliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            shortest = Math.Min(shortest, milliseconds);
            all += milliseconds;
        }

        return shortest;
    }
}
