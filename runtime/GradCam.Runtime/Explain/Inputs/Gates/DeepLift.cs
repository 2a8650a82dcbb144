using GradCam.Explain;
using GradCam.Explain.Inputs;
using GradCam.Explain.Inputs.Gates;

namespace GradCam;

public abstract partial record InputMethod
{
    /// <summary>
    /// values = (x - x') * m, where m goes back as a gradient does, and through a nonlinearity by the quotient of what it moved from the baseline, not by
    /// its derivative (the rescale rule); map = sum over channels. The values sum to y(x) - y(x') but for normalisations and softmaxes inside the network,
    /// which have their derivative. Shrikumar et al., "Learning Important Features Through Propagating Activation Differences", ICML 2017, arXiv:1704.02685.
    /// </summary>
    public static DeepLiftMethod DeepLift { get; } = new();
}

/// <summary>Differences from a baseline, taken back through the network: <see cref="InputMethod.DeepLift"/>.</summary>
public sealed record DeepLiftMethod : InputMethod
{
    internal DeepLiftMethod()
        : base(
            "DeepLIFT", "deeplift", "values = (x - x') * m, m as g with (f(a) - f(a')) / (a - a') for f'(a); map = sum", 2017,
            "Shrikumar et al., \"Learning Important Features Through Propagating Activation Differences\", ICML 2017, arXiv:1704.02685",
            "3 forwards, 1 backward", InputNeeds.InputGradient)
    {
    }

    /// <summary>What the input is compared with, x': <see cref="Baseline.Zero"/>.</summary>
    public Baseline Baseline { get; init; } = Baseline.Zero;

    private protected override InputMethod With(MethodArguments arguments) => this with
    {
        Baseline = arguments.Baseline(Baseline),
    };

    internal override PassCount CountPasses(Tensor input) => new(3, 1);

    internal override void Compute(InputRun run)
    {
        (GateDecorator<DeepLiftRule> decorator, DeepLiftRule rule) = run.Gates.DeepLift;
        float[] baseline = new float[run.Shape.Length];
        Baseline.Fill(run, 0, baseline);
        rule.IsAtBaseline = true;
        double from = run.Score(baseline, decorator);
        rule.IsAtBaseline = false;
        run.Score(run.Input, decorator);
        float[] multipliers = run.Scratch();
        run.Gradient(multipliers, decorator);
        double[] values = new double[multipliers.Length];
        for (int i = 0; i < values.Length; i++)
            values[i] = ((double)run.Input[i] - baseline[i]) * multipliers[i];
        run.SetValues(values, run.ScoreInput() - from);
    }
}
