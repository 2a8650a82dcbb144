using GradCam.Conformance.Cases;

namespace GradCam.Runtime.Tests.Kernels;

/// <summary>Every operation of the CPU backend against the reference, on random cases, at the width that this machine has.</summary>
public sealed class KernelTests
{
    private const int Cases = 200;

    private const int LargeCases = 3;

    public static TheoryData<string> Names => [.. OperationCases.Names];

    /// <summary>Without the operations whose reference is slow and whose every size is divided.</summary>
    public static TheoryData<string> NamesWithoutMatrices => [.. OperationCases.Names.Except(["Convolution", "TransposedConvolution", "Linear", "LinearSums"])];

    [Theory]
    [MemberData(nameof(Names))]
    public void Matches_reference(string name)
    {
        List<string> failures = KernelSuite.Run(name, Cases, threads: true);
        Assert.True(failures.Count == 0, $"{failures.Count} of {Cases} cases fail:\n{string.Join("\n", failures.Take(5))}");
    }

    [Theory]
    [MemberData(nameof(NamesWithoutMatrices))]
    public void Large_maps_match_reference_for_any_number_of_threads(string name)
    {
        string[] failures = [.. Enumerable.Range(1, LargeCases).Select(seed => CpuRun.Check.RunLarge(name, seed)).OfType<string>()];
        Assert.True(failures.Length == 0, $"{failures.Length} of {LargeCases} cases fail:\n{string.Join("\n", failures)}");
    }
}
