namespace GradCam.Explain.Maps;

/// <summary>A float.</summary>
internal readonly struct SingleNumber(float value) : IMapNumber<SingleNumber>
{
    public float Value { get; } = value;

    public static SingleNumber operator +(SingleNumber left, SingleNumber right) => new(left.Value + right.Value);

    public static SingleNumber operator *(SingleNumber left, SingleNumber right) => new(left.Value * right.Value);

    public static SingleNumber operator /(SingleNumber left, SingleNumber right) => new(left.Value / right.Value);

    public static SingleNumber Constant(double value) => new((float)value);

    // Written out: what kernels have for a maximum is not NaN of NaN everywhere.
    public static SingleNumber Relu(SingleNumber value) => new(value.Value <= 0 ? 0 : value.Value);

    public static SingleNumber Sqrt(SingleNumber value) => new(MathF.Sqrt(value.Value));

    public static SingleNumber UnlessUpTo0(SingleNumber condition, SingleNumber value) => condition.Value <= 0 ? default : value;
}
