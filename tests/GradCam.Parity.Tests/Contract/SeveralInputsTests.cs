using GradCam.Reference;
using GradCam.Weights;

namespace GradCam.Parity.Tests.Contract;

/// <summary>A network of two inputs and two outputs: typed, explained at either input and for either output.</summary>
public class SeveralInputsTests
{
    private const double Step = 1e-2;

    [Fact]
    public void Forward_takes_each_input_by_name()
    {
        using Pair pair = Pair.Load(Weights());
        using Pair.Session session = pair.CreateSession();
        float[] logits = session.Forward(Values(768, 1), Values(64, 2), TensorLayout.Hwc).ToArray();
        session.SetInput(Values(64, 2), TensorLayout.Hwc, input: 1);
        session.SetInput(Values(768, 1), TensorLayout.Hwc);
        Assert.Equal(logits, session.Forward().ToArray());
        Assert.NotEqual(logits, session.Forward(Values(768, 1), Values(64, 3), TensorLayout.Hwc).ToArray());
        Assert.Equal(["left", "right"], Pair.Info.Inputs.Select(input => input.Name));
        Assert.Equal((8, 8, 6), (session.Outputs["difference"].Height, session.Outputs[1].Width, session.Outputs[1].Channels));
    }

    [Fact]
    public void An_input_that_is_missing_is_named()
    {
        using Pair pair = Pair.Load(Weights());
        using Pair.Session session = pair.CreateSession();
        Assert.Contains(
            "2 inputs: left, right", Assert.Throws<InvalidOperationException>(() => session.Forward(Values(768, 1), TensorLayout.Hwc)).Message,
            StringComparison.Ordinal);
        session.SetInput(Values(768, 1), TensorLayout.Hwc);
        Assert.Contains("not set: 'right'", Assert.Throws<InvalidOperationException>(() => session.Forward()).Message, StringComparison.Ordinal);
        Assert.Contains(
            "input 'right' is 1x8x8, 64 floats; the tensor has 65",
            Assert.Throws<ArgumentException>(() => session.SetInput(Values(65, 1), TensorLayout.Hwc, 1)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => session.SetInput(Values(64, 1), TensorLayout.Hwc, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => session.SetInput(Values(64, 1), TensorLayout.Hwc, 1, sample: 1));
    }

    public static TheoryData<string, string> Gradients() => new()
    {
        { "left", "class" }, { "right", "class" }, { "towerR", "class" }, { "joined", "class" },
        { "left", "probability" }, { "right", "log-probability" }, { "towerR", "rest" },
        { "left", "map" }, { "right", "box" }, { "towerR", "both" }, { "right", "similarity" }, { "left", "weighted" },
    };

    /// <summary>Backward slices of targets against central differences of the whole network in double precision.</summary>
    [Theory]
    [MemberData(nameof(Gradients))]
    public void Gradients_are_finite_differences(string layer, string name)
    {
        Target target = name switch
        {
            "class" => Target.Logit(1),
            "probability" => Target.Probability(1),
            "log-probability" => Target.LogProbability(2),
            "rest" => Target.ReST(0),
            "map" => Target.Logit(3) with { Output = "difference" },
            "box" => Target.Logit(2).Within(new MapBox { Left = 1, Top = 2, Width = 6, Height = 5 }) with { Output = "difference" },
            "both" => Target.Logit(0) - 0.5 * (Target.Logit(1) with { Output = "difference" }),
            "similarity" => Target.Similarity([1, -2, 0.5f]),
            _ => Target.Weighted((0, 0.5), (1, -2), (2, 1)),
        };
        using WeightSource weights = Weights();
        using var reference = (ReferenceModel)ReferenceBackendProvider.Instance.Prepare<Pair>(weights, new CpuOptions());
        using var session = new NetworkSession(reference.CreateExecutor());
        float[][] inputs = [Values(768, 1), Values(64, 2)];
        int index = Pair.Info.Layers.Select(info => info.Name).ToList().IndexOf(layer);
        Run();
        float[] gradient = session.GetGradients(target, index).Values.ToArray();
        float largest = gradient.Max(MathF.Abs);
        Assert.True(largest > 1e-6, "The gradient is nothing.");
        using Pair pair = Pair.Load(Weights());
        using Pair.Session cpu = pair.CreateSession();
        cpu.Forward(inputs[0], inputs[1], TensorLayout.Hwc);
        float[] onCpu = cpu.GetGradients(target, index).Values.ToArray();
        for (int i = 0; i < gradient.Length; i++)
            Assert.Equal(gradient[i], onCpu[i], 1e-4f * largest);

        int input = Array.IndexOf(["left", "right"], layer);
        if (input < 0)
            return;
        int kinks = 0, count = 0;
        for (int i = 0; i < gradient.Length; i += 7, count++)
        {
            float value = inputs[input][i];
            double up = At(value + (float)Step), down = At(value - (float)Step), middle = At(value);
            inputs[input][i] = value;
            // Where the slopes of both sides differ is a kink.
            if (Math.Abs(up + down - 2 * middle) > 1e-2 * largest * Step)
                kinks++;
            else
                Assert.Equal(gradient[i], (up - down) / (2 * Step), 2e-2 * largest);

            double At(float changed)
            {
                inputs[input][i] = changed;
                Run();
                return session.Evaluate(target);
            }
        }

        Assert.True(kinks < count / 2, $"{kinks} of {count} are at kinks.");

        void Run()
        {
            session.SetInput(inputs[0], TensorLayout.Hwc);
            session.SetInput(inputs[1], TensorLayout.Hwc, 1);
            session.Forward();
        }
    }

    [Fact]
    public void A_layer_that_does_not_influence_an_output_says_so()
    {
        using Pair pair = Pair.Load(Weights());
        using Pair.Session session = pair.CreateSession();
        session.Forward(Values(768, 1), Values(64, 2), TensorLayout.Hwc);
        Target target = Target.Logit(0) with { Output = "difference" };
        Assert.Contains(
            "'joined' of Pair has no influence on what the target looks at: 'difference'",
            Assert.Throws<ArgumentException>(() => session.GradCam(target, Pair.Layer.Joined)).Message, StringComparison.Ordinal);
        Assert.Equal([0], Pair.Info.Layers[0].Outputs!);
        Assert.Null(Pair.Info.Layers[1].Outputs);
    }

    [Fact]
    public void Equal_targets_share_a_backward_pass_and_a_class_is_one_of_them()
    {
        using Pair pair = Pair.Load(Weights());
        using Pair.Session session = pair.CreateSession();
        session.Forward(Values(768, 1), Values(64, 2), TensorLayout.Hwc);
        float[] byClass = session.GradCam((Pair.Class)1, Pair.Layer.TowerR).Raw.ToArray();
        Assert.Equal(byClass, session.GradCam(Target.Logit(1), Pair.Layer.TowerR).Raw.ToArray());
        Assert.Equal(Target.Logit(1), Target.Logit(1));
        Assert.Equal(Target.Weighted((1, 2)), Target.Weighted((1, 2)));
        float[] against = session.GradCam(-Target.Logit(1), Pair.Layer.TowerR).Raw.ToArray();
        Assert.Equal(session.GradCam((Pair.Class)1, Pair.Layer.TowerR, counterfactual: true).Raw.ToArray(), against);
        Heatmap heatmap = session.GradCam(Target.Difference(0, 2), Pair.Layer.TowerR);
        Assert.Equal((-1, "1 0 + -1 2"), (heatmap.ClassIndex, heatmap.Target!.ToString()));
        Target target = Target.Difference(0, 2);
        session.GradCam(target, Pair.Layer.TowerR);
        Assert.Equal(0, AllocatedBy(() => session.GradCam(target, Pair.Layer.TowerR)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_batch_gives_each_samples_bits(int threads)
    {
        using Pair pair = Pair.Load(Weights(), new CpuOptions { Threads = threads });
        using Pair.Session alone = pair.CreateSession(), batch = pair.CreateSession(batch: 5);
        for (int i = 0; i < 5; i++)
        {
            batch.SetInput(Values(768, i), TensorLayout.Hwc, 0, sample: i);
            batch.SetInput(Values(64, 10 + i), TensorLayout.Hwc, 1, sample: i);
        }

        float[] first = batch.Forward().ToArray();
        Assert.Equal(5, batch.Batch);
        HeatmapSet set = batch.ExplainSamples([0, 1, 2, 0, 1], "towerR");
        float[][] maps = [.. set.Copy().Select(map => map.Raw.ToArray())];
        for (int i = 0; i < 5; i++)
        {
            float[] logits = alone.Forward(Values(768, i), Values(64, 10 + i), TensorLayout.Hwc).ToArray();
            batch.Sample = i;
            Assert.Equal(logits, batch.Logits.ToArray());
            Assert.Equal(alone.GradCam((Pair.Class)(i % 3), Pair.Layer.TowerR).Raw.ToArray(), maps[i]);
            Assert.Equal(
                alone.GetGradients(Target.Probability(1), "left").Values.ToArray(), batch.GetGradients(Target.Probability(1), "left").Values.ToArray());
        }

        // Two samples of five; what is not set is not there.
        batch.SetInput(Values(768, 0), TensorLayout.Hwc);
        batch.SetInput(Values(64, 10), TensorLayout.Hwc, 1);
        Assert.Equal(first, batch.Forward().ToArray());
        Assert.Equal(0, batch.Sample);
        batch.Sample = 1;
        Assert.Contains("for sample 1", Assert.Throws<InvalidOperationException>(() => batch.Logits.Length).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => batch.Sample = 5);
        Assert.Throws<ArgumentOutOfRangeException>(() => pair.CreateSession(batch: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => pair.CreateSession(batch: int.MaxValue));
    }

    private static long AllocatedBy(Action action)
    {
        long least = long.MaxValue;
        for (int i = 0; i < 5; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            action();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }

    private static WeightDictionary Weights()
    {
        var weights = new WeightDictionary();
        foreach (WeightInfo weight in Pair.Info.Weights)
        {
            int[] shape = [.. weight.Shape];
            float[] values = new float[shape.Aggregate(1, (product, size) => product * size)];
            Fill.Values(weight.Name, shape, values);
            weights.Add(weight.Name, shape, values);
        }

        return weights;
    }

    private static float[] Values(int count, int seed) => [.. Enumerable.Range(0, count).Select(i => MathF.Sin(i * 1.7f + seed * 13.1f))];
}
