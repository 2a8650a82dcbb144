namespace GradCam.Explain.Maps;

/// <summary>A float.</summary>
internal readonly struct SingleNumber(float value) : IMapNumber<SingleNumber>
{
    public float Value { get; } = value;

    public static SingleNumber operator +(SingleNumber left, SingleNumber right) => new(left.Value + right.Value);

    public static SingleNumber operator *(SingleNumber left, SingleNumber right) => new(left.Value * right.Value);

    public static SingleNumber operator /(SingleNumber left, SingleNumber right) => new(left.Value / right.Value);

    public static SingleNumber Constant(double value) => new((float)value);

    public static SingleNumber Relu(SingleNumber value) => new(MathF.Max(value.Value, 0));

    public static SingleNumber UnlessUpTo0(SingleNumber condition, SingleNumber value) => condition.Value <= 0 ? default : value;
}
