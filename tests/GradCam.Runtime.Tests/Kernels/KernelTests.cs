namespace GradCam.Runtime.Tests.Kernels;

/// <summary>Every operation of the CPU backend against the reference, on random cases, at the width that this machine has.</summary>
public sealed class KernelTests
{
    private const int Cases = 200;

    public static TheoryData<string> Names => OperationCases.Theory;

    [Theory]
    [MemberData(nameof(Names))]
    public void Matches_reference(string name)
    {
        List<string> failures = KernelSuite.Run(name, Cases, threads: true);
        Assert.True(failures.Count == 0, $"{failures.Count} of {Cases} cases fail:\n{string.Join("\n", failures.Take(5))}");
    }
}
