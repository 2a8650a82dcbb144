namespace GradCam.Gen.Tool.Evaluation;

/// <summary>Which layer and method to compile.</summary>
internal static class Advice
{
    /// <summary>What counts.</summary>
    private static readonly Metric[] Deciding = [Metric.Road, Metric.Arcc, Metric.Energy];

    /// <summary>The methods by their mean place in what counts, the best first.</summary>
    public static IReadOnlyList<MethodMeans> Rank(IReadOnlyList<MethodMeans> means)
    {
        Metric[] metrics = [.. Deciding.Where(metric => means.Any(mean => mean.Means.ContainsKey(metric.Key)))];
        return [.. means.OrderBy(Place).ThenBy(mean => mean.Forwards)];

        // Equal values share a place.
        double Place(MethodMeans mean) => metrics.Sum(metric => means.Count(other => Value(other, metric) > Value(mean, metric)));

        static double Value(MethodMeans mean, Metric metric) => mean.Means.GetValueOrDefault(metric.Key, double.NegativeInfinity);
    }

    /// <summary>The lines to write into a program, and why.</summary>
    /// <param name="ranked">The methods, the best first.</param>
    public static IEnumerable<string> Lines(IReadOnlyList<MethodMeans> ranked)
    {
        MethodMeans? best = ranked.FirstOrDefault(mean => mean.Method != CamMethod.RandomCam.Key);
        if (best is null)
            yield break;
        int random = Enumerable.Range(0, ranked.Count).FirstOrDefault(i => ranked[i].Method == CamMethod.RandomCam.Key, ranked.Count);
        if (random == 0)
            yield return "Random weights are as good as any method: on these photos nothing can be advised. Are the preprocessing and the labels right?";
        string layer = Literal(best.Layer);
        yield return ExplanationMethods.Parse(best.Method) is InputMethod input
            ? $"{(input.Needs == InputNeeds.InputGradient ? $"[GradCam({layer})]  " : "")}// session.Attribute(…, " +
                $"InputMethod.Parse({Literal(best.Method)})): {Numbers(best)}"
            : $"[GradCam({layer})]  // session.Explain(…, {layer}, CamMethod.Parse({Literal(best.Method)})): {Numbers(best)}";
        foreach (MethodMeans other in ranked.Where(mean => mean.Method != CamMethod.RandomCam.Key && mean.Layer != best.Layer).DistinctBy(mean => mean.Layer))
            yield return $"// {other.Layer}: the best there is {other.Method}, {Numbers(other)}";
    }

    private static string Numbers(MethodMeans mean)
    {
        IEnumerable<Metric> metrics = Deciding.Where(metric => mean.Means.ContainsKey(metric.Key));
        return string.Join(", ", metrics.Select(metric => $"{metric.Key} {MethodTable.Number(mean.Means[metric.Key])}"));
    }

    private static string Literal(string text) => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
