using System.Diagnostics;
using GradCam.Imaging;

namespace GradCam.Gen.Tool.Reports;

/// <summary>What explanations cost, measured on one photo: milliseconds, the shortest of a few runs.</summary>
/// <param name="Forward">A forward pass from a decoded photo.</param>
/// <param name="Explanations">What an explanation of one class takes after it, [layer, method]; NaN where there is none.</param>
internal sealed record ExplanationCosts(double Forward, double[,] Explanations)
{
    private const int MostRuns = 5;
    private const double Enough = 100;
    private const double TooLong = 500;

    /// <summary>Measures. Leaves the session with a forward pass of the photo.</summary>
    /// <param name="session">The session.</param>
    /// <param name="photo">The photo.</param>
    /// <param name="classIndex">The class.</param>
    /// <param name="report">Layers and methods.</param>
    /// <param name="isRefused">Says which are left out.</param>
    public static ExplanationCosts Measure(
        NetworkSession session, Photo photo, int classIndex, ReportSettings report, Func<string, CamMethod, bool> isRefused)
    {
        double[,] explanations = new double[report.Layers.Count, report.Methods.Count];
        double forward = Shortest(() => { }, () => session.Forward(photo));
        for (int layer = 0; layer < report.Layers.Count; layer++)
        {
            for (int method = 0; method < report.Methods.Count; method++)
            {
                (string name, CamMethod formula) = (report.Layers[layer], report.Methods[method]);
                // A forward pass before each: what methods share is computed once after one, and would be the first one's cost alone.
                explanations[layer, method] = isRefused(name, formula)
                    ? double.NaN
                    : Shortest(() => session.Forward(photo), () => session.Explain(classIndex, name, formula));
            }
        }

        return new ExplanationCosts(forward, explanations);
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
