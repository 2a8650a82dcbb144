namespace GradCam.Parity.Tests;

/// <summary>A session of any network, with layers and classes by index, which generated sessions have as enums of their own.</summary>
internal sealed class ParitySession(Executor executor) : NetworkSession(executor)
{
    public int IndexOf(string layer)
    {
        for (int i = 0; i < Info.Layers.Count; i++)
        {
            if (Info.Layers[i].Name == layer)
                return i;
        }

        throw new ArgumentException($"{Info.Name} was not compiled to explain '{layer}'.", nameof(layer));
    }

    public Heatmap GradCam(int layer, int classIndex, CamMethod method) => Explain(layer, classIndex, method, counterfactual: false);

    public FeatureMaps ActivationMaps(int layer) => GetActivationMaps(layer);

    public FeatureMaps Gradients(int layer, int classIndex) => GetGradients(layer, classIndex, counterfactual: false);
}
