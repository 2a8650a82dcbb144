using GradCam;

namespace Explain;

/// <summary>
/// What this program needs of a network. A generated class fits with the few lines of <see cref="Photo10Explainer"/>: write the same for yours and name it in
/// Program.cs.
/// </summary>
internal interface IExplainer : IDisposable
{
    /// <summary>The session: forward pass, probabilities, labels, layers.</summary>
    NetworkSession Session { get; }

    /// <summary>The typed GradCam, of what the last forward pass saw.</summary>
    /// <param name="classIndex">The class.</param>
    /// <param name="layer">Index into <see cref="NetworkInfo.Layers"/>.</param>
    /// <param name="method">The formula.</param>
    /// <param name="counterfactual">True for what speaks against the class.</param>
    Heatmap Explain(int classIndex, int layer, CamMethod method, bool counterfactual);
}
