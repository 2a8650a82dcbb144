using GradCam.Gpu.Memory;
using GradCam.Weights;

namespace GradCam.Gpu.Tests;

/// <summary>Its last convolution's sums are divided among groups where one sample runs, and are not in a batch.</summary>
[Network("""
    input 3x24x24
    image rgb resize 30 crop 24 mean 0.485 0.456 0.406 std 0.229 0.224 0.225
    conv1: conv 8 3x3 stride 2 pad 1
    relu
    conv2: conv 32 3x3 stride 2 pad 1
    relu
    conv3: conv 16 3x3 stride 3 pad 1
    relu
    avgpool global
    fc: linear 5
    """)]
[GradCam("conv3")]
[GradCam("conv2")]
internal sealed partial class Classifier;

/// <summary>Its backward slice reads the class's channel of a map.</summary>
[Network("""
    input 1x20x20
    image gray
    conv1: conv 8 3x3 pad 1
    relu
    conv2: conv 5 1x1
    relu
    avgpool global
    """)]
[GradCam("conv1")]
internal sealed partial class ClassMaps;

/// <summary>What a user sees: sessions on the simulator beside the same ones on the CPU.</summary>
public sealed class SessionTests
{
    private static readonly GpuOptions Simulator = new() { Kind = GpuKind.Simulator };

    [Theory]
    [InlineData(PixelFormat.Rgb24, 61, 47, 0)]
    [InlineData(PixelFormat.Bgr24, 40, 90, 5)]
    [InlineData(PixelFormat.Rgba32, 20, 24, 0)]
    [InlineData(PixelFormat.Bgra32, 13, 9, 3)]
    [InlineData(PixelFormat.Gray8, 50, 50, 1)]
    public void Photos_of_any_format_and_size_are_seen_as_on_the_CPU(PixelFormat format, int width, int height, int gap)
    {
        int stride = width * format.BytesPerPixel() + gap;
        byte[] pixels = Noise(stride * height);
        using Classifier cpu = Classifier.Load(Weights(Classifier.Info)), gpu = Classifier.Load(Weights(Classifier.Info), Simulator);
        using Classifier.Session expected = cpu.CreateSession(), actual = gpu.CreateSession();
        var image = new ImageView(pixels, width, height, format, stride);
        AssertClose(expected.Forward(image), actual.Forward(image));
        Assert.Equal(expected.Region, actual.Region);

        using ClassMaps grayCpu = ClassMaps.Load(Weights(ClassMaps.Info)), grayGpu = ClassMaps.Load(Weights(ClassMaps.Info), Simulator);
        using ClassMaps.Session expectedGray = grayCpu.CreateSession(), actualGray = grayGpu.CreateSession();
        AssertClose(expectedGray.Forward(image), actualGray.Forward(image));
    }

    [Fact]
    public void All_methods_give_the_maps_that_they_give_on_the_CPU()
    {
        using Classifier cpu = Classifier.Load(Weights(Classifier.Info)), gpu = Classifier.Load(Weights(Classifier.Info), Simulator);
        using Classifier.Session expected = cpu.CreateSession(), actual = gpu.CreateSession();
        byte[] pixels = Noise(40 * 40 * 3);
        var image = new ImageView(pixels, 40, 40, PixelFormat.Rgb24);
        expected.Forward(image);
        actual.Forward(image);
        CamMethod[] methods =
            [CamMethod.GradCam, CamMethod.GradCamElementWise, CamMethod.GradCamPlusPlus, CamMethod.HiResCam, CamMethod.LayerCam, CamMethod.XGradCam];
        foreach (CamMethod method in methods)
        {
            for (int layer = 0; layer < Classifier.Info.Layers.Count; layer++)
                AssertClose(expected.Explain(2, layer, method).Raw, actual.Explain(2, layer, method).Raw);
        }
    }

