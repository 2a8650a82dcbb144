using GradCam.Contract;

namespace GradCam.Gen.Tool.Reports;

/// <summary>A map that a report has of each class: by a method at a layer, or by one at the input.</summary>
/// <param name="Layer">The layer; null for the input.</param>
/// <param name="Method">The method.</param>
internal sealed record ReportMap(string? Layer, IExplanationMethod Method)
{
    /// <summary>How many cells it has before it is made smaller; of methods that make a map of a size of their own, at most.</summary>
    /// <param name="info">The network.</param>
    public (int Width, int Height) SizeIn(NetworkInfo info)
    {
        Tensor tensor = Layer is null ? info.Input : info.Layers.First(layer => layer.Name == Layer).Activation;
        return (tensor.Width, tensor.Height);
    }
}
