using System.Numerics;

namespace GradCam.Explain.Maps;

/// <summary>A vector of floats.</summary>
internal readonly struct SingleNumbers(Vector<float> values) : IMapNumber<SingleNumbers>
{
    public Vector<float> Values { get; } = values;

    public static SingleNumbers operator +(SingleNumbers left, SingleNumbers right) => new(left.Values + right.Values);

    public static SingleNumbers operator *(SingleNumbers left, SingleNumbers right) => new(left.Values * right.Values);

    public static SingleNumbers operator /(SingleNumbers left, SingleNumbers right) => new(left.Values / right.Values);

    public static SingleNumbers Constant(double value) => new(Vector.Create((float)value));

    public static SingleNumbers Relu(SingleNumbers value) => new(Vector.Max(value.Values, Vector<float>.Zero));

    public static SingleNumbers Sqrt(SingleNumbers value) => new(Vector.SquareRoot(value.Values));

    public static SingleNumbers UnlessUpTo0(SingleNumbers condition, SingleNumbers value) =>
        new(Vector.ConditionalSelect(Vector.LessThanOrEqual(condition.Values, Vector<float>.Zero), Vector<float>.Zero, value.Values));
}