    [Theory]
    [InlineData("scorecam(channels 3)")]
    [InlineData("gradcam(augmented)")]
    [InlineData("occlusion(window-height 8, window-width 8, stride-down 8, stride-across 8)")]
    public void Methods_of_many_passes_begin_with_a_photo_that_became_the_input_on_the_device(string method)
    {
        using Classifier cpu = Classifier.Load(Weights(Classifier.Info)), gpu = Classifier.Load(Weights(Classifier.Info), Simulator);
        using Classifier.Session expected = cpu.CreateSession(), actual = gpu.CreateSession(batch: 2);
        byte[] pixels = Noise(40 * 40 * 3);
        var image = new ImageView(pixels, 40, 40, PixelFormat.Rgb24);
        // Another photo is in the second sample's memory.
        actual.SetInput(image, sample: 0);
        actual.SetInput(new ImageView(Noise(40 * 40 * 3, 2), 40, 40, PixelFormat.Rgb24), sample: 1);
        expected.Forward(image);
        actual.Forward();
        if (ExplanationMethods.Parse(method) is CamMethod cam)
            AssertClose(expected.Explain(2, method: cam).Raw, actual.Explain(2, method: cam).Raw);
        else
            AssertClose(Attribute(expected), Attribute(actual));

        float[] Attribute(NetworkSession session) => session.Attribute(2, (InputMethod)ExplanationMethods.Parse(method)).Heatmap.Raw.ToArray();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_photo_has_the_same_bits_alone_in_a_batch_and_again(bool useGraphs)
    {
        const int Batch = 3;
        using Classifier net = Classifier.Load(Weights(Classifier.Info), Simulator with { UseGraphs = useGraphs });
        using Classifier.Session alone = net.CreateSession(), batch = net.CreateSession(Batch);
        byte[][] photos = [.. Enumerable.Range(1, Batch).Select(i => Noise(37 * 30 * 3, i))];
        for (int round = 0; round < 3; round++)
        {
            for (int i = 0; i < Batch; i++)
                batch.SetInput(new ImageView(photos[i], 37, 30, PixelFormat.Rgb24), sample: i);
            batch.Forward();
            HeatmapSet maps = batch.ExplainSamples([4, round, 0]);
            for (int i = 0; i < Batch; i++)
            {
                batch.Sample = i;
                Assert.Equal(alone.Forward(new ImageView(photos[i], 37, 30, PixelFormat.Rgb24)).ToArray(), batch.Logits.ToArray());
                Assert.Equal(alone.Explain(new[] { 4, round, 0 }[i]).Raw.ToArray(), maps[i].Raw.ToArray());
            }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_slice_that_reads_the_classs_channel_serves_samples_of_different_classes(bool useGraphs)
    {
        const int Batch = 3;
        using ClassMaps cpu = ClassMaps.Load(Weights(ClassMaps.Info)), gpu = ClassMaps.Load(Weights(ClassMaps.Info), Simulator with { UseGraphs = useGraphs });
        using ClassMaps.Session expected = cpu.CreateSession(), batch = gpu.CreateSession(Batch);
        float[] input = [.. Noise(Batch * 400).Select(value => value / 128f - 1)];
        for (int round = 0; round < 3; round++)
        {
            batch.Forward(input, TensorLayout.Chw);
            HeatmapSet maps = batch.ExplainSamples([round, 4, 1], method: CamMethod.LayerCam);
            for (int i = 0; i < Batch; i++)
            {
                expected.Forward(input.AsSpan(400 * i, 400), TensorLayout.Chw);
                AssertClose(expected.Explain(new[] { round, 4, 1 }[i], method: CamMethod.LayerCam).Raw, maps[i].Raw);
            }
        }
    }

    [Fact]
    public void Sessions_of_several_threads_run_at_once()
    {
        using Classifier net = Classifier.Load(Weights(Classifier.Info), Simulator);
        byte[] pixels = Noise(40 * 40 * 3);
        float[] expected;
        using (Classifier.Session session = net.CreateSession())
            expected = session.Forward(new ImageView(pixels, 40, 40, PixelFormat.Rgb24)).ToArray();
        Parallel.For(0, 4, _ =>
        {
            using Classifier.Session session = net.CreateSession();
            for (int i = 0; i < 3; i++)
                Assert.Equal(expected, session.Forward(new ImageView(pixels, 40, 40, PixelFormat.Rgb24)).ToArray());
        });
    }

    /// <summary>Photos each larger than the one before: what is copied to goes back when it is too small.</summary>
    [Fact]
    public void The_device_keeps_room_for_the_largest_photo_and_none_for_those_before()
    {
        using Model model = Simulator.Backend.Prepare<Classifier>(Weights(Classifier.Info), Simulator);
        var executor = (GpuExecutor<Classifier>)model.CreateExecutor(batch: 2);
        using var session = new NetworkSession(executor);
        long before = executor.Bytes;
        for (int size = 50; size <= 400; size += 10)
        {
            for (int sample = 0; sample < 2; sample++)
                session.SetInput(new ImageView(Noise(size * size * 3), size, size, PixelFormat.Rgb24), sample: sample);
            session.Forward();
        }

        Assert.InRange(executor.Bytes - before, 0, 400 * 400 * 3 + (1 << 16));
    }

    [Fact]
    public void Tensors_of_many_samples_that_are_too_large_for_one_copy_are_copied_one_by_one()
    {
        var reads = new BatchReads();
        reads.Follow(0, 64);
        Assert.Equal((0, 64), reads.SamplesWith(5, new Tensor(0, 64, 128, 128, default)));
        Assert.Equal((5, 1), reads.SamplesWith(5, new Tensor(0, 64, 224, 224, default)));
    }

    [Fact]
    public void A_precision_that_there_is_not_is_an_error()
    {
        GpuException exception = Assert.Throws<GpuException>(
            () => Classifier.Load(Weights(Classifier.Info), Simulator with { Precision = (GpuPrecision)7, Fallback = GpuFallback.Cpu }));
        Assert.Equal("GpuOptions.Precision is 7: expected Full, TensorFloat32, Half.", exception.Message);
    }

    internal static byte[] Noise(int length, int seed = 1)
    {
        byte[] bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    /// <summary>Random weights.</summary>
    internal static WeightDictionary Weights(NetworkInfo info)
    {
        var source = new WeightDictionary("random");
        var random = new Random(5);
        foreach (WeightInfo weight in info.Weights)
        {
            int length = weight.Shape.Aggregate(1, (product, size) => product * size);
            float scale = MathF.Sqrt(6f / (length / weight.Shape[0]));
            source.Add(weight.Name, weight.Shape.ToArray(), [.. Enumerable.Range(0, length).Select(_ => scale * (2 * random.NextSingle() - 1))]);
        }

        return source;
    }

    internal static void AssertClose(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        float largest = 1e-6f;
        foreach (float value in expected)
            largest = Math.Max(largest, Math.Abs(value));
        for (int i = 0; i < expected.Length; i++)
            Assert.InRange(actual[i], expected[i] - 1e-4f * largest, expected[i] + 1e-4f * largest);
    }
}
