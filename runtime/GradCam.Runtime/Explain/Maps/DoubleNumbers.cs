using System.Numerics;

namespace GradCam.Explain.Maps;

/// <summary>A vector of doubles.</summary>
internal readonly struct DoubleNumbers(Vector<double> values) : IMapNumber<DoubleNumbers>
{
    public Vector<double> Values { get; } = values;

    public static DoubleNumbers operator +(DoubleNumbers left, DoubleNumbers right) => new(left.Values + right.Values);

    public static DoubleNumbers operator *(DoubleNumbers left, DoubleNumbers right) => new(left.Values * right.Values);

    public static DoubleNumbers operator /(DoubleNumbers left, DoubleNumbers right) => new(left.Values / right.Values);

    public static DoubleNumbers Constant(double value) => new(Vector.Create(value));

    public static DoubleNumbers Relu(DoubleNumbers value) => new(Vector.Max(value.Values, Vector<double>.Zero));

    public static DoubleNumbers Sqrt(DoubleNumbers value) => new(Vector.SquareRoot(value.Values));

    public static DoubleNumbers UnlessUpTo0(DoubleNumbers condition, DoubleNumbers value) =>
        new(Vector.ConditionalSelect(Vector.LessThanOrEqual(condition.Values, Vector<double>.Zero), Vector<double>.Zero, value.Values));
}
