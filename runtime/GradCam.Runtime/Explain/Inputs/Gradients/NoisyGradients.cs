using GradCam.Explain;
using GradCam.Explain.Inputs;
using GradCam.Explain.Inputs.Numbers;

namespace GradCam;

public abstract partial record InputMethod
{
    /// <summary>
    /// values = mean of g over noisy inputs; map = max over channels of |values|.
    /// Smilkov et al., "SmoothGrad: Removing Noise by Adding Noise", 2017, arXiv:1706.03825.
    /// </summary>
    public static NoisyGradientsMethod SmoothGrad { get; } = new(
        "SmoothGrad", "smoothgrad", "values = mean of g at x + noise; map = max |values|", 2017,
        "Smilkov et al., \"SmoothGrad: Removing Noise by Adding Noise\", 2017, arXiv:1706.03825", (mean, _, _) => mean);

    /// <summary>
    /// values = mean of g^2 over noisy inputs; map = max over channels.
    /// Hooker et al., "A Benchmark for Interpretability Methods in Deep Neural Networks", NeurIPS 2019, arXiv:1806.10758.
    /// </summary>
    public static NoisyGradientsMethod SmoothGradSquared { get; } = new(
        "SmoothGrad²", "smoothgradsquared", "values = mean of g^2 at x + noise; map = max |values|", 2018,
        "Hooker et al., \"A Benchmark for Interpretability Methods in Deep Neural Networks\", 2018, NeurIPS 2019, arXiv:1806.10758",
        (mean, squares, count) => squares / count + mean * mean);

    /// <summary>
    /// values = variance of g over noisy inputs; map = max over channels.
    /// Adebayo et al., "Local Explanation Methods for Deep Neural Networks Lack Sensitivity to Parameter Values", ICLR 2018 workshop, arXiv:1810.03307.
    /// </summary>
    public static NoisyGradientsMethod VarGrad { get; } = new(
        "VarGrad", "vargrad", "values = variance of g at x + noise; map = max |values|", 2018,
        "Adebayo et al., \"Local Explanation Methods for Deep Neural Networks Lack Sensitivity to Parameter Values\", ICLR 2018 workshop, arXiv:1810.03307",
        (_, squares, count) => squares / count);
}

/// <summary>
/// Statistics of the gradient over inputs with Gaussian noise, which averages out what changes from one input to its neighbour:
/// <see cref="InputMethod.SmoothGrad"/>, <see cref="InputMethod.SmoothGradSquared"/> and <see cref="InputMethod.VarGrad"/>.
/// </summary>
public sealed record NoisyGradientsMethod : InputMethod
{
    private readonly Func<double, double, int, double> _statistic;

    // The statistic is made of an element's mean, its sum of squared differences from that, and the number of samples.
    internal NoisyGradientsMethod(string name, string key, string formula, int year, string paper, Func<double, double, int, double> statistic)
        : base(name, key, formula, year, paper, "Samples + 1 forwards, Samples backwards (50)", InputNeeds.InputGradient) => _statistic = statistic;

    /// <summary>Noisy inputs: 50.</summary>
    public int Samples { get; init => field = Within(1, MostPasses, value, nameof(Samples)); } = 50;

    /// <summary>The noise's standard deviation, as a share of the input's largest value less its smallest: 0.15; 0.10 to 0.20 in the paper.</summary>
    public double NoiseLevel { get; init => field = Within(0, 10, value, nameof(NoiseLevel)); } = 0.15;

    internal override ChannelReduction Reduction => ChannelReduction.LargestMagnitude;

    private protected override InputMethod With(MethodArguments arguments) => this with
    {
        Samples = arguments.Integer("samples", Samples),
        NoiseLevel = arguments.Number("noise-level", NoiseLevel),
    };

    internal override PassCount CountPasses(Tensor input) => new(Samples + 1L, Samples);

    internal override void Compute(InputRun run)
    {
        int length = run.Shape.Length;
        double[] mean = new double[length];
        double[] squares = new double[length];
        // Welford 1962: no difference of large numbers.
        void Add(int sample, ReadOnlySpan<float> gradient)
        {
            for (int i = 0; i < length; i++)
            {
                double difference = gradient[i] - mean[i];
                mean[i] += difference / (sample + 1);
                squares[i] += difference * (gradient[i] - mean[i]);
            }
        }

        run.Gradients(Samples, new NoisyInputs(run.InputBuffer, run.Random, NoiseLevel * run.InputRange()), Add);

        Span<float> values = run.Values;
        for (int i = 0; i < length; i++)
            values[i] = (float)_statistic(mean[i], squares[i], Samples);
    }

    /// <summary>The input with noise.</summary>
    private sealed class NoisyInputs(float[] input, CounterRandom random, double deviation) : IInputSource
    {
        public void Fill(int index, Span<float> destination)
        {
            random.FillNormal(RandomStream.Sample + (ulong)index, destination);
            for (int i = 0; i < destination.Length; i++)
                destination[i] = (float)(input[i] + deviation * destination[i]);
        }
    }
}
