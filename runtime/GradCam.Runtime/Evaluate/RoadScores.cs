namespace GradCam.Evaluate;

/// <summary>The scores of an input whose most or least relevant pixels were removed and imputed.</summary>
public sealed class RoadScores
{
    internal RoadScores(IReadOnlyList<double> percentiles, double[] mostFirst, double[] leastFirst) =>
        (Percentiles, MostRelevantFirst, LeastRelevantFirst) = (percentiles, mostFirst, leastFirst);

    /// <summary>The percentiles at which pixels were removed.</summary>
    public IReadOnlyList<double> Percentiles { get; }

    /// <summary>The scores without the most relevant pixels (MoRF), one a percentile: small where the map is right.</summary>
    public IReadOnlyList<double> MostRelevantFirst { get; }

    /// <summary>The scores without the least relevant pixels (LeRF): large where the map is right.</summary>
    public IReadOnlyList<double> LeastRelevantFirst { get; }

    /// <summary>The mean over the percentiles of (LeRF - MoRF) / 2: the larger, the better; 0 for a map that says nothing.</summary>
    public double Combined => Enumerable.Range(0, Percentiles.Count).Average(i => (LeastRelevantFirst[i] - MostRelevantFirst[i]) / 2);
}
