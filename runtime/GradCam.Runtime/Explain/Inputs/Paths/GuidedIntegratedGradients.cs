using GradCam.Explain;
using GradCam.Explain.Inputs;
using GradCam.Explain.Inputs.Numbers;

namespace GradCam;

public abstract partial record InputMethod
{
    /// <summary>
    /// values = integral of g along a path from x' to x that moves the elements of the smallest |g| first, near the straight line; map = sum over channels.
    /// The values sum to y(x) - y(x'). Kapishnikov et al., "Guided Integrated Gradients: An Adaptive Path Method for Removing Noise", CVPR 2021,
    /// arXiv:2106.09788.
    /// </summary>
    public static GuidedIntegratedGradientsMethod GuidedIntegratedGradients { get; } = new();
}

/// <summary>Gradients along a path that avoids large ones: <see cref="InputMethod.GuidedIntegratedGradients"/>.</summary>
public sealed record GuidedIntegratedGradientsMethod : InputMethod
{
    private const double Tolerance = 1e-9;

    internal GuidedIntegratedGradientsMethod()
        : base(
            "Guided integrated gradients", "guidedintegratedgradients",
            "values = integral of g along a path from x' to x that moves the elements of the smallest |g| first; map = sum", 2021,
            "Kapishnikov et al., \"Guided Integrated Gradients: An Adaptive Path Method for Removing Noise\", CVPR 2021, arXiv:2106.09788",
            "Steps + 2 forwards, Steps backwards (200)", InputNeeds.InputGradient)
    {
    }

    /// <summary>Steps: 200.</summary>
    public int Steps { get; init => field = Within(1, MostPasses, value, nameof(Steps)); } = 200;

    /// <summary>The share of the elements that moves at a time, those of the smallest gradients: 0.25.</summary>
    public double Fraction { get; init => field = Within(0, 1, value, nameof(Fraction)); } = 0.25;

    /// <summary>How far an element may be from the straight line, as a share of the line: 0.02.</summary>
    public double MaxDistance { get; init => field = Within(0, 1, value, nameof(MaxDistance)); } = 0.02;

    /// <summary>Where the path begins: <see cref="Baseline.Zero"/>.</summary>
    public Baseline Baseline { get; init; } = Baseline.Zero;

    private protected override InputMethod With(MethodArguments arguments) => this with
    {
        Steps = arguments.Integer("steps", Steps),
        Fraction = arguments.Number("fraction", Fraction),
        MaxDistance = arguments.Number("max-distance", MaxDistance),
        Baseline = arguments.Baseline(Baseline),
    };

    internal override PassCount CountPasses(Tensor input) => new(Steps + 2L, Steps);

    internal override void Compute(InputRun run)
    {
        int length = run.Shape.Length;
        float[] input = new float[length];
        float[] gradient = new float[length];
        Baseline.Fill(run, 0, input);
        double from = run.Score(input);
        var path = new Path(Doubles.Of(input), Doubles.Of(run.Input), Fraction);
        for (int step = 0; step < Steps && path.Length != 0; step++)
        {
            Doubles.Round(path.Position, input);
            run.Score(input);
            run.Gradient(gradient);
            double done = (step + 1.0) / Steps;
            path.Move(gradient, Math.Max(done - MaxDistance, 0), Math.Min(done + MaxDistance, 1), path.Length * (1 - done), run.Cancellation);
        }

        run.SetValues(path.Values, run.ScoreInput() - from);
    }

    /// <summary>The path so far, and the integral along it.</summary>
    private sealed class Path
    {
        private readonly double[] _from;
        private readonly double[] _to;
        private readonly double[] _before;
        private readonly double[] _slopes;
        private readonly double[] _sorted;
        private readonly double _fraction;

        public Path(double[] from, double[] to, double fraction)
        {
            (_from, _to, _fraction) = (from, to, fraction);
            Position = [.. from];
            Values = new double[from.Length];
            (_before, _slopes, _sorted) = (new double[from.Length], new double[from.Length], new double[from.Length]);
            Length = Distance();
        }

        public double[] Position { get; }

        public double[] Values { get; }

        /// <summary>The sum of all elements' ways.</summary>
        public double Length { get; }

        /// <summary>Moves elements, those of the smallest gradients first, until so much of the way is left.</summary>
        /// <param name="gradient">The gradient where the step begins.</param>
        /// <param name="least">Where on its way each element is at least.</param>
        /// <param name="most">Where it is at most.</param>
        /// <param name="target">The distance to be left.</param>
        /// <param name="cancellation">Stops: where few elements move at a time, there are many times.</param>
        public void Move(float[] gradient, double least, double most, double target, CancellationToken cancellation)
        {
            for (int i = 0; i < _slopes.Length; i++)
                _slopes[i] = Math.Abs((double)gradient[i]);
            bool arrived = false;
            while (!arrived)
            {
                cancellation.ThrowIfCancellationRequested();
                Position.CopyTo(_before, 0);
                for (int i = 0; i < Position.Length; i++)
                {
                    double way = _to[i] - _from[i];
                    if (way != 0 && (Position[i] - _from[i]) / way < least)
                        Position[i] = At(i, least);
                }

                double distance = Distance();
                arrived = Math.Abs(distance - target) <= Math.Max(Tolerance * Math.Max(Math.Abs(distance), Math.Abs(target)), Tolerance)
                    || !Approach(distance, target, most);
                for (int i = 0; i < Values.Length; i++)
                    Values[i] += (Position[i] - _before[i]) * gradient[i];
            }
        }

        /// <summary>Moves the elements of the smallest gradients.</summary>
        /// <returns>Whether that was not enough, and others can be moved.</returns>
        private bool Approach(double distance, double target, double most)
        {
            for (int i = 0; i < _slopes.Length; i++)
            {
                if (Position[i] == At(i, most))
                    _slopes[i] = double.PositiveInfinity;
            }

            _slopes.CopyTo(_sorted, 0);
            double threshold = Quantile.Lower(_sorted, _fraction);
            double reach = 0;
            for (int i = 0; i < _slopes.Length; i++)
            {
                if (IsChosen(i, threshold))
                    reach += Math.Abs(Position[i] - At(i, most));
            }

            // Nothing moves: all are where they may be, or their gradients are NaN.
            if (!(reach > 0))
                return false;
            double share = (distance - target) / reach;
            for (int i = 0; i < _slopes.Length; i++)
            {
                if (IsChosen(i, threshold))
                    Position[i] = share > 1 ? At(i, most) : Position[i] + (At(i, most) - Position[i]) * share;
            }

            return share > 1;
        }

        private bool IsChosen(int i, double threshold) => _slopes[i] <= threshold && double.IsFinite(_slopes[i]);

        private double At(int i, double share) => _from[i] + (_to[i] - _from[i]) * share;

        private double Distance()
        {
            double sum = 0;
            for (int i = 0; i < Position.Length; i++)
                sum += Math.Abs(Position[i] - _to[i]);
            return sum;
        }
    }
}
