namespace GradCam.Explain.Maps;

/// <summary>Activation times gradient.</summary>
internal struct ProductTerm : IMapTerm
{
    public static T Of<T>(T activation, T gradient, T constant)
        where T : struct, IMapNumber<T> => activation * gradient;
}
