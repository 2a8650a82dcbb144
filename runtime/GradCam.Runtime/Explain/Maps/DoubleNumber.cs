namespace GradCam.Explain.Maps;

/// <summary>A double.</summary>
internal readonly struct DoubleNumber(double value) : IMapNumber<DoubleNumber>
{
    public double Value { get; } = value;

    public static DoubleNumber operator +(DoubleNumber left, DoubleNumber right) => new(left.Value + right.Value);

    public static DoubleNumber operator *(DoubleNumber left, DoubleNumber right) => new(left.Value * right.Value);

    public static DoubleNumber operator /(DoubleNumber left, DoubleNumber right) => new(left.Value / right.Value);

    public static DoubleNumber Constant(double value) => new(value);

    public static DoubleNumber Relu(DoubleNumber value) => new(Math.Max(value.Value, 0));

    public static DoubleNumber UnlessUpTo0(DoubleNumber condition, DoubleNumber value) => condition.Value <= 0 ? default : value;
}
