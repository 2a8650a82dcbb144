namespace GradCam.Explain.Maps;

/// <summary>The activation as it is.</summary>
internal struct ActivationTerm : IMapTerm
{
    public static T Of<T>(T activation, T gradient, T constant)
        where T : struct, IMapNumber<T> => activation;
}
