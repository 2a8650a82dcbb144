using GradCam.Weights;

namespace GradCam.Gpu.Tests;

/// <summary>The layer behind which only a pool and a linear layer follow, and an earlier one.</summary>
[Network("""
    input 3x12x10
    image none
    conv1: conv 6 3x3 pad 1
    act1: relu
    conv2: conv 9 3x3 stride 2 pad 1
    act2: relu
    avgpool global
    fc: linear 4
    """)]
[GradCam("act2")]
[GradCam("act1")]
[GradCam("conv2")]
internal sealed partial class Pooled;

/// <summary>Of its maps there is room for sixteen.</summary>
[Network("""
    input 1x45x45
    image none
    conv: conv 2 3x3 pad 1
    avgpool global
    fc: linear 2
    """)]
[GradCam("conv")]
internal sealed partial class LargeMaps;

/// <summary>Maps are made where the tensors are, by the methods' own code, and come to the host normalised in one copy.</summary>
public sealed class DeviceMapTests : IDisposable
{
    private const int Batch = 3;

    private static readonly GpuOptions Simulator = new() { Kind = GpuKind.Simulator };

    private readonly Model _cpu = Prepare<Pooled>(new CpuOptions());
    private readonly Model _gpu = Prepare<Pooled>(Simulator);

    public static TheoryData<string> Methods() =>
        [.. CamMethod.All.Where(method => !IsOfManyPasses(method)).Select(method => method.Key), "fem(deviations 1, binary)", "layercam(eigen-smooth)"];

