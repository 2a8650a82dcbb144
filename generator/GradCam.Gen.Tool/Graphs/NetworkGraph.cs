using GradCam.Contract;

namespace GradCam.Gen.Tool.Graphs;

/// <summary>A compiled network as a graph: the operations of its forward pass, in running order.</summary>
/// <param name="Layers">The operations; the first are the inputs.</param>
internal sealed record NetworkGraph(IReadOnlyList<GraphLayer> Layers)
{
    /// <summary>Reads a network's graph off its schedule, which a backend runs that only takes notes.</summary>
    /// <typeparam name="TNetwork">The network; its weights are not needed.</typeparam>
    public static NetworkGraph Of<TNetwork>()
        where TNetwork : INetwork
    {
        NetworkInfo info = TNetwork.Info;
        var recorder = new GraphRecorder(info.Weights);
        foreach (InputInfo input in info.Inputs)
            recorder.Add(input.Name, "input", input.Tensor);
        var backend = new GraphBackend(recorder);
        TNetwork.RunForward(ref backend);
        foreach (OutputInfo output in info.Outputs)
            recorder.LayerOf(output.Tensor)?.Outputs.Add(output.Name);
        foreach (LayerInfo layer in info.Layers)
            recorder.LayerOf(layer.Activation)?.Explained.Add(layer.Name);
        return new NetworkGraph(recorder.Layers);
    }
}
