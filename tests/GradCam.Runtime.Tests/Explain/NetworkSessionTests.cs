using GradCam.Conformance;

namespace GradCam.Runtime.Tests.Explain;

public sealed class NetworkSessionTests : IDisposable
{
    /// <summary>Those of a class's logit that need one slice.</summary>
    private static readonly CamMethod[] Methods = [.. CamMethod.All.Where(method => !method.Reruns && method.TargetOf(0) is null)];
    private readonly FakeExecutor _executor = new(labels: ["ant", "bee", "cat"]);
    private readonly NetworkSession _session;
    private readonly byte[] _photo = ResizeFixture.Picture(30, 40);

    public NetworkSessionTests() => _session = new NetworkSession(_executor);

    private ImageView Image => new(_photo, 40, 30, PixelFormat.Rgb24);

    public void Dispose() => _session.Dispose();

    [Fact]
    public void Everything_before_a_forward_pass_says_what_is_missing()
    {
        Action[] tooEarly =
        [
            () => _ = _session.Logits, () => _ = _session.Probabilities, () => _session.GetTop(new Prediction[1]), () => _ = _session.Outputs.Count,
            () => _ = _session.Region, () => _ = _session.GetBestIndex(), () => _session.Explain(0), () => _session.Explain([0, 1]),
            () => _session.GetActivations(), () => _session.GetGradients(0),
        ];
        Assert.All(tooEarly, action => Assert.Contains("call Forward", Assert.Throws<InvalidOperationException>(action).Message, StringComparison.Ordinal));
    }

    [Fact]
    public void After_dispose_everything_is_refused()
    {
        _session.Forward(Image);
        Heatmap heatmap = _session.Explain(1);
        _session.Dispose();
        _session.Dispose();
        Assert.True(_executor.IsDisposed);
        Assert.Throws<ObjectDisposedException>(() => _session.Forward(Image));
        Assert.Throws<ObjectDisposedException>(() => _session.Logits.Length);
        Assert.Throws<ObjectDisposedException>(() => _session.Explain(0));
        Assert.Throws<ObjectDisposedException>(() => _session.GetActivations().Values.Length);
        Assert.Throws<InvalidOperationException>(() => heatmap.Raw.Length);
    }

