using GradCam.Gpu.Devices;
using ILGPU.Backends;

namespace GradCam.Gpu.Tests;

/// <summary>A bit of everything that has a kernel of its own.</summary>
[Network("""
    input 3x16x16
    image rgb resize 16 crop 16 mean 0.5 0.5 0.5 std 0.5 0.5 0.5
    conv1: conv 8 3x3 pad 1
    gelu
    dw: conv 8 3x3 pad 1 groups 8
    hardswish
    maxpool 2
    norm: groupnorm 2
    conv2: conv 40 1x1
    relu
    avgpool 2
    conv3: conv 12 3x3 pad 1
    avgpool global
    fc1: linear 7
    tanh
    fc2: linear 4
    """)]
[GradCam("conv2")]
internal sealed partial class Mixed;

/// <summary>Which kernels are compiled, and how often.</summary>
public sealed class KernelLoadingTests
{
    /// <summary>Each test's device is its own, so that what it has loaded is what the test has.</summary>
    private static readonly GpuOptions Devices = new() { Kind = GpuKind.Simulator, SimulatedDevices = 64, Simulated = (2, 2, true) };

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void What_a_session_loads_ahead_is_what_a_photos_explanation_takes(int batch)
    {
        GpuOptions options = Devices with { Device = 10 * batch };
        AssertForecast<Classifier.Session>(options, batch, one => Classifier.Load(SessionTests.Weights(Classifier.Info), one), net => net.CreateSession(batch));
        AssertForecast<ClassMaps.Session>(
            options with { Device = options.Device + 2 }, batch, one => ClassMaps.Load(SessionTests.Weights(ClassMaps.Info), one),
            net => net.CreateSession(batch));
        AssertForecast<Mixed.Session>(
            options with { Device = options.Device + 4 }, batch, one => Mixed.Load(SessionTests.Weights(Mixed.Info), one), net => net.CreateSession(batch));
    }

    [Fact]
    public void Devices_of_a_kind_share_what_is_compiled()
    {
        GpuOptions first = Devices with { Device = 50 }, second = Devices with { Device = 51, Simulated = (4, 1, true) };
        Explain(first);
        Explain(second);
        Assert.Equal(GpuDevice.Open(first).Loader.Loaded.Order(KernelNames), GpuDevice.Open(second).Loader.Loaded.Order(KernelNames));
        Assert.Equal(TimeSpan.Zero, GpuDevice.Open(second).Loader.CompileTime);

        static void Explain(GpuOptions options)
        {
            using Classifier net = Classifier.Load(SessionTests.Weights(Classifier.Info), options);
            using Classifier.Session session = net.CreateSession();
            session.Explain(new float[Classifier.Info.Input.Length], TensorLayout.Chw, 2);
            GpuDevice.Open(options).Loader.Ahead.Wait();
        }
    }

    [Fact]
    public async Task A_kernel_is_compiled_once_whoever_asks_for_it_at_once()
    {
        var compiler = KernelCompiler.For(GpuDevice.Open(Devices).Accelerator);
        var loader = new KernelLoader(GpuDevice.Open(Devices).Accelerator, compiler);
        var listing = new KernelListing();
        _ = new KernelSet(listing, hasShuffles: true).Softmax;
        KernelSource source = Assert.Single(listing.Sources);
        CompiledKernel[] compiled = [.. Enumerable.Range(0, 8).AsParallel().WithDegreeOfParallelism(8).Select(_ => compiler.Compile(source, out TimeSpan _))];
        Assert.Single(compiled.Distinct());

        loader.LoadAhead(listing.Sources);
        loader.LoadAhead(listing.Sources);
        Parallel.For(0, 8, _ => Assert.NotNull(new KernelSet(loader, hasShuffles: true).Softmax));
        await loader.Ahead;
        Assert.Equal(1, loader.Count);
    }

    [Fact]
    public async Task A_kernel_that_cannot_be_compiled_is_an_exception_for_who_needs_it_each_time()
    {
        var source = new KernelSource(((Delegate)Invalid).Method);
        var loader = new KernelLoader(GpuDevice.Open(Devices).Accelerator, KernelCompiler.For(GpuDevice.Open(Devices).Accelerator));
        loader.LoadAhead([source]);
        await loader.Ahead;
        for (int i = 0; i < 2; i++)
            Assert.ThrowsAny<Exception>(() => loader.Load<Action>(source, () => { }));
        Assert.Equal(0, loader.Count);
        // Others are compiled after it.
        Assert.NotNull(new KernelSet(loader, hasShuffles: true).Softmax);

        static void Invalid(ILGPU.ArrayView<float> values) => values[0] = values[0].ToString(System.Globalization.CultureInfo.InvariantCulture).Length;
    }

    [Fact]
    public async Task The_report_counts_the_kernels_of_open_devices()
    {
        GpuOptions options = Devices with { Device = 60 };
        int before = GpuKernelReport.ForOpenDevices().Count;
        using (Mixed net = Mixed.Load(SessionTests.Weights(Mixed.Info), options))
        using (Mixed.Session session = net.CreateSession())
            session.Forward(new float[Mixed.Info.Input.Length], TensorLayout.Chw);
        await GpuDevice.Open(options).Loader.Ahead;
        Assert.InRange(GpuKernelReport.ForOpenDevices().Count, before + 1, int.MaxValue);
        int count = GpuDevice.Open(options).Loader.Count;
        GpuKernelReport report = GpuKernelReport.ForOpenDevices().Last(one => one.Kernels == count);
        Assert.Equal("CPUAccelerator", report.Device);
        Assert.InRange(report.DriverTime, TimeSpan.FromTicks(1), TimeSpan.MaxValue);
        Assert.StartsWith($"CPUAccelerator: {count} kernels, compiled in ", report.ToString(), StringComparison.Ordinal);
    }

    private static Comparer<KernelSource> KernelNames { get; } =
        Comparer<KernelSource>.Create((a, b) => string.CompareOrdinal(a.ToString(), b.ToString()));

    /// <summary>Loads ahead on one device, and on the next one what is launched.</summary>
    private static void AssertForecast<TSession>(GpuOptions options, int batch, Func<GpuOptions, dynamic> load, Func<dynamic, TSession> open)
        where TSession : NetworkSession
    {
        GpuOptions launching = options with { Device = options.Device + 1, LoadsKernelsAhead = false };
        using (IDisposable net = load(options))
        using (TSession session = open(net))
            GpuDevice.Open(options).Loader.Ahead.Wait();
        using (IDisposable net = load(launching))
        using (TSession session = open(net))
        {
            byte[] pixels = SessionTests.Noise(40 * 40 * 3);
            for (int i = 0; i < batch; i++)
                session.SetInput(new ImageView(pixels, 40, 40, PixelFormat.Rgb24), sample: i);
            session.Forward();
            foreach (Heatmap heatmap in session.ExplainSamples(new int[batch]))
                _ = heatmap.Raw.Length;
        }

        Assert.Equal(
            GpuDevice.Open(launching).Loader.Loaded.Order(KernelNames).Select(source => source.ToString()),
            GpuDevice.Open(options).Loader.Loaded.Order(KernelNames).Select(source => source.ToString()));
    }
}
