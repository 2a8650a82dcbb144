namespace GradCam.Runtime.Tests.Kernels;

/// <summary>Many cases of an operation.</summary>
internal static class KernelSuite
{
    private const int FirstSeed = 1000;

    /// <summary>Runs cases of consecutive seeds.</summary>
    /// <param name="name">The operation.</param>
    /// <param name="cases">How many.</param>
    /// <param name="threads">Whether every fourth case is also run by 2 and 3 threads.</param>
    /// <returns>What failed.</returns>
    public static List<string> Run(string name, int cases, bool threads)
    {
        List<string> failures = [];
        for (int i = 0; i < cases; i++)
        {
            string? failure = CpuRun.Check.Run(name, FirstSeed + i, withSameBits: threads && i % 4 == 0);
            if (failure is not null)
                failures.Add(failure);
        }

        return failures;
    }
}
