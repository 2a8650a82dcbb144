namespace GradCam.Gen.Tool.Evaluation;

/// <summary>What was measured of a method at a layer: means over photos.</summary>
internal sealed record MethodMeans
{
    public required string Layer { get; init; }

    public required string Method { get; init; }

    /// <summary>Photos with a map.</summary>
    public required int Photos { get; init; }

    /// <summary>A map's time, over that of a forward pass.</summary>
    public required double Forwards { get; init; }

    /// <summary>Means by <see cref="Metric.Key"/>, of the photos of which each could be measured.</summary>
    public required IReadOnlyDictionary<string, double> Means { get; init; }

    /// <summary>The means, in the order of layers and methods. Sums go by the photos' names, so that they do not depend on who was done first.</summary>
    public static IReadOnlyList<MethodMeans> Of(IEnumerable<PhotoScores> photos) =>
    [
        .. photos.OrderBy(photo => photo.Photo, StringComparer.Ordinal).SelectMany(photo => photo.Maps).GroupBy(map => (map.Layer, map.Method))
            .Select(maps => new MethodMeans
            {
                Layer = maps.Key.Layer,
                Method = maps.Key.Method,
                Photos = maps.Count(),
                Forwards = maps.Average(map => map.Forwards),
                Means = maps.SelectMany(map => map.Values).GroupBy(value => value.Key, value => value.Value)
                    .ToDictionary(values => values.Key, values => values.Average()),
            }),
    ];
}
