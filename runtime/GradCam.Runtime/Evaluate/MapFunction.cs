namespace GradCam.Evaluate;

/// <summary>Makes the map of an input: what metrics ask that look how a map changes.</summary>
/// <param name="input">The input, packed [height, width, channels].</param>
/// <param name="map">Receives the map, enlarged to [height, width], from 0 to 1.</param>
public delegate void MapFunction(ReadOnlySpan<float> input, Span<float> map);

/// <summary>Makes <see cref="MapFunction"/>s.</summary>
public static class MapFunctions
{
    /// <summary>The maps of a method at the input.</summary>
    /// <param name="session">The session.</param>
    /// <param name="class">What is explained: a class's name or index.</param>
    /// <param name="method">The method.</param>
    /// <param name="options">Seed and cancellation; null for none.</param>
    public static MapFunction Create(NetworkSession session, ClassReference @class, InputMethod method, ExplainOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(method);
        (int height, int width) = (session.Info.Input.Height, session.Info.Input.Width);
        return (input, map) => session.Attribute(input, TensorLayout.Hwc, @class, method, options).Heatmap.ResizeTo(map, width, height);
    }

    /// <summary>
    /// The maps of a method at a layer, of a class. Some methods explain another number of it than its logit: <see cref="CamMethod.FinerCam"/>.
    /// </summary>
    /// <param name="session">The session.</param>
    /// <param name="class">What is explained: a class's name or index.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="method">The method; null for <see cref="CamMethod.GradCam"/>.</param>
    /// <param name="options">Seed and cancellation, for methods that run the network again; null for none.</param>
    public static MapFunction Create(
        NetworkSession session, ClassReference @class, LayerReference layer = default, CamMethod? method = null, ExplainOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(session);
        return AfterForward(session, () => session.Explain(@class, layer, method, options: options));
    }

    /// <summary>The maps of a method at a layer, of a target.</summary>
    /// <param name="session">The session.</param>
    /// <param name="target">What is explained.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="method">The method; null for <see cref="CamMethod.GradCam"/>.</param>
    /// <param name="options">Seed and cancellation, for methods that run the network again; null for none.</param>
    public static MapFunction Create(
        NetworkSession session, Target target, LayerReference layer = default, CamMethod? method = null, ExplainOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(target);
        return AfterForward(session, () => session.Explain(target, layer, method, options));
    }

    private static MapFunction AfterForward(NetworkSession session, Func<Heatmap> explain)
    {
        (int height, int width) = (session.Info.Input.Height, session.Info.Input.Width);
        return (input, map) =>
        {
            session.Forward(input, TensorLayout.Hwc);
            explain().ResizeTo(map, width, height);
        };
    }
}
