using GradCam.Conformance;
using GradCam.Conformance.Cases;

namespace GradCam.Runtime.Tests.Conformance;

/// <summary>Every gradient of the reference backend, and so of the backends that are compared with it, against finite differences.</summary>
public sealed class FiniteDifferenceTests
{
    private const int Cases = 40;

    public static TheoryData<string> Names => [.. OperationCases.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Matches_finite_differences(string name)
    {
        string[] failures = [.. Enumerable.Range(1, Cases).Select(seed => FiniteDifferences.Check(name, seed)).OfType<string>()];
        Assert.True(failures.Length == 0, $"{failures.Length} of {Cases} cases fail:\n{string.Join("\n", failures.Take(5))}");
    }
}
