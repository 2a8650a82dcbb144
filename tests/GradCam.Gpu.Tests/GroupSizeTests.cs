using GradCam.Conformance;

namespace GradCam.Gpu.Tests;

/// <summary>
/// The same kernels with other warps and groups: what a device of two lanes cannot get wrong. With 256 threads a group convolutions have a GPU's tiles.
/// </summary>
public sealed class GroupSizeTests
{
    private const int Seed = 7000;

    public static TheoryData<string, int, int, bool, int> Cases()
    {
        var cases = new TheoryData<string, int, int, bool, int>();
        string[] names = [
            "Convolution", "Convolution3x3", "TransposedConvolution", "Linear", "LinearSums", "GroupNorm", "Softmax", "AdaptiveAveragePool", "Copy"];
        foreach (string name in names)
            cases.Add(name, 4, 2, true, name.Contains("Convolution", StringComparison.Ordinal) ? 8 : 3);
        foreach (string name in new[] { "Convolution", "Convolution3x3", "Linear", "AdaptiveAveragePool" })
            cases.Add(name, 32, 8, true, 1);
        // As an OpenCL device, whose threads share memory alone.
        foreach (string name in new[] { "Linear", "GroupNorm", "LayerNorm", "Softmax" })
            cases.Add(name, 4, 2, false, 3);
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Operation_matches_the_reference(string name, int lanes, int warps, bool hasShuffles, int count)
    {
        var options = new GpuOptions { Kind = GpuKind.Simulator, Simulated = (lanes, warps, hasShuffles) };
        var check = new BackendCheck(operation => new ProviderRun(operation, options.Backend, options));
        Assert.Empty(Enumerable.Range(Seed, count).Select(seed => check.Run(name, seed)).OfType<string>());
    }
}
