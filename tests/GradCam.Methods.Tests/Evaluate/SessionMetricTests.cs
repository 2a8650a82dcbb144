using GradCam.Evaluate;
using GradCam.Weights;

namespace GradCam.Methods.Tests.Evaluate;

/// <summary>Metrics of a network's maps.</summary>
public sealed class SessionMetricTests : IDisposable
{
    private const int Class = 2;
    private readonly PlainNetwork _plain = PlainNetwork.Chain(1, isLast: true);
    private readonly WeightDictionary _weights;
    private readonly ChainNet _network;
    private readonly float[] _input;

    public SessionMetricTests()
    {
        _weights = _plain.Weights;
        _network = ChainNet.Load(_weights, new CpuOptions { Threads = 2 });
        var random = new Random(9);
        _input = [.. Enumerable.Range(0, 2 * 8 * 6).Select(_ => random.NextSingle() * 2 - 0.5f)];
    }

    public void Dispose() => _network.Dispose();

    [Fact]
    public void A_batch_gives_the_bits_of_one_after_the_other()
    {
        float[] map = Map();
        int[] sizes = [1, 3, 8];
        double[][] results = [.. sizes.Select(size =>
        {
            using NetworkSession session = _network.CreateSession(size);
            Scorer scorer = Scorer.Create(session, Target.Probability(Class));
            RoadScores road = Metrics.MeasureRoad(scorer, _input, map);
            return (double[])[.. road.MostRelevantFirst, .. road.LeastRelevantFirst, .. Metrics.MeasureInsertion(scorer, _input, map).Scores];
        })];
        Assert.Equal(results[0], results[1]);
        Assert.Equal(results[0], results[2]);
        Assert.True(results[0].Distinct().Count() > 10);
    }

    [Fact]
    public void Scores_are_those_of_the_network_in_double_precision()
    {
        float[] map = Map();
        using NetworkSession session = _network.CreateSession(4);
        Scorer scorer = Scorer.Create(session, Target.Probability(Class));
        MaskedScore masked = Metrics.MeasureMasked(scorer, _input, map);
        Assert.Equal(Plain(_input), masked.Score, 1e-5);
        Assert.Equal(Plain([.. _input.Select((v, i) => v * map[i / 2])]), masked.Masked, 1e-5);

        ScoreCurve deletion = Metrics.MeasureDeletion(scorer, _input, map, steps: 6);
        int[] order = [.. Enumerable.Range(0, 48).OrderByDescending(i => map[i])];
        for (int step = 0; step <= 6; step++)
        {
            HashSet<int> gone = [.. order.Take(8 * step)];
            Assert.Equal(Plain([.. _input.Select((v, i) => gone.Contains(i / 2) ? 0 : v)]), deletion.Scores[step], 1e-5);
        }
    }

    [Fact]
    public void Scoring_can_be_stopped()
    {
        using NetworkSession session = _network.CreateSession();
        using var source = new CancellationTokenSource();
        Scorer scorer = Scorer.Create(session, Target.Logit(0), source.Token);
        source.Cancel();
        Assert.Throws<OperationCanceledException>(() => scorer.Score(_input));
    }

    [Fact]
    public void Another_class_has_another_map_and_a_random_one_is_drawn_by_the_seed()
    {
        using NetworkSession session = _network.CreateSession();
        session.Forward(_input, TensorLayout.Hwc);
        double[] similarities = [.. Enumerable.Range(0, 20).Select(seed =>
            Metrics.MeasureRandomLogit(session, Class, "relu2", options: new ExplainOptions { Seed = (ulong)seed }).Ssim)];
        Assert.Equal(4, similarities.Distinct().Count());
        // A method that does not ask for the class.
        Assert.Equal(1, Metrics.MeasureRandomLogit(session, Class, "relu2", CamMethod.EigenCam).Ssim, 1e-9);
    }

    [Fact]
    public void Layers_that_are_randomised_from_the_top_change_the_map()
    {
        var networks = new List<ChainNet>();
        var sessions = new List<NetworkSession>();
        try
        {
            // conv1, conv2 and fc have weight and bias each.
            foreach (int tensors in new[] { 0, 0, 2, 4, 6 })
            {
                using var weights = new RandomisedWeights(_weights, ChainNet.Info, tensors, seed: 3);
                networks.Add(ChainNet.Load(weights));
                sessions.Add(networks[^1].CreateSession());
            }

            MapSimilarity[] similarities = Metrics.MeasureRandomisation(sessions, _input, Target.Logit(Class), "relu2");
            Assert.Equal(4, similarities.Length);
            Assert.Equal(1, similarities[0].Ssim, 1e-9);
            Assert.All(similarities[1..], similarity => Assert.True(similarity.Ssim < 0.95, $"{similarity}"));
            // The activations below are what they were, and Eigen-CAM looks at nothing else.
            MapSimilarity[] eigen = Metrics.MeasureRandomisation(sessions, _input, Target.Logit(Class), "relu2", CamMethod.EigenCam);
            Assert.Equal((1, 1), (Math.Round(eigen[1].Ssim, 9), Math.Round(eigen[1].Spearman, 9)));
            Assert.True(eigen[2].Ssim < 0.95);
        }
        finally
        {
            sessions.ForEach(session => session.Dispose());
            networks.ForEach(network => network.Dispose());
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => new RandomisedWeights(_weights, ChainNet.Info, tensors: 7));
    }

    [Fact]
    public void Maps_of_changed_inputs()
    {
        using NetworkSession session = _network.CreateSession();
        MapFunction explain = MapFunctions.Create(session, Target.Logit(Class), "relu2");
        float[] map = new float[48];
        explain(_input, map);
        Assert.Equal(Map(), map);
        Scorer scorer = Scorer.Create(session, Target.Probability(Class));
        Assert.InRange(Metrics.MeasureCoherency(scorer, _input, map, explain), 0, 1);
        double small = Metrics.MeasureMaxSensitivity(scorer, _input, explain, new PerturbationOptions { Radius = 1e-4 });
        Assert.InRange(small, 0, Metrics.MeasureMaxSensitivity(scorer, _input, explain, new PerturbationOptions { Radius = 0.5 }));
        Assert.Equal(0, Metrics.MeasureStability(scorer, _input, explain, new PerturbationOptions { Radius = 0 }));
    }

    /// <summary>Finer-CAM explains the difference to the classes that are nearest.</summary>
    [Fact]
    public void Maps_of_a_class_are_those_of_the_number_that_the_method_explains()
    {
        using NetworkSession session = _network.CreateSession();
        session.Forward(_input, TensorLayout.Hwc);
        float[] expected = session.Explain(Class, "relu2", CamMethod.FinerCam).Resize(6, 8);
        float[] map = new float[48];
        MapFunctions.Create(session, Class, "relu2", CamMethod.FinerCam)(_input, map);
        Assert.Equal(expected, map);
        MapFunctions.Create(session, Target.Logit(Class), "relu2", CamMethod.FinerCam)(_input, map);
        Assert.NotEqual(expected, map);
    }

    private float[] Map()
    {
        using NetworkSession session = _network.CreateSession();
        session.Forward(_input, TensorLayout.Hwc);
        return session.Explain(Target.Logit(Class), "relu2").Resize(6, 8);
    }

    private double Plain(float[] hwc)
    {
        float[] chw = [.. Enumerable.Range(0, hwc.Length).Select(i => hwc[i % 48 * 2 + i / 48])];
        return PlainReruns.Softmax(_plain.Logits(PlainTensor.Of(2, 8, 6, chw)))[Class];
    }
}
