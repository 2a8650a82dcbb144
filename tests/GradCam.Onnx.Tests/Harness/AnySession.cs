namespace GradCam.Onnx.Tests;

/// <summary>A session of a network whose layers are known by number alone.</summary>
internal sealed class AnySession(Executor executor) : NetworkSession(executor)
{
    public Heatmap Explain(int layer, int classIndex, CamMethod method) => Explain(layer, classIndex, method, counterfactual: false);
}
