using System.Linq.Expressions;
using GradCam.Conformance;
using GradCam.Conformance.Cases;
using GradCam.Gpu.Devices;
using GradCam.Gpu.Kernels.Convolution;
using GradCam.GpuCheck.Ptx;
using GradCam.GpuCheck.Timing;
using ILGPU;

namespace GradCam.Gpu.Tests;

/// <summary>Two layers that Winograd's algorithm runs, forward and backward, in two parts each.</summary>
[Network("""
    input 3x7x7
    image none
    conv1: conv 64 3x3 pad 1
    relu
    pair: pair 64
    fc: linear 5

    block pair(c) {
      conv1: conv c 3x3 pad 1
      relu
      conv2: conv c 3x3 pad 1
      add in
      relu
      avgpool global
    }
    """)]
[GradCam("conv1")]
internal sealed partial class Block64;

/// <summary>Winograd's algorithm: which layers take it, and what comes of it on the assembly that an NVIDIA GPU gets.</summary>
public sealed class WinogradTests
{
    private static readonly LaunchRecorder Recorder = new(PtxDevice.Loader);
    private static readonly GpuOptions H100 = Simulated(2, Recorder);

    /// <summary>Channels, sizes and padding (top, left, bottom, right) of layers that take it on a device of six processors.</summary>
    public static TheoryData<int, int, int, int, int[], bool> Shapes() => new()
    {
        // Odd sizes; channels that fill no block of 32; a part that is shorter than the others; padding of all kinds.
        { 64, 64, 5, 7, [1, 1, 1, 1], true },
        { 100, 32, 9, 8, [0, 0, 0, 0], true },
        { 36, 92, 4, 7, [2, 2, 2, 2], false },
        { 132, 60, 4, 4, [0, 1, 2, 1], true },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Layer_matches_the_reference(int inputs, int outputs, int height, int width, int[] pad, bool alsoBackward)
    {
        var operation = new ConvolutionCase(new CaseRandom(1), shape: Shape(inputs, outputs, height, width, pad));
        int before = Recorder.Launches.Count;
        Assert.Null(Check(H100).Run("Convolution3x3", 1, operation, withSameBits: true));
        Assert.Equal(alsoBackward && !operation.InputGradient.IsEmpty ? 4 : 2, Recorder.Launches.Skip(before).Count(IsWinograd));
    }

    /// <summary>ILGPU's own threads, 256 of a group.</summary>
    [Fact]
    public void Layer_matches_the_reference_on_the_simulator()
    {
        var options = new GpuOptions { Kind = GpuKind.Simulator, Simulated = (32, 8, true) };
        var operation = new ConvolutionCase(new CaseRandom(2), shape: Shape(64, 64, 4, 6, [1, 1, 1, 1]));
        Assert.Null(Check(options).Run("Convolution3x3", 2, operation, withSameBits: false));
        Assert.Contains(GpuDevice.Open(options).Loader.Loaded, source => source.Method.DeclaringType == typeof(WinogradConvolution));
    }

    /// <summary>Alone the parts of a sum have groups of their own; of six samples one group adds up all parts.</summary>
    [Fact]
    public void A_sample_has_the_same_bits_alone_and_in_a_batch()
    {
        const int Batch = 6;
        using Model cpu = new CpuOptions().Backend.Prepare<Block64>(SessionTests.Weights(Block64.Info), new CpuOptions());
        using Model gpu = H100.Backend.Prepare<Block64>(SessionTests.Weights(Block64.Info), H100);
        using NetworkSession expected = new(cpu.CreateExecutor()), alone = new(gpu.CreateExecutor()), batch = new(gpu.CreateExecutor(Batch));
        int length = Block64.Info.Input.Length;
        float[] input = [.. SessionTests.Noise(Batch * length).Select(value => value / 128f - 1)];
        batch.Forward(input, TensorLayout.Chw);
        HeatmapSet maps = batch.ExplainSamples(new int[Batch]);
        for (int i = 0; i < Batch; i += Batch - 1)
        {
            ReadOnlySpan<float> sample = input.AsSpan(i * length, length);
            batch.Sample = i;
            Assert.Equal(alone.Forward(sample, TensorLayout.Chw).ToArray(), batch.Logits.ToArray());
            Assert.Equal(alone.Explain(0).Raw.ToArray(), maps[i].Raw.ToArray());
            SessionTests.AssertClose(expected.Forward(sample, TensorLayout.Chw), alone.Logits);
            SessionTests.AssertClose(expected.Explain(0).Raw, alone.Explain(0).Raw);
        }
    }

    /// <summary>On a device of an H100's size.</summary>
    [Theory]
    [InlineData("resnet18", 13)]
    [InlineData("mobilenet_v2", 0)]
    public void Which_layers_take_it_does_not_depend_on_the_batch(string name, int layers)
    {
        GpuOptions options = Simulated(3);
        List<(KernelSource Source, KernelConfig Config)>[] launches = Launches(name, options, 1, 2, 17);
        Assert.All(launches, ofBatch => Assert.Equal(layers, ofBatch.Count(IsWinograd)));
        Assert.All(Launches(name, options with { UseWinograd = false }, 1, 17), ofBatch => Assert.DoesNotContain(ofBatch, IsWinograd));

        // Sums in parts have groups of their own where one sample runs, and fill the device.
        Assert.All(launches[0].Where(IsWinograd), launch => Assert.InRange(launch.Config.GridDim.Size, 66, 264));
        Assert.All(launches[2].Where(IsWinograd), launch => Assert.Equal(1, launch.Config.GridDim.Z));
    }

    [Fact]
    public void Tensor_cores_take_its_layers_where_precision_is_not_full()
    {
        GpuOptions options = Simulated(4) with { Precision = GpuPrecision.TensorFloat32 };
        GpuDevice.Open(options).HasTensorCores = true;
        Assert.DoesNotContain(Launches("resnet18", options, 1)[0], IsWinograd);
    }

    [Fact]
    public void Sums_over_taps_run_where_a_group_has_too_little_shared_memory()
    {
        GpuOptions options = Simulated(5);
        GpuDevice.Open(options).SharedBytes = 32 * 1024;
        Assert.DoesNotContain(Launches("resnet18", options, 1)[0], IsWinograd);
    }

    /// <summary>A device of this class's own.</summary>
    private static GpuOptions Simulated(int index, IKernelLoader? loader = null)
    {
        var options = new GpuOptions { Kind = GpuKind.Simulator, Simulated = (32, 8, true), SimulatedDevices = 6, Device = index, LoadsKernelsAhead = false };
        if (loader is not null)
            GpuDevice.Open(options).Kernels = new KernelSet(loader, hasShuffles: true);
        return options;
    }

    /// <summary>What a forward pass launches at each batch, on launchers that do nothing.</summary>
    private static List<(KernelSource Source, KernelConfig Config)>[] Launches(string name, GpuOptions options, params int[] batches)
    {
        var recorder = new LaunchRecorder(new KernelListing());
        GpuDevice device = GpuDevice.Open(options);
        device.Processors = 132;
        device.Kernels = new KernelSet(recorder, hasShuffles: true);
        TimedNetwork network = TimedNetwork.All.Single(one => one.Name == name);
        using Model model = network.Prepare(new NormalWeights(network.Info), options);
        return [.. batches.Select(batch =>
        {
            int before = recorder.Launches.Count;
            using var session = new NetworkSession(model.CreateExecutor(batch));
            session.Forward(new float[batch * network.Info.Input.Length], TensorLayout.Chw);
            return recorder.Launches.GetRange(before, recorder.Launches.Count - before);
        })];
    }

    private static bool IsWinograd((KernelSource Source, KernelConfig Config) launch) => launch.Source.Method.DeclaringType == typeof(WinogradConvolution);

    private static ConvolutionShape Shape(int inputs, int outputs, int height, int width, int[] pad)
    {
        var edges = new Edges(pad[0], pad[1], pad[2], pad[3]);
        return new ConvolutionShape(
            inputs, outputs, 1, (height, width), (height + pad[0] + pad[2] - 2, width + pad[1] + pad[3] - 2), new Window(3, 1, edges, 1));
    }

    private static BackendCheck Check(GpuOptions options) =>
        new(operation => new ProviderRun(operation, options.Backend, options), operation => new ProviderRun(operation, options.Backend, options));

    /// <summary>Gives another loader's launchers, and notes what is launched.</summary>
    private sealed class LaunchRecorder(IKernelLoader loader) : IKernelLoader
    {
        public List<(KernelSource Source, KernelConfig Config)> Launches { get; } = [];

        public TLauncher Load<TLauncher>(KernelSource source, TLauncher nothing)
            where TLauncher : Delegate
        {
            ParameterExpression[] parameters = [.. typeof(TLauncher).GetMethod("Invoke")!.GetParameters().Select(p => Expression.Parameter(p.ParameterType))];
            Action<KernelConfig> note = config => Launches.Add((source, config));
            return Expression.Lambda<TLauncher>(
                Expression.Block(
                    Expression.Invoke(Expression.Constant(note), parameters[1]),
                    Expression.Invoke(Expression.Constant(loader.Load(source, nothing)), parameters)),
                parameters).Compile();
        }
    }
}
