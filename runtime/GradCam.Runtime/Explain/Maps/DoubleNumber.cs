namespace GradCam.Explain.Maps;

/// <summary>A double.</summary>
internal readonly struct DoubleNumber(double value) : IMapNumber<DoubleNumber>
{
    public double Value { get; } = value;

    public static DoubleNumber operator +(DoubleNumber left, DoubleNumber right) => new(left.Value + right.Value);

    public static DoubleNumber operator *(DoubleNumber left, DoubleNumber right) => new(left.Value * right.Value);

    public static DoubleNumber operator /(DoubleNumber left, DoubleNumber right) => new(left.Value / right.Value);

    public static DoubleNumber Constant(double value) => new(value);

    // Written out: what kernels have for a maximum is not NaN of NaN everywhere.
    public static DoubleNumber Relu(DoubleNumber value) => new(value.Value <= 0 ? 0 : value.Value);

    public static DoubleNumber Sqrt(DoubleNumber value) => new(Math.Sqrt(value.Value));

    public static DoubleNumber UnlessUpTo0(DoubleNumber condition, DoubleNumber value) => condition.Value <= 0 ? default : value;
}
