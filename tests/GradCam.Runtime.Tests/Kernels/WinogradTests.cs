using GradCam.Cpu.Conv;
using GradCam.Runtime.Tests.Kernels.Cases;

namespace GradCam.Runtime.Tests.Kernels;

/// <summary>That the cases of 3x3 convolutions reach both sizes of Winograd's tiles, and that the option turns them off.</summary>
public sealed class WinogradTests
{
    private const string Name = "Convolution3x3";
    private const int Cases = 100;

    [Fact]
    public void Cases_reach_both_tiles_and_direct_sums()
    {
        Type[] types = [.. Enumerable.Range(1, Cases).Select(seed => Algorithm(seed, winograd: true)).Distinct()];
        Assert.Contains(typeof(WinogradConvolution<Winograd4>), types);
        Assert.Contains(typeof(WinogradConvolution<Winograd2>), types);
        Assert.Contains(typeof(DirectConvolution), types);
    }

    [Fact]
    public void Option_turns_it_off()
    {
        var direct = new KernelCheck((operation, threads) => new CpuRun(operation, threads, winograd: false));
        for (int seed = 1; seed <= Cases; seed++)
        {
            Assert.Equal(typeof(DirectConvolution), Algorithm(seed, winograd: false));
            Assert.Null(direct.Run(Name, seed));
        }
    }

    private static Type Algorithm(int seed, bool winograd)
    {
        var operation = (ConvolutionCase)OperationCases.Create(Name, seed);
        using var run = new CpuRun(operation, threads: 1, winograd);
        return ((PreparedConvolution)run.Prepared(operation.Id)!).Forward!.GetType();
    }
}
