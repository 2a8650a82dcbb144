using GradCam.Imaging;

namespace GradCam.Gen.Tool.Explain;

/// <summary>A map of a photo, by a method at a layer or at the input.</summary>
/// <param name="Heatmap">The map; the session's next call overwrites it.</param>
/// <param name="Attribution">The numbers that it was made of, where the method is one at the input.</param>
internal readonly record struct ExplainedMap(Heatmap Heatmap, Attribution? Attribution)
{
    /// <summary>Explains a class of a photo that the session has seen last. What it saw last is that photo afterwards, too.</summary>
    /// <param name="session">The session.</param>
    /// <param name="photo">The photo.</param>
    /// <param name="classIndex">The class.</param>
    /// <param name="layer">The layer; without meaning for methods at the input.</param>
    /// <param name="method">The method.</param>
    /// <param name="options">Progress, cancellation and seed.</param>
    /// <param name="counterfactual">True for what speaks against the class, of methods at a layer.</param>
    /// <exception cref="NotSupportedException">The method needs what the network was not compiled for, or does not have.</exception>
    public static ExplainedMap Make(
        NetworkSession session, Photo photo, int classIndex, string layer, IExplanationMethod method, ExplainOptions options, bool counterfactual = false)
    {
        if (method is not InputMethod input)
            return new ExplainedMap(session.Explain(classIndex, layer, (CamMethod)method, counterfactual, options), null);
        Attribution attribution = session.Attribute(photo, classIndex, input, options);
        return new ExplainedMap(attribution.Heatmap, attribution);
    }
}
