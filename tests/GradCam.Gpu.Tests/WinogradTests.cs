using System.Globalization;
using GradCam.Conformance;
using GradCam.Conformance.Cases;
using GradCam.Gpu.Devices;
using GradCam.Gpu.Kernels.Convolution;
using GradCam.GpuCheck.Ptx;

namespace GradCam.Gpu.Tests;

/// <summary>Winograd's algorithm on the assembly that an NVIDIA GPU gets.</summary>
public sealed class WinogradTests
{
    private static readonly GpuOptions H100 = PtxDevice.Options;

    /// <summary>Channels, sizes and padding of layers that take it on a device of six processors.</summary>
    public static TheoryData<int, int, int, int, int, int, int, int> Shapes() => new()
    {
        // One part; the sum's last part is shorter; odd sizes; a single row; padding of all kinds.
        { 16, 96, 12, 10, 1, 1, 1, 1 },
        { 64, 64, 7, 7, 1, 1, 1, 1 },
        { 100, 32, 9, 11, 0, 0, 0, 0 },
        { 36, 92, 6, 15, 2, 2, 2, 2 },
        { 20, 64, 18, 21, 1, 0, 0, 2 },
        { 132, 60, 4, 4, 0, 1, 2, 1 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Layer_matches_the_reference(int inputs, int outputs, int height, int width, int top, int left, int bottom, int right)
    {
        var shape = new ConvolutionShape(
            inputs, outputs, 1, (height, width), (height + top + bottom - 2, width + left + right - 2), new Window(3, 1, new Edges(top, left, bottom, right), 1));
        var check = new BackendCheck(operation => new ProviderRun(operation, H100.Backend, H100), operation => new ProviderRun(operation, H100.Backend, H100));
        for (int seed = 1; seed <= 2; seed++)
            Assert.Null(check.Run($"{shape}", seed, new ConvolutionCase(new CaseRandom(seed), shape: shape), withSameBits: true));
        Assert.Contains(PtxDevice.Loader.Launched, source => source.Method.DeclaringType == typeof(WinogradConvolution));
    }
}
