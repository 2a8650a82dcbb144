using System.Globalization;
using GradCam.Conformance;
using GradCam.Conformance.Cases;
using GradCam.Conformance.Networks;
using GradCam.Gpu.Devices;
using GradCam.Gpu.Kernels.Convolution;
using GradCam.GpuCheck.Ptx;
using GradCam.Reference;

namespace GradCam.Gpu.Tests;

/// <summary>
/// The conformance suite on the assembly that an NVIDIA GPU gets, with its warps, groups, tiles and tensor cores. ILGPU compiles for it otherwise than for the
/// simulator, and not always what is written. More cases by a command: GRADCAM_PTX_CASES=25 before dotnet test.
/// </summary>
public sealed class PtxMachineTests
{
    private const int Seed = 8000;

    private static readonly int Cases =
        int.TryParse(Environment.GetEnvironmentVariable("GRADCAM_PTX_CASES"), CultureInfo.InvariantCulture, out int count) ? count : 1;

    private static readonly GpuOptions H100 = PtxDevice.Options;

    public static TheoryData<string> Names => [.. OperationCases.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Operation_matches_the_reference(string name)
    {
        var check = new BackendCheck(operation => new ProviderRun(operation, H100.Backend, H100));
        AssertNone(Enumerable.Range(Seed, Cases).Select(seed => check.Run(name, seed)));
    }

    /// <summary>The slack makes of a tolerance of 1e-5 those of golden networks, 5e-3 and 1e-2.</summary>
    [Theory]
    [InlineData("Convolution")]
    [InlineData("Convolution3x3")]
    [InlineData("TransposedConvolution")]
    public void Tensor_cores_match_the_reference(string name)
    {
        foreach ((GpuPrecision precision, int slack) in new[] { (GpuPrecision.TensorFloat32, 500), (GpuPrecision.Half, 1000) })
        {
            GpuOptions options = H100 with { Precision = precision };
            var check = new BackendCheck(operation => new ProviderRun(operation, options.Backend, options)) { Slack = slack };
            AssertNone(Enumerable.Range(Seed, 2 * Cases).Select(seed => check.Run(name, seed)));
        }

        Assert.Contains(PtxDevice.Loader.Launched, IsOfTensorCores);
    }

    [SkippableFact]
    public void Network_matches_the_reference()
    {
        Skip.If(Cases == 1, "Compiling random networks takes a while: set GRADCAM_PTX_CASES=25.");
        var check = new NetworkCheck(H100.Backend, H100, [H100]);
        foreach (RandomNetwork network in RandomNetwork.Compile(0).Take(Cases))
        {
            using var reference = (ReferenceModel)network.Network.Prepare(
                ReferenceBackendProvider.Instance, RandomNetwork.Weights(network.Network), new CpuOptions());
            int layers = 0;
            AssertNone([check.CompareLayers(network, reference) ?? check.CompareSums(network.Network, network.Input(0), ref layers)]);
        }
    }

    /// <summary>From a photo's pixels to the heatmap: crop, resize, forward pass, gradient, map.</summary>
    [Fact]
    public void Photo_gives_the_heatmap_of_the_CPU()
    {
        using Model cpu = new CpuOptions().Backend.Prepare<Classifier>(SessionTests.Weights(Classifier.Info), new CpuOptions());
        using Model gpu = H100.Backend.Prepare<Classifier>(SessionTests.Weights(Classifier.Info), H100);
        using var expected = new NetworkSession(cpu.CreateExecutor());
        using var actual = new NetworkSession(gpu.CreateExecutor(2));
        byte[][] pixels = [SessionTests.Noise(37 * 30 * 3), SessionTests.Noise(37 * 30 * 3, 2)];
        for (int i = 0; i < 2; i++)
            actual.SetInput(new ImageView(pixels[i], 37, 30, PixelFormat.Rgb24), sample: i);
        actual.Forward();
        CamMethod[] methods =
            [CamMethod.GradCam, CamMethod.GradCamPlusPlus, CamMethod.XGradCam, CamMethod.LayerCam, CamMethod.HiResCam, CamMethod.Fem];
        foreach (CamMethod method in methods)
        {
            HeatmapSet maps = actual.ExplainSamples([1, 3], "conv3", method);
            for (int i = 0; i < 2; i++)
            {
                Heatmap map = expected.Explain(new ImageView(pixels[i], 37, 30, PixelFormat.Rgb24), i == 0 ? 1 : 3, "conv3", method);
                SessionTests.AssertClose(map.Raw, maps[i].Raw);
                SessionTests.AssertClose(map.Values, maps[i].Values);
            }
        }
    }

    private static bool IsOfTensorCores(KernelSource source) => source.Method.GetGenericArguments() is [_, { IsGenericType: true } product]
        && product.GetGenericTypeDefinition() == typeof(TensorProduct<,>);

    private static void AssertNone(IEnumerable<string?> problems)
    {
        foreach (string? problem in problems)
            Assert.True(problem is null, problem);
    }
}
