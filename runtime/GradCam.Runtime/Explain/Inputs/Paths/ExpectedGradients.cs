using GradCam.Explain;
using GradCam.Explain.Inputs;
using GradCam.Explain.Inputs.Numbers;

namespace GradCam;

public abstract partial record InputMethod
{
    /// <summary>
    /// values = mean of (x - x') * g(x' + t (x - x')) over baselines x' and t from 0 to 1, both at random; map = sum over channels. The values sum to
    /// y(x) - mean of y(x'), up to what the samples miss.
    /// Erion et al., "Improving performance of deep learning models with axiomatic attribution priors and expected gradients", Nature Machine Intelligence
    /// 2021, arXiv:1906.10670.
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

    private protected override InputMethod With(MethodArguments arguments) => this with
    {
        Samples = arguments.Integer("samples", Samples),
        Baselines = arguments.Baselines(Baselines),
    };

    internal override PassCount CountPasses(Tensor input) => new(2L * Samples + 1, Samples);

    internal override void Compute(InputRun run)
    {
        double[] sums = new double[run.Shape.Length];
        float[] baseline = new float[run.Shape.Length];
        var samples = new SampledInputs(run, Baselines);
        double[] scores = new double[Samples];
        run.Score(samples, scores);
        void Add(int sample, ReadOnlySpan<float> gradient)
        {
            samples.FillBaseline(sample, baseline);
            for (int i = 0; i < sums.Length; i++)
                sums[i] += ((double)run.Input[i] - baseline[i]) * gradient[i] / Samples;
        }

        samples.IsOnLine = true;
        run.Gradients(Samples, samples, Add);
        double from = 0;
        foreach (double score in scores)
            from += score / Samples;
        run.SetValues(sums, run.ScoreInput() - from);
    }

    /// <summary>Baselines, or points between them and the input.</summary>
    private sealed class SampledInputs(InputRun run, IReadOnlyList<Baseline> baselines) : IInputSource
    {
        /// <summary>Whether it is the points.</summary>
        public bool IsOnLine { get; set; }

        public void FillBaseline(int index, Span<float> destination) =>
            baselines[run.Random.Below(baselines.Count, RandomStream.Choice, 2 * (ulong)index)].Fill(run, index, destination);

        public void Fill(int index, Span<float> destination)
        {
            FillBaseline(index, destination);
            double t = run.Random.Uniform(RandomStream.Choice, 2 * (ulong)index + 1);
            for (int i = 0; i < destination.Length && IsOnLine; i++)
                destination[i] = (float)(destination[i] + t * ((double)run.Input[i] - destination[i]));
        }
    }
}
