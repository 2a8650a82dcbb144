using GradCam.Conformance.Cases;
using GradCam.Cpu.Conv;
using GradCam.Cpu.Conv.Direct;
using GradCam.Cpu.Conv.Winograd;
using ConvolutionShape = GradCam.Conformance.Cases.ConvolutionShape;

namespace GradCam.Runtime.Tests.Kernels;

/// <summary>Where the gradient of one output channel finds its weights: in the forward pass's, or beside those of Winograd's algorithm.</summary>
public sealed class ChannelGradientTests
{
    private const int Line = 16;

    [Theory]
    [InlineData(1, 40, 70)]
    [InlineData(2, 24, 33)]
    [InlineData(3, 5, 8)]
    public void Reads_the_forward_kernel_where_that_is_as_it_is(int seed, int inputs, int outputs)
    {
        var shape = new ConvolutionShape(inputs, outputs, 1, (6, 5), (3, 3), new Window(2, 2, new Edges(0, 1, 0, 0), 1));
        (OperationCase operation, PreparedConvolution prepared, long packed) = Plan(seed, shape);
        var direct = Assert.IsType<DirectConvolution>(prepared.Forward);
        Assert.Equal((direct.Panels!.Bytes / sizeof(float) + Line - 1) / Line * Line, packed);
        Assert.Null(CpuRun.Check.Run($"channel of {outputs}", seed, operation, withSameBits: true));
    }

    [Fact]
    public void Has_rows_of_its_own_beside_Winograd()
    {
        var shape = new ConvolutionShape(64, 48, 1, (24, 22), (24, 22), new Window(3, 1, 1, 1));
        (OperationCase operation, PreparedConvolution prepared, long packed) = Plan(1, shape);
        Assert.IsType<WinogradConvolution<Winograd4>>(prepared.Forward);
        Assert.True(packed >= 64 * 48 * (36 + 9), $"{packed}");
        Assert.Null(CpuRun.Check.Run("channel of 48", 1, operation, withSameBits: true));
    }

    private static (OperationCase Case, PreparedConvolution Prepared, long Packed) Plan(int seed, ConvolutionShape shape)
    {
        var operation = new ConvolutionCase(new CaseRandom(seed), singleChannel: true, shape: shape);
        using var run = new CpuRun(operation, threads: 1);
        return (operation, (PreparedConvolution)run.Prepared(operation.Id)!, run.PackedLength);
    }
}
