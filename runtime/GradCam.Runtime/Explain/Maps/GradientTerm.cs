namespace GradCam.Explain.Maps;

/// <summary>The gradient as it is.</summary>
internal struct GradientTerm : IMapTerm
{
    public static T Of<T>(T activation, T gradient, T constant)
        where T : struct, IMapNumber<T> => gradient;
}
