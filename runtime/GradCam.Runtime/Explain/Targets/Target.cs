namespace GradCam;

/// <summary>
/// What is explained: a number y that the network's outputs make, of which explanations ask what it depends on. Usually a class's logit; also a probability,
/// the difference of two classes, a region of a map, a weighted sum of any of these. Targets are values: make one once and use it for any number of photos
/// and sessions.
/// </summary>
/// <remarks>
/// A target of your own derives from this one, best as a record, so that equal ones share a backward pass: it computes y and adds dy / d output in
/// <see cref="Evaluate"/>. What a target needs that a network lacks is an <see cref="ArgumentException"/> where they meet.
/// </remarks>
public abstract partial record Target
{
    /// <summary>
    /// The output that it looks at, by its name in the spec; null for the first one. Of a target that is made of others it is theirs: where it is set, all of
    /// them look there.
    /// </summary>
    public virtual string? Output { get; init; }

    /// <summary>The sum of two targets.</summary>
    public static Target operator +(Target left, Target right) => Add(left, right);

    /// <summary>The difference of two targets: what speaks for the first and not for the second.</summary>
    public static Target operator -(Target left, Target right) => Subtract(left, right);

    /// <summary>A target's opposite: what speaks against it.</summary>
    public static Target operator -(Target target) => Negate(target);

    /// <summary>A target times a number.</summary>
    public static Target operator *(double factor, Target target) => Multiply(factor, target);

    /// <summary>The sum of two targets.</summary>
    public static Target Add(Target left, Target right) => new SumTarget(left, 1, right, 1);

    /// <summary>The difference of two targets: what speaks for the first and not for the second.</summary>
    public static Target Subtract(Target left, Target right) => new SumTarget(left, 1, right, -1);

    /// <summary>A target's opposite: what speaks against it (Selvaraju et al. 2017, section 7; tf-keras-vis' InactiveScore).</summary>
    public static Target Negate(Target target) => Multiply(-1, target);

    /// <summary>A target times a number.</summary>
    public static Target Multiply(double factor, Target target) => new ScaledTarget(target, factor);

    /// <summary>Computes y, and adds its gradient at the outputs to their seeds.</summary>
    /// <param name="context">The outputs, and the seeds to add to.</param>
    /// <param name="weight">What the gradient is multiplied by.</param>
    /// <returns>y, not multiplied.</returns>
    /// <exception cref="ArgumentException">It does not fit the network.</exception>
    public abstract double Evaluate(in TargetContext context, double weight);

    /// <summary>Whether it is one logit of the first output times a number, which a backward slice of its own computes for less.</summary>
    /// <param name="info">The network.</param>
    /// <param name="class">The class's index.</param>
    /// <param name="seed">The number.</param>
    internal virtual bool TryGetClass(NetworkInfo info, out int @class, out float seed)
    {
        (@class, seed) = (-1, 0);
        return false;
    }

    /// <summary>Adds (d^2 y / dz^2) v to the seed of the first output, z, a vector.</summary>
    /// <param name="context">The outputs, and the seed.</param>
    /// <param name="weight">What it is multiplied by.</param>
    /// <param name="direction">v, [channels].</param>
    /// <returns>False where it is not known.</returns>
    internal virtual bool TryAddCurvature(in TargetContext context, double weight, ReadOnlySpan<double> direction) => false;

    private sealed record ScaledTarget : Target
    {
        private readonly Target _target;
        private readonly double _factor;

        public ScaledTarget(Target target, double factor)
        {
            ArgumentNullException.ThrowIfNull(target);
            (_target, _factor) = (target, factor);
        }

        public override string? Output
        {
            get => _target.Output;
            init => _target = _target with { Output = value };
        }

        public override double Evaluate(in TargetContext context, double weight) => _factor * _target.Evaluate(context, weight * _factor);

        public override string ToString() => _factor == -1 ? $"-{_target}" : string.Create(Invariant, $"{_factor} {_target}");

        internal override bool TryAddCurvature(in TargetContext context, double weight, ReadOnlySpan<double> direction) =>
            _target.TryAddCurvature(context, weight * _factor, direction);

        internal override bool TryGetClass(NetworkInfo info, out int @class, out float seed)
        {
            bool isClass = _target.TryGetClass(info, out @class, out seed);
            seed = (float)(seed * _factor);
            return isClass;
        }
    }

    private sealed record SumTarget : Target
    {
        private readonly Target _left, _right;
        private readonly double _leftFactor, _rightFactor;

        public SumTarget(Target left, double leftFactor, Target right, double rightFactor)
        {
            ArgumentNullException.ThrowIfNull(left);
            ArgumentNullException.ThrowIfNull(right);
            (_left, _leftFactor, _right, _rightFactor) = (left, leftFactor, right, rightFactor);
        }

        /// <summary>Null, too, where the two look at different ones.</summary>
        public override string? Output
        {
            get => _left.Output == _right.Output ? _left.Output : null;
            init => (_left, _right) = (_left with { Output = value }, _right with { Output = value });
        }

        public override double Evaluate(in TargetContext context, double weight) =>
            _leftFactor * _left.Evaluate(context, weight * _leftFactor) + _rightFactor * _right.Evaluate(context, weight * _rightFactor);

        internal override bool TryAddCurvature(in TargetContext context, double weight, ReadOnlySpan<double> direction) =>
            _left.TryAddCurvature(context, weight * _leftFactor, direction) && _right.TryAddCurvature(context, weight * _rightFactor, direction);

        public override string ToString() => $"{_left} {(_rightFactor < 0 ? "-" : "+")} {_right}";
    }

    private static IFormatProvider Invariant => System.Globalization.CultureInfo.InvariantCulture;
}
