using System.Diagnostics;

namespace GradCam.Fuzz.Engine;

/// <summary>Makes an input smaller that shows a fault.</summary>
internal static class Minimiser
{
    private const int MostRuns = 2_000;

    private static readonly TimeSpan MostTime = TimeSpan.FromSeconds(5);

    /// <summary>Leaves out parts, halves first, as long as a fault of the same kind shows.</summary>
    public static byte[] Shrink(byte[] input, string kind, CaseRunner runner)
    {
        int runs = 0;
        var watch = Stopwatch.StartNew();
        for (int part = input.Length / 2; part > 0; part /= 2)
        {
            for (int start = 0; start < input.Length;)
            {
                if (++runs > MostRuns || watch.Elapsed > MostTime)
                    return input;
                byte[] shorter = [.. input.AsSpan(0, start), .. input.AsSpan(Math.Min(start + part, input.Length))];
                if (runner.Run(shorter)?.Kind == kind)
                    input = shorter;
                else
                    start += part;
            }
        }

        return input;
    }
}