    [Fact]
    public void Classes_layers_and_methods_that_are_not_there_are_refused()
    {
        _session.Forward(Image);
        Assert.Contains("6 classes", Assert.Throws<ArgumentOutOfRangeException>(() => _session.Explain(6)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => _session.Explain(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => _session.GetGradients(6));
        Assert.Throws<ArgumentOutOfRangeException>(() => _session.Explain([0, 6]));
        Assert.Contains(
            "features, first, summed", Assert.Throws<ArgumentOutOfRangeException>(() => _session.Explain(0, layer: 4)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => _session.Outputs[2].Channels);
        Assert.Contains("'fc' or 'map'", Assert.Throws<ArgumentException>(() => _session.Outputs["nose"].Channels).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Classes_and_layers_go_by_name_or_index()
    {
        _session.Forward(Image);
        float[] expected = _session.Explain(2, 1, CamMethod.HiResCam).Raw.ToArray();
        Assert.Equal(expected, _session.Explain("cat", "first", CamMethod.HiResCam).Raw.ToArray());
        Assert.Equal(expected, _session.Explain(Image, "cat", "first", CamMethod.HiResCam).Raw.ToArray());
        Assert.Equal(_session.GetGradients(2, 1).Values.ToArray(), _session.GetGradients("cat", "first").Values.ToArray());
        Assert.Equal(_session.GetActivations(1).Values.ToArray(), _session.GetActivations("first").Values.ToArray());
        Assert.Equal("features", _session.Explain(2).LayerName);
        Assert.Same(CamMethod.GradCam, _session.Explain(2).Method);
        Assert.Equal(("cat", "2"), (((ClassReference)"cat").ToString(), ((ClassReference)2).ToString()));
        Assert.Equal(("first", "1"), (((LayerReference)"first").ToString(), ((LayerReference)1).ToString()));
    }

    [Fact]
    public void Names_that_are_not_there_are_refused()
    {
        _session.Forward(Image);
        Assert.Contains("no class 'dog'", Assert.Throws<ArgumentException>(() => _session.Explain("dog")).Message, StringComparison.Ordinal);
        Assert.Contains("no class 'Cat'", Assert.Throws<ArgumentException>(() => _session.GetGradients("Cat")).Message, StringComparison.Ordinal);
        Assert.Contains(
            "'nose'; expected features, first, summed", Assert.Throws<ArgumentException>(() => _session.Explain(0, "nose")).Message, StringComparison.Ordinal);
        using var twice = new NetworkSession(new FakeExecutor(["ant", "ant", "ant"]));
        twice.Forward(Image);
        Assert.Contains("0 and 1", Assert.Throws<ArgumentException>(() => twice.Explain("ant")).Message, StringComparison.Ordinal);
        using var nameless = new NetworkSession(new FakeExecutor([]));
        nameless.Forward(Image);
        Assert.Contains("without names", Assert.Throws<ArgumentException>(() => nameless.Explain("ant")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Both_layouts_give_the_same_input()
    {
        float[] hwc = Enumerable.Range(0, 60).Select(i => i / 7f).ToArray();
        float[] chw = new float[60];
        for (int i = 0; i < 60; i++)
            chw[i % 3 * 20 + i / 3] = hwc[i];
        float[] logits = _session.Forward(hwc, TensorLayout.Hwc).ToArray();
        Assert.Equal(hwc, _session.GetActivations().Values.ToArray());
        Assert.Equal(logits, _session.Forward(chw, TensorLayout.Chw).ToArray());
        FeatureMaps maps = _session.GetActivations();
        Assert.Equal(hwc, maps.Values.ToArray());
        Assert.Equal(chw, maps.ToChwArray());
        Assert.Equal(chw[1 * 20 + 2 * 5 + 3], maps[1, 2, 3]);
        float[] means = new float[3];
        maps.GetChannelMeans(means);
        Assert.Equal(chw[20..40].Average(), means[1], 1e-5f);
        float[] channel = new float[20];
        maps.CopyChannelTo(2, channel);
        Assert.Equal(chw[40..], channel);
        Assert.Equal(PhotoRegion.Whole(5, 4), _session.Region);
    }

    [Fact]
    public void A_tensor_of_another_length_is_refused_with_the_shape()
    {
        string message = Assert.Throws<ArgumentException>(() => _session.Forward(new float[59], TensorLayout.Chw)).Message;
        Assert.Contains("3x4x5, 60 floats", message, StringComparison.Ordinal);
        Assert.Contains("59", message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => _session.Forward(new float[60], (TensorLayout)3));
    }

    [Fact]
    public void Feature_maps_check_their_indices()
    {
        _session.Forward(Image);
        Assert.Throws<ArgumentOutOfRangeException>(() => _session.GetActivations()[3, 0, 0]);
        Assert.Throws<ArgumentOutOfRangeException>(() => _session.GetActivations()[0, 4, 0]);
        Assert.Throws<ArgumentOutOfRangeException>(() => _session.GetActivations()[0, 0, -1]);
        Assert.Throws<ArgumentException>(() => _session.GetActivations().CopyToChw(new float[59]));
        Assert.Throws<ArgumentException>(() => _session.GetActivations().CopyChannelTo(0, new float[19]));
    }

    [Fact]
    public void Top_is_sorted_and_probabilities_sum_to_one()
    {
        float[] logits = _session.Forward(Image).ToArray();
        Prediction[] all = new Prediction[10];
        Assert.Equal(6, _session.GetTop(all));
        int[] expected = Enumerable.Range(0, 6).OrderByDescending(i => logits[i]).ToArray();
        Assert.Equal(expected, all[..6].Select(p => p.ClassIndex));
        Assert.Equal(expected[0], _session.GetBestIndex());
        Assert.Equal(expected.Select(i => i switch { 0 => "ant", 1 => "bee", 2 => "cat", _ => "" }), all[..6].Select(p => p.ClassName));
        Assert.Equal(all[..6], _session.GetTop(10));
        Assert.Equal(all[..2], _session.GetTop(2));
        Assert.Throws<ArgumentOutOfRangeException>(() => _session.GetTop(-1));
        Assert.Equal(1, all.Sum(p => (double)p.Probability), 1e-6);
        double sum = logits.Sum(l => Math.Exp(l));
        Assert.All(all[..6], p => Assert.Equal(Math.Exp(logits[p.ClassIndex]) / sum, p.Probability, 1e-6));
        foreach (int count in new[] { 0, 1, 3, 6 })
        {
            Prediction[] some = new Prediction[count];
            Assert.Equal(count, _session.GetTop(some));
            Assert.Equal(all[..count], some);
        }
    }

    [Fact]
    public void Large_logits_do_not_overflow_the_softmax()
    {
        float[] input = new float[60];
        input[0] = 1e6f;
        _session.Forward(input, TensorLayout.Hwc);
        Assert.Equal(1, _session.Probabilities.ToArray().Sum(), 1e-6f);
    }

    [Fact]
    public void NaN_in_the_input_has_a_defined_result()
    {
        float[] input = new float[60];
        input[7] = float.NaN;
        _session.Forward(input, TensorLayout.Hwc);
        Assert.All(_session.Probabilities.ToArray(), p => Assert.True(float.IsNaN(p)));
        Prediction[] top = new Prediction[2];
        Assert.Equal(2, _session.GetTop(top));
        Assert.Equal([0, 1], top.Select(p => p.ClassIndex));
        Assert.Equal(0, _session.GetBestIndex());
        Heatmap heatmap = _session.Explain(0);
        Assert.False(heatmap.IsFinite);
        Assert.All(heatmap.Values.ToArray(), v => Assert.Equal(0, v));
    }

    [Fact]
    public void A_heatmap_knows_what_it_explains()
    {
        _session.Forward(Image);
        Heatmap heatmap = _session.Explain(2, method: CamMethod.LayerCam, counterfactual: true);
        Assert.Equal((5, 4), (heatmap.Width, heatmap.Height));
        Assert.Equal((2, "cat", "features"), (heatmap.ClassIndex, heatmap.ClassName, heatmap.LayerName));
        Assert.Equal((CamMethod.LayerCam, true), (heatmap.Method, heatmap.IsCounterfactual));
        Assert.Equal(PhotoRegion.Whole(40, 30), heatmap.Region);
        Assert.Equal("", _session.Explain(5).ClassName);
        Assert.Equal((1, "first"), (_session.Explain(5, layer: 1).Height, _session.Explain(5, layer: 1).LayerName));
    }

    [Fact]
    public void Later_calls_invalidate_a_heatmap_but_not_its_copy()
    {
        Action[] later =
        [
            () => _session.Explain(1), () => _session.Explain([1, 2]), () => _session.Forward(Image), () => _session.Forward(new float[60], TensorLayout.Hwc),
        ];
        foreach (Action call in later)
        {
            _session.Forward(Image);
            Heatmap heatmap = _session.Explain(2);
            Heatmap copy = heatmap.Copy();
            float[] raw = heatmap.Raw.ToArray();
            call();
            Assert.Contains("Copy()", Assert.Throws<InvalidOperationException>(() => heatmap.Raw.Length).Message, StringComparison.Ordinal);
            Assert.Throws<InvalidOperationException>(() => heatmap.Copy());
            Assert.Equal(raw, copy.Raw.ToArray());
            Assert.Equal((2, "cat", "features"), (copy.ClassIndex, copy.ClassName, copy.LayerName));
        }
    }

    [Fact]
    public void Looking_at_maps_and_probabilities_leaves_heatmaps_valid()
    {
        _session.Forward(Image);
        Heatmap heatmap = _session.Explain(2);
        float[] raw = heatmap.Raw.ToArray();
        _ = _session.GetActivations();
        _ = _session.GetGradients(1);
        _ = _session.Probabilities;
        Assert.Equal(raw, heatmap.Raw.ToArray());
    }

    [Fact]
    public void Several_classes_equal_one_after_the_other()
    {
        _session.Forward(Image);
        int[] classes = [4, 0, 4, 2];
        float[][] single = classes.Select(c => _session.Explain(c).Raw.ToArray()).ToArray();
        HeatmapSet set = _session.Explain(classes);
        Assert.Equal(4, set.Count);
        int index = 0;
        foreach (Heatmap heatmap in set)
            Assert.Equal(single[index++], heatmap.Raw.ToArray());
        Assert.Equal(4, index);
        Assert.Equal(2, set[3].ClassIndex);
        Heatmap[] copies = set.Copy();
        Assert.Throws<ArgumentOutOfRangeException>(() => set[4]);
        _session.Explain(1);
        Assert.Throws<InvalidOperationException>(() => set[1]);
        Assert.Equal(single[1], copies[1].Raw.ToArray());
        Assert.Equal(0, _session.Explain([]).Count);
    }

    [Fact]
    public void A_counterfactual_negates_the_gradient()
    {
        _session.Forward(Image);
        float[] raw = _session.Explain(3).Raw.ToArray();
        Assert.Equal(raw.Select(v => -v), _session.Explain(3, counterfactual: true).Raw.ToArray());
        float[] gradient = _session.GetGradients(3).ToChwArray();
        Assert.Equal(gradient.Select(v => -v), _session.GetGradients(3, counterfactual: true).ToChwArray());
    }

    [Fact]
    public void Grad_cam_is_made_of_the_maps_and_the_mean_gradients()
    {
        _session.Forward(Image);
        float[] weights = new float[3];
        _session.GetGradients(3).GetChannelMeans(weights);
        FeatureMaps maps = _session.GetActivations();
        ReadOnlySpan<float> raw = _session.Explain(3).Raw;
        for (int y = 0; y < 4; y++)
        {
            for (int x = 0; x < 5; x++)
                Assert.Equal(weights[0] * maps[0, y, x] + weights[1] * maps[1, y, x] + weights[2] * maps[2, y, x], raw[y * 5 + x], 1e-5f);
        }
    }

    [Fact]
    public void Backward_runs_once_for_a_class_whatever_is_asked_of_it()
    {
        _session.Forward(Image);
        foreach (CamMethod method in Methods)
            _session.Explain(1, method: method);
        _session.GetGradients(1);
        Assert.Equal(1, _executor.Backwards);
        _session.Explain(2);
        Assert.Equal(2, _executor.Backwards);
        _session.Forward(Image);
        _session.Explain(2);
        Assert.Equal(3, _executor.Backwards);
    }

    [Fact]
    public void Grad_cam_takes_the_gradients_sums_where_there_are_any()
    {
        const int Summed = 2;
        _session.Forward(Image);
        foreach (bool counterfactual in new[] { false, true })
        {
            float[] expected = _session.Explain(3, counterfactual: counterfactual).Raw.ToArray();
            int backwards = _executor.Backwards;
            float[] first = _session.Explain(3, layer: Summed, counterfactual: counterfactual).Raw.ToArray();
            Assert.Equal(backwards, _executor.Backwards);
            Assert.All(first.Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 1e-5f));

            // The same bits whatever was called before.
            _session.Explain(3, Summed, CamMethod.GradCamPlusPlus, counterfactual);
            _session.GetGradients(3, Summed, counterfactual);
            Assert.Equal(backwards + 1, _executor.Backwards);
            Assert.Equal(first, _session.Explain(3, layer: Summed, counterfactual: counterfactual).Raw.ToArray());
        }

        Assert.Equal(2, _executor.Sums);
        _session.Forward(Image);
        _session.Explain(3, layer: Summed);
        Assert.Equal(3, _executor.Sums);
    }

    [Fact]
    public void Outputs_survive_a_backward_slice()
    {
        float[] logits = _session.Forward(Image).ToArray();
        _session.Explain(1);
        Assert.Equal(logits, _session.Logits.ToArray());
        Assert.Equal(logits, _session.Outputs[0].Values.ToArray());
        Assert.Equal((2, 3, 4, 5), (_session.Outputs.Count, _session.Outputs["map"].Channels, _session.Outputs["map"].Height, _session.Outputs["map"].Width));
    }

    [Fact]
    public void Calls_allocate_nothing_after_the_first()
    {
        Prediction[] top = new Prediction[5];
        float[] tensor = new float[60];
        float[] resized = new float[64 * 48];
        float[] whole = new float[40 * 30];
        void All()
        {
            _session.Forward(tensor, TensorLayout.Chw);
            _session.Forward(Image);
            _session.GetTop(top);
            foreach (CamMethod method in Methods)
                _session.Explain(1, method: method);
            _session.Explain(1, layer: 2);
            foreach (Heatmap heatmap in _session.Explain([1, 2, 3]))
                heatmap.ResizeTo(resized, 64, 48);
            Heatmap last = _session.Explain("bee", "features", counterfactual: true);
            last.ResizeToPhoto(whole, 40, 30);
            last.ResizeTo(resized, 64, 48, HeatmapScale.MinusOneToOne);
            _ = last.FindPeak();
            _ = last.MeasureEnergy(0, 0, 20, 20);
            _ = _session.GetActivations()[0, 0, 0] + _session.GetGradients(2)[0, 0, 0] + _session.Outputs[1][0, 0, 0];
        }

        Assert.Equal(0, Allocations.Of(All));
    }
}
