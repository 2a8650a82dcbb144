using GradCam.Explain.Inputs;
using GradCam.Explain.Inputs.Numbers;

namespace GradCam;

public abstract partial record InputMethod
{
    /// <summary>
    /// values = mean of (x - x') * g(x' + t (x - x')) over baselines x' and t from 0 to 1, both at random; map = sum over channels. The values sum to
    /// y(x) - mean of y(x'), up to what the samples miss.
    /// Erion et al., "Improving performance of deep learning models with axiomatic attribution priors and expected gradients", Nature Machine Intelligence 2021,
    /// arXiv:1906.10670.
    /// </summary>
    public static ExpectedGradientsMethod ExpectedGradients { get; } = new();
}

/// <summary>Integrated gradients of many baselines, by samples: <see cref="InputMethod.ExpectedGradients"/>.</summary>
public sealed record ExpectedGradientsMethod : InputMethod
{
    internal ExpectedGradientsMethod()
        : base(
            "Expected gradients", "expectedgradients", "values = mean of (x - x') * g(x' + t (x - x')) over x' and t; map = sum", 2019,
            "Erion et al., \"Improving performance of deep learning models with axiomatic attribution priors and expected gradients\", 2019, " +
            "Nature Machine Intelligence 2021, arXiv:1906.10670",
            "2 Samples + 1 forwards, Samples backwards (50)", InputNeeds.InputGradient)
    {
    }

    /// <summary>Samples: 50. The paper takes 200 where the baselines are photos.</summary>
    public int Samples { get; init => field = Within(1, MostPasses, value, nameof(Samples)); } = 50;

    /// <summary>
    /// The baselines, of which each sample takes one at random: uniform noise. What the paper has are photos of the training set:
    /// <see cref="Baseline.FromTensor"/>.
    /// </summary>
    public IReadOnlyList<Baseline> Baselines
    {
        get;
        init => field = value is { Count: > 0 } ? value : throw new ArgumentException("One baseline is needed at least.", nameof(Baselines));
    }
    = [Baseline.Noise];

    internal override long CountPasses(NetworkInfo info) => 3L * Samples + 1;

    internal override void Compute(InputRun run)
    {
        int length = run.Shape.Length;
        float[] baseline = new float[length];
        float[] input = new float[length];
        float[] gradient = new float[length];
        double[] sums = new double[length];
        double from = 0;
        for (int sample = 0; sample < Samples; sample++)
        {
            int chosen = run.Random.Below(Baselines.Count, RandomStream.Choice, 2 * (ulong)sample);
            double t = run.Random.Uniform(RandomStream.Choice, 2 * (ulong)sample + 1);
            Baselines[chosen].Fill(run, sample, baseline);
            from += run.Score(baseline) / Samples;
            for (int i = 0; i < length; i++)
                input[i] = (float)(baseline[i] + t * ((double)run.Input[i] - baseline[i]));
            run.Gradient(input, gradient);
            for (int i = 0; i < length; i++)
                sums[i] += ((double)run.Input[i] - baseline[i]) * gradient[i] / Samples;
        }

        run.SetValues(sums, run.ScoreInput() - from);
    }
}
