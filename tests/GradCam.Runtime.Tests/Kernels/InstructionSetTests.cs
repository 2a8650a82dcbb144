using GradCam.Conformance.Cases;

namespace GradCam.Runtime.Tests.Kernels;

/// <summary>The kernel suite with narrower vectors and without instruction sets, each in a process of its own.</summary>
public sealed class InstructionSetTests
{
    /// <summary>A guard against hangs: the suite takes seconds where nothing else runs.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(30);

    [Theory]
    [InlineData("GRADCAM_SIMD", "256", 100, "widths 256 128")]
    [InlineData("GRADCAM_SIMD", "128", 100, "widths 128")]
    [InlineData("DOTNET_EnableAVX512", "0", 25, "widths 256 128")]
    [InlineData("DOTNET_EnableAVX2", "0", 25, "widths 128")]
    [InlineData("DOTNET_EnableAVX", "0", 25, "widths 128")]
    [InlineData("DOTNET_EnableHWIntrinsic", "0", 25, "widths")]
    public void Kernels_match_reference(string variable, string value, int cases, string expectedWidths)
    {
        (int exitCode, string output) = ChildProgram.Run(typeof(KernelProgram).Assembly.Location, $"{variable}={value}", Limit, cases.ToString());
        Assert.True(exitCode == 0, output);

        // A machine that has no wide vectors to begin with has fewer widths; it must not have more.
        string[] widths = WidthsIn(output);
        Assert.Empty(widths.Except(expectedWidths.Split(' ')));
        Assert.Equal(OperationCases.Names.Count(), output.Split('\n').Count(line => line.Contains($"{cases} of {cases} cases pass", StringComparison.Ordinal)));
    }

    private static string[] WidthsIn(string output) =>
        output[..output.IndexOf(',', StringComparison.Ordinal)].Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