    public void Dispose()
    {
        _cpu.Dispose();
        _gpu.Dispose();
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void A_method_gives_the_map_that_it_gives_on_the_CPU(string key)
    {
        CamMethod method = (CamMethod)ExplanationMethods.Parse(key);
        using var expected = new NetworkSession(_cpu.CreateExecutor());
        using var actual = new NetworkSession(_gpu.CreateExecutor());
        float[] input = Input(1);
        expected.Forward(input, TensorLayout.Chw);
        actual.Forward(input, TensorLayout.Chw);
        // Nothing but the pool and the linear layer may follow, for CAM itself.
        string[] layers = (method.Needs & MethodNeeds.PooledLinearHead) != 0 ? ["act2"] : ["act2", "act1", "conv2"];
        foreach (string layer in layers)
        {
            AssertSame(expected.Explain(2, layer, method), actual.Explain(2, layer, method));
            AssertSame(expected.Explain(1, layer, method, counterfactual: true), actual.Explain(1, layer, method, counterfactual: true));
            Target target = Target.Logit(3) - 0.5 * Target.Logit(0);
            AssertSame(expected.Explain(target, layer, method), actual.Explain(target, layer, method));
        }
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void A_sample_has_the_same_bits_alone_and_in_a_batch(string key)
    {
        CamMethod method = (CamMethod)ExplanationMethods.Parse(key);
        using var alone = new NetworkSession(_gpu.CreateExecutor());
        using var batch = new NetworkSession(_gpu.CreateExecutor(Batch));
        for (int i = 0; i < Batch; i++)
            batch.SetInput(Input(i), TensorLayout.Chw, sample: i);
        batch.Forward();
        int[] classes = [3, 0, 2];
        HeatmapSet maps = batch.ExplainSamples(classes, "act2", method);
        for (int i = 0; i < Batch; i++)
        {
            alone.Forward(Input(i), TensorLayout.Chw);
            Heatmap expected = alone.Explain(classes[i], "act2", method);
            Assert.Equal(expected.Raw.ToArray(), maps[i].Raw.ToArray());
            Assert.Equal(expected.Values.ToArray(), maps[i].Values.ToArray());
            Assert.Equal((expected.Max, classes[i]), (maps[i].Max, maps[i].ClassIndex));
        }
    }

    [Fact]
    public void Relu_and_normalising_give_the_hosts_bits()
    {
        using var session = new NetworkSession(_gpu.CreateExecutor());
        session.Forward(Input(5), TensorLayout.Chw);
        foreach (string layer in new[] { "act2", "act1", "conv2" })
        {
            for (int @class = 0; @class < 4; @class++)
            {
                Heatmap heatmap = session.Explain(@class, layer);
                float[] relu = [.. heatmap.Raw.ToArray().Select(value => MathF.Max(value, 0))];
                float least = relu.Min();
                float range = relu.Max() - least;
                Assert.Equal(relu.Select(value => range > 0 ? (value - least) / range : 0), heatmap.Values.ToArray());
                Assert.Equal((heatmap.Raw.ToArray().Max(), true), (heatmap.Max, heatmap.IsFinite));
            }
        }
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void A_map_that_is_not_finite_says_so_and_shows_nothing(float value)
    {
        using var session = new NetworkSession(_gpu.CreateExecutor());
        float[] input = Input(2);
        input[17] = value;
        Heatmap heatmap = session.Explain(input, TensorLayout.Chw, 1, "act1", CamMethod.HiResCam);
        Assert.False(heatmap.IsFinite);
        Assert.True(float.IsNaN(heatmap.Max));
        Assert.All(heatmap.Values.ToArray(), shown => Assert.Equal(0, shown));
    }

    [Fact]
    public void A_map_of_zeros_shows_nothing_and_is_finite()
    {
        WeightDictionary weights = SessionTests.Weights(Pooled.Info);
        var none = new WeightDictionary("no head");
        foreach (WeightInfo weight in Pooled.Info.Weights)
        {
            float[] values = new float[weight.Shape.Aggregate(1, (product, size) => product * size)];
            if (!weight.Name.StartsWith("fc", StringComparison.Ordinal))
                weights.Read(weight.Name, values);
            none.Add(weight.Name, weight.Shape.ToArray(), values);
        }

        using Model model = Simulator.Backend.Prepare<Pooled>(none, Simulator);
        using var session = new NetworkSession(model.CreateExecutor());
        Heatmap heatmap = session.Explain(Input(3), TensorLayout.Chw, 1);
        Assert.True(heatmap.IsFinite);
        Assert.Equal(0, heatmap.Max);
        Assert.All(heatmap.Values.ToArray(), shown => Assert.Equal(0, shown));
    }

    [Theory]
    [InlineData("gradcam")]
    [InlineData("gradcam++")]
    [InlineData("hirescam")]
    [InlineData("layercam")]
    [InlineData("xgradcam")]
    [InlineData("elementwise")]
    [InlineData("fem")]
    [InlineData("activationmap")]
    public void A_photo_takes_one_upload_and_its_logits_and_heatmap_one_download(string key)
    {
        CamMethod method = CamMethod.Parse(key);
        using Model model = Prepare<Classifier>(Simulator);
        var executor = (GpuExecutor<Classifier>)model.CreateExecutor();
        using var session = new NetworkSession(executor);
        byte[] pixels = SessionTests.Noise(40 * 50 * 3);
        for (int i = 0; i < 2; i++)
        {
            (long uploads, long downloads) = (executor.Transfers.Uploads, executor.Transfers.Downloads);
            Heatmap heatmap = session.Explain(new ImageView(pixels, 40, 50, PixelFormat.Rgb24), 3, method: method);
            _ = heatmap.Values[0] + session.Logits[0] + session.Probabilities[0];
            Assert.Equal((uploads + 1, downloads + 1), (executor.Transfers.Uploads, executor.Transfers.Downloads));
        }
    }

    [Fact]
    public void A_batch_takes_an_upload_a_photo_and_one_of_the_classes_and_two_downloads()
    {
        using Model model = Prepare<Classifier>(Simulator);
        var executor = (GpuExecutor<Classifier>)model.CreateExecutor(Batch);
        using var session = new NetworkSession(executor);
        byte[] pixels = SessionTests.Noise(40 * 50 * 3);
        for (int i = 0; i < Batch; i++)
            session.SetInput(new ImageView(pixels, 40, 50, PixelFormat.Rgb24), sample: i);
        session.Forward();
        int[] classes = new int[Batch];
        for (int i = 0; i < Batch; i++)
        {
            session.Sample = i;
            classes[i] = session.GetBestIndex();
        }

        Assert.Equal((Batch, 1), (executor.Transfers.Uploads, executor.Transfers.Downloads));
        session.ExplainSamples(classes);
        Assert.Equal((Batch + 1, 2), (executor.Transfers.Uploads, executor.Transfers.Downloads));
        // The gradient's slice has run: the other methods' maps are made of what it left.
        session.ExplainSamples(classes, method: CamMethod.LayerCam);
        long uploads = executor.Transfers.Uploads;
        session.ExplainSamples(classes, method: CamMethod.HiResCam);
        Assert.Equal((uploads, 4), (executor.Transfers.Uploads, executor.Transfers.Downloads));
    }

    [Fact]
    public void With_graphs_the_class_goes_up_and_for_a_target_the_gradient_that_is_made_of_the_outputs()
    {
        using Model model = Prepare<Classifier>(Simulator with { UseGraphs = true });
        var executor = (GpuExecutor<Classifier>)model.CreateExecutor();
        using var session = new NetworkSession(executor);
        var photo = new ImageView(SessionTests.Noise(40 * 50 * 3), 40, 50, PixelFormat.Rgb24);
        session.Explain(photo, 3);
        Assert.Equal((2, 1), (executor.Transfers.Uploads, executor.Transfers.Downloads));
        session.Explain(photo, Target.Probability(3));
        Assert.Equal((4, 3), (executor.Transfers.Uploads, executor.Transfers.Downloads));
    }

    [Fact]
    public void Several_classes_and_several_layers_take_one_download()
    {
        var executor = (GpuExecutor<Pooled>)_gpu.CreateExecutor();
        using var session = new NetworkSession(executor);
        session.Forward(Input(1), TensorLayout.Chw);
        long downloads = executor.Transfers.Downloads;
        session.Explain([0, 1, 2, 3]);
        Assert.Equal(downloads + 1, executor.Transfers.Downloads);
        session.ExplainLayers(1, ["act1", "act2"]);
        Assert.Equal(downloads + 2, executor.Transfers.Downloads);
    }

    [Fact]
    public void More_maps_than_there_is_room_for_are_the_same_maps()
    {
        using Model model = Prepare<LargeMaps>(Simulator);
        var executor = (GpuExecutor<LargeMaps>)model.CreateExecutor();
        using var session = new NetworkSession(executor);
        session.Forward([.. SessionTests.Noise(LargeMaps.Info.Input.Length).Select(value => value / 128f - 1)], TensorLayout.Chw);
        float[][] expected = [.. Enumerable.Range(0, 2).Select(@class => session.Explain(@class).Raw.ToArray())];
        long downloads = executor.Transfers.Downloads;
        // 4,051 floats each, of 65,536.
        int[] classes = [.. Enumerable.Range(0, 20).Select(i => i % 2)];
        HeatmapSet maps = session.Explain(classes);
        Assert.Equal(downloads + 2, executor.Transfers.Downloads);
        for (int i = 0; i < classes.Length; i++)
            Assert.True(maps[i].Raw.SequenceEqual(expected[i % 2]), $"map {i}");
    }

    [Fact]
    public void Outputs_are_the_forward_passs_whatever_ran_since()
    {
        using var session = new NetworkSession(_gpu.CreateExecutor());
        float[] input = Input(1);
        float[] expected = session.Forward(input, TensorLayout.Chw).ToArray();
        session.Explain(input, TensorLayout.Chw, 1, "act1", CamMethod.LayerCam);
        session.Explain(Target.Probability(2), "act1");
        session.GetGradients(3, "act1");
        Assert.Equal(expected, session.Logits.ToArray());
    }

    private static bool IsOfManyPasses(CamMethod method) =>
        (method.Needs & (MethodNeeds.ForwardPasses | MethodNeeds.Suffix | MethodNeeds.PiecewiseLinearTail)) != 0;

    private static Model Prepare<TNetwork>(NetworkOptions options)
        where TNetwork : INetwork => options.Backend.Prepare<TNetwork>(SessionTests.Weights(TNetwork.Info), options);

    private static float[] Input(int seed) => [.. SessionTests.Noise(Pooled.Info.Input.Length, seed).Select(value => value / 128f - 1)];

    private static void AssertSame(Heatmap expected, Heatmap actual)
    {
        SessionTests.AssertClose(expected.Raw, actual.Raw);
        SessionTests.AssertClose(expected.Values, actual.Values);
        Assert.Equal(expected.Max, actual.Max, 1e-4f * Math.Max(1e-6f, Math.Abs(expected.Max)));
        Assert.Equal(
            (expected.Width, expected.Height, expected.LayerName, expected.ClassIndex, expected.IsFinite, expected.Method),
            (actual.Width, actual.Height, actual.LayerName, actual.ClassIndex, actual.IsFinite, actual.Method));
    }
}
