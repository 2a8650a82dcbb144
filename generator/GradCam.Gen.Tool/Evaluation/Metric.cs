namespace GradCam.Gen.Tool.Evaluation;

/// <summary>What is measured of maps.</summary>
/// <param name="Key">Its word on command lines and in files.</param>
/// <param name="Meaning">What it is.</param>
/// <param name="IsBetterLarge">True where the larger is the better one.</param>
/// <param name="NeedsBoxes">True where it is measured of photos with boxes.</param>
internal sealed record Metric(string Key, string Meaning, bool IsBetterLarge, bool NeedsBoxes = false)
{
    public static Metric Pointing { get; } = new("pointing", "the share of photos whose largest cell lies in a box", true, true);

    public static Metric Energy { get; } = new("energy", "the share of the relu'd map that lies in the boxes", true, true);

    public static Metric Rank { get; } = new("rank", "of as many of the largest pixels as the boxes have, the share that lies in them", true, true);

    public static Metric Iou { get; } = new("iou", "what the box around the map's largest patch has in common with the best box", true, true);

    public static Metric Road { get; } = new("road", "(LeRF - MoRF) / 2 of ROAD, percentiles 20 to 80", true);

    public static Metric Insertion { get; } = new("insertion", "the area below the probability while pixels are inserted", true);

    public static Metric Deletion { get; } = new("deletion", "the area below the probability while pixels are deleted", false);

    public static Metric Drop { get; } = new("drop", "the probability lost where the map masks the photo", false);

    public static Metric Increase { get; } = new("increase", "the share of photos whose probability rises there", true);

    public static Metric Gain { get; } = new("gain", "what it gains there, of what it could", true);

    public static Metric Coherency { get; } = new("coherency", "whether the masked photo has the same map", true);

    public static Metric Complexity { get; } = new("complexity", "the map's mean", false);

    public static Metric Adcc { get; } = new("adcc", "harmonic mean of coherency, 1 - complexity and 1 - drop", true);

    public static Metric Arcc { get; } = new("arcc", "harmonic mean of coherency, 1 - complexity and 2 road", true);

    public static Metric Entropy { get; } = new("entropy", "the map's entropy", false);

    public static Metric Gini { get; } = new("gini", "the map's sparseness", true);

    /// <summary>All, in the order of columns.</summary>
    public static IReadOnlyList<Metric> All { get; } =
        [Pointing, Energy, Rank, Iou, Road, Insertion, Deletion, Drop, Increase, Gain, Coherency, Complexity, Adcc, Arcc, Entropy, Gini];

    public override string ToString() => Key;
}
