namespace GradCam.Explain.Maps;

/// <summary>(A + constant)^2; the constant is the mean, negated.</summary>
internal struct SquaredDeviationTerm : IMapTerm
{
    public static T Of<T>(T activation, T gradient, T constant)
        where T : struct, IMapNumber<T> => (activation + constant) * (activation + constant);
}
