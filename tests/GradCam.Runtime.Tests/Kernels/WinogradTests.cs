using GradCam.Conformance;
using GradCam.Conformance.Cases;
using GradCam.Cpu.Conv;
using GradCam.Cpu.Conv.Direct;
using GradCam.Cpu.Conv.Winograd;
using ConvolutionShape = GradCam.Conformance.Cases.ConvolutionShape;

namespace GradCam.Runtime.Tests.Kernels;

/// <summary>That the cases of 3x3 convolutions reach both sizes of Winograd's tiles, and that the option turns them off.</summary>
public sealed class WinogradTests
{
    private const string Name = "Convolution3x3";
    private const int Seeds = 100;

    [Fact]
    public void Cases_reach_both_tiles_and_direct_sums()
    {
        Type[] types = [.. Enumerable.Range(1, Seeds).Select(seed => Algorithm(seed, winograd: true)).Distinct()];
        Assert.Contains(typeof(WinogradConvolution<Winograd4>), types);
        Assert.Contains(typeof(WinogradConvolution<Winograd2>), types);
        Assert.Contains(typeof(DirectConvolution), types);
    }

    /// <summary>With so many inputs a block's tiles do not fit into the cache, and products with all three panels are kept.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Blocks_of_many_channels_meet_all_panels(int seed)
    {
        var shape = new ConvolutionShape(320, 80, 1, (24, 22), (24, 22), new Window(3, 1, 1, 1));
        var operation = new ConvolutionCase(new CaseRandom(seed), shape: shape);
        using (var run = new CpuRun(operation, threads: 1))
            Assert.Equal(typeof(WinogradConvolution<Winograd4>), ((PreparedConvolution)run.Prepared(operation.Id)!).Forward!.GetType());
        Assert.Null(CpuRun.Check.Run("320 to 80 channels", seed, operation, withSameBits: true));
    }

    [Fact]
    public void Option_turns_it_off()
    {
        BackendCheck direct = CpuRun.CheckOf(winograd: false);
        for (int seed = 1; seed <= Seeds; seed++)
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
