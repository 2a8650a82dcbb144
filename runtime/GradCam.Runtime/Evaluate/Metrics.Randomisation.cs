using GradCam.Explain.Inputs.Numbers;

namespace GradCam.Evaluate;

public static partial class Metrics
{
    /// <summary>How alike two heatmaps of one size are, of their <see cref="Heatmap.Values"/>.</summary>
    /// <param name="heatmap">One.</param>
    /// <param name="other">The other.</param>
    /// <exception cref="ArgumentException">They have other sizes.</exception>
    public static MapSimilarity Compare(Heatmap heatmap, Heatmap other) => heatmap.Width == other.Width && heatmap.Height == other.Height
        ? Compare(heatmap.Values, other.Values, heatmap.Width, heatmap.Height)
        : throw new ArgumentException(
            $"Expected maps of one size; one is {heatmap.Width}x{heatmap.Height}, the other {other.Width}x{other.Height}.", nameof(other));

    /// <summary>How alike two maps are.</summary>
    /// <param name="map">[height, width], from 0 to 1.</param>
    /// <param name="other">The other.</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <exception cref="ArgumentException">They have other sizes.</exception>
    public static MapSimilarity Compare(ReadOnlySpan<float> map, ReadOnlySpan<float> other, int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        int pixels = checked(width * height);
        if (map.Length != pixels || other.Length != pixels)
            throw new ArgumentException($"Maps of {width}x{height} have {pixels} numbers; found {map.Length} and {other.Length}.");
        return new MapSimilarity
        {
            Ssim = StructuralSimilarity.Measure(map, other, width, height),
            Spearman = Correlation.Spearman(Correlation.Widen(map), Correlation.Widen(other)),
        };
    }

    /// <summary>
    /// Random logit (Sixt et al. 2020, arXiv:1912.09818): how alike the maps of a class and of another one are, drawn at random. A map that is the same for
    /// every class explains none.
    /// </summary>
    /// <param name="session">The session, after a forward pass of one that has two classes or more.</param>
    /// <param name="classIndex">The class.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="method">The method; null for <see cref="CamMethod.GradCam"/>.</param>
    /// <param name="options">The seed of the draw, and of methods that have one; null for none.</param>
    /// <exception cref="ArgumentException">There is no such class or layer, or no other class.</exception>
    public static MapSimilarity MeasureRandomLogit(
        NetworkSession session, int classIndex, LayerReference layer = default, CamMethod? method = null, ExplainOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(session);
        int classes = session.Info.Logits.Channels;
        if (classes < 2)
            throw new ArgumentException($"{session.Info.Name} has one class: there is no other one.", nameof(session));
        int other = new CounterRandom(options?.Seed ?? 0).Below(classes - 1, stream: 0, index: 0);
        HeatmapSet maps = session.Explain([classIndex, other < classIndex ? other : other + 1], layer, method, options: options);
        return Compare(maps[0], maps[1]);
    }

    /// <summary>
    /// Model parameter randomisation (Adebayo et al. 2018, arXiv:1810.03292): how alike a map and those of networks are whose layers were randomised, from the
    /// last one on. A map that stays the same does not show what the network learnt.
    /// </summary>
    /// <param name="sessions">
    /// Sessions of the network itself, then of those with more and more random layers: load them from <see cref="RandomisedWeights"/>.
    /// </param>
    /// <param name="input">The input, packed [height, width, channels].</param>
    /// <param name="target">What is explained.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="method">The method; null for <see cref="CamMethod.GradCam"/>.</param>
    /// <param name="options">Seed and cancellation; null for none.</param>
    /// <returns>One a session but the first.</returns>
    /// <exception cref="ArgumentException">There is no session, or one has not such a class, layer or input.</exception>
    public static MapSimilarity[] MeasureRandomisation(
        IEnumerable<NetworkSession> sessions, ReadOnlySpan<float> input, Target target, LayerReference layer = default, CamMethod? method = null,
        ExplainOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(sessions);
        ArgumentNullException.ThrowIfNull(target);
        Heatmap? original = null;
        var similarities = new List<MapSimilarity>();
        foreach (NetworkSession session in sessions)
        {
            session.Forward(input, TensorLayout.Hwc);
            Heatmap heatmap = session.Explain(target, layer, method, options);
            if (original is { } first)
                similarities.Add(Compare(first, heatmap));
            else
                original = heatmap.Copy();
        }

        return original is null ? throw new ArgumentException("There is no session.", nameof(sessions)) : [.. similarities];
    }
}
