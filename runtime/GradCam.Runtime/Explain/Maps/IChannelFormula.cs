namespace GradCam.Explain.Maps;

/// <summary>A formula of a channel's numbers, such as its weight of its sums, written once for every kind of number.</summary>
internal interface IChannelFormula
{
    /// <summary>The formula.</summary>
    /// <typeparam name="T">The numbers.</typeparam>
    /// <param name="first">A number of the channel's.</param>
    /// <param name="second">Another.</param>
    /// <param name="scalar">A number that all channels have in common.</param>
    static abstract T Of<T>(T first, T second, T scalar)
        where T : struct, IMapNumber<T>;
}
