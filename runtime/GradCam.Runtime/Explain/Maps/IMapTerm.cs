namespace GradCam.Explain.Maps;

/// <summary>A formula of one position's activation and gradient, written once for every kind of number: single or double, one or a vector of them.</summary>
internal interface IMapTerm
{
    /// <summary>The formula.</summary>
    /// <typeparam name="T">The numbers.</typeparam>
    /// <param name="activation">A[p, c].</param>
    /// <param name="gradient">G[p, c].</param>
    /// <param name="constant">A number of the channel's.</param>
    static abstract T Of<T>(T activation, T gradient, T constant)
        where T : struct, IMapNumber<T>;
}
