namespace GradCam.Explain.Maps;

/// <summary>A sum over as many as the scalar says.</summary>
internal struct MeanFormula : IChannelFormula
{
    public static T Of<T>(T first, T second, T scalar)
        where T : struct, IMapNumber<T> => first / scalar;
}
