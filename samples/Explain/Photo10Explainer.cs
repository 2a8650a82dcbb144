using GradCam;

namespace Explain;

/// <summary>Explains with <see cref="Photo10"/>.</summary>
internal sealed class Photo10Explainer : IExplainer
{
    private readonly Photo10 _network = Photo10.LoadEmbedded();
    private readonly Photo10.Session _session;

    public Photo10Explainer() => _session = _network.CreateSession();

    public NetworkSession Session => _session;

    public Heatmap Explain(int classIndex, int layer, CamMethod method, bool counterfactual) =>
        _session.GradCam((Photo10.Class)classIndex, (Photo10.Layer)layer, method, counterfactual);

    public void Dispose()
    {
        _session.Dispose();
        _network.Dispose();
    }
}
