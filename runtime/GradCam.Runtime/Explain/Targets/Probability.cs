using GradCam.Explain;
using GradCam.Numerics;

namespace GradCam;

public abstract partial record Target
{
    /// <summary>
    /// y = p_c: a class's probability, as the output's head says (<see cref="OutputInfo.Head"/>): softmax or sigmoid. Where the network is sure, its gradient
    /// vanishes.
    /// </summary>
    /// <param name="class">The class: its name or index.</param>
    public static ClassTarget Probability(ClassReference @class) => new ProbabilityTarget(@class);

    /// <summary>y = log p_c: z_c - log sum exp z after a softmax, -log(1 + exp(-z_c)) after a sigmoid.</summary>
    /// <param name="class">The class: its name or index.</param>
    public static ClassTarget LogProbability(ClassReference @class) => new LogProbabilityTarget(@class);

    /// <summary>
    /// y = z_c + log p_c: the residual softmax target, which keeps the logit's slope and lets other classes' evidence count. Cai, "CAMs as Shapley Value-based
    /// Explainers" (ShapleyCAM), 2025, arXiv:2501.06261.
    /// </summary>
    /// <param name="class">The class: its name or index.</param>
    public static ClassTarget ReST(ClassReference @class) => new RestTarget(@class);

    private sealed record ProbabilityTarget(ClassReference Reference) : ClassTarget(Reference)
    {
        private protected override string Word => "probability";

        private protected override double AtPixel(
            Arithmetic arithmetic, ReadOnlySpan<float> logits, int @class, OutputHead head, double weight, Span<float> seed, Span<float> scratch)
        {
            ProbabilityMath.Compute(arithmetic, logits, head, scratch);
            double p = scratch[@class];
            if (ProbabilityMath.IsSigmoid(logits.Length, head))
            {
                seed[@class] += (float)(weight * p * (1 - p));
                return p;
            }

            // dp_c / dz_j = p_c (1[j = c] - p_j).
            for (int j = 0; j < seed.Length; j++)
                seed[j] += (float)(weight * p * ((j == @class ? 1 : 0) - (double)scratch[j]));
            return p;
        }

        private protected override void AddCurvature(
            Arithmetic arithmetic, ReadOnlySpan<float> logits, int @class, OutputHead head, double weight, ReadOnlySpan<double> direction, Span<float> seed,
            Span<float> scratch)
        {
            ProbabilityMath.Compute(arithmetic, logits, head, scratch);
            double p = scratch[@class];
            if (ProbabilityMath.IsSigmoid(logits.Length, head))
            {
                seed[@class] += (float)(weight * p * (1 - p) * (1 - 2 * p) * direction[@class]);
                return;
            }

            // p_j moves by p_j (v_j - mean), mean = sum of p v.
            double mean = Mean(scratch, direction);
            for (int j = 0; j < seed.Length; j++)
            {
                double own = (direction[@class] - mean) * ((j == @class ? 1 : 0) - (double)scratch[j]);
                seed[j] += (float)(weight * p * (own - scratch[j] * (direction[j] - mean)));
            }
        }
    }

    private sealed record LogProbabilityTarget(ClassReference Reference) : ClassTarget(Reference)
    {
        private protected override string Word => "log-probability";

        private protected override double AtPixel(
            Arithmetic arithmetic, ReadOnlySpan<float> logits, int @class, OutputHead head, double weight, Span<float> seed, Span<float> scratch) =>
            AddLogProbability(arithmetic, logits, @class, head, weight, seed, scratch);

        private protected override void AddCurvature(
            Arithmetic arithmetic, ReadOnlySpan<float> logits, int @class, OutputHead head, double weight, ReadOnlySpan<double> direction, Span<float> seed,
            Span<float> scratch) =>
            AddLogProbabilityCurvature(arithmetic, logits, @class, head, weight, direction, seed, scratch);
    }

    private sealed record RestTarget(ClassReference Reference) : ClassTarget(Reference)
    {
        private protected override string Word => "ReST";

        private protected override double AtPixel(
            Arithmetic arithmetic, ReadOnlySpan<float> logits, int @class, OutputHead head, double weight, Span<float> seed, Span<float> scratch)
        {
            seed[@class] += (float)weight;
            return logits[@class] + AddLogProbability(arithmetic, logits, @class, head, weight, seed, scratch);
        }

        private protected override void AddCurvature(
            Arithmetic arithmetic, ReadOnlySpan<float> logits, int @class, OutputHead head, double weight, ReadOnlySpan<double> direction, Span<float> seed,
            Span<float> scratch) =>
            AddLogProbabilityCurvature(arithmetic, logits, @class, head, weight, direction, seed, scratch);
    }

    private static void AddLogProbabilityCurvature(
        Arithmetic arithmetic, ReadOnlySpan<float> logits, int @class, OutputHead head, double weight, ReadOnlySpan<double> direction, Span<float> seed,
        Span<float> scratch)
    {
        ProbabilityMath.Compute(arithmetic, logits, head, scratch);
        if (ProbabilityMath.IsSigmoid(logits.Length, head))
        {
            double p = scratch[@class];
            seed[@class] -= (float)(weight * p * (1 - p) * direction[@class]);
            return;
        }

        // d log p_c / dz_j = 1[j = c] - p_j, and p_j moves by p_j (v_j - mean).
        double mean = Mean(scratch, direction);
        for (int j = 0; j < seed.Length; j++)
            seed[j] -= (float)(weight * scratch[j] * (direction[j] - mean));
    }

    private static double Mean(ReadOnlySpan<float> probabilities, ReadOnlySpan<double> values)
    {
        double mean = 0;
        for (int j = 0; j < values.Length; j++)
            mean += probabilities[j] * values[j];
        return mean;
    }

    private static double AddLogProbability(
        Arithmetic arithmetic, ReadOnlySpan<float> logits, int @class, OutputHead head, double weight, Span<float> seed, Span<float> scratch)
    {
        ProbabilityMath.Compute(arithmetic, logits, head, scratch);
        if (ProbabilityMath.IsSigmoid(logits.Length, head))
        {
            seed[@class] += (float)(weight * (1 - (double)scratch[@class]));
            // log(1 / (1 + exp(-z))) without overflow.
            double z = logits[@class];
            return Math.Min(z, 0) - arithmetic.Log(1 + arithmetic.Exp(-Math.Abs(z)));
        }

        // d log p_c / dz_j = 1[j = c] - p_j.
        double largest = double.NegativeInfinity;
        foreach (float logit in logits)
            largest = Math.Max(largest, logit);
        double sum = 0;
        for (int j = 0; j < seed.Length; j++)
        {
            seed[j] += (float)(weight * ((j == @class ? 1 : 0) - (double)scratch[j]));
            sum += arithmetic.Exp(logits[j] - largest);
        }

        return logits[@class] - largest - arithmetic.Log(sum);
    }
}
