using GradCam.Weights;

namespace GradCam.Benchmarks;

/// <summary>Loads a network from a weight file, as its generated Load does.</summary>
internal sealed class Loading : INetworkVisitor
{
    private readonly string _file;
    private readonly CpuOptions _options;
    private readonly bool _allLayers;
    private Model? _model;

    private Loading(string file, CpuOptions options, bool allLayers) => (_file, _options, _allLayers) = (file, options, allLayers);

    /// <summary>Loads.</summary>
    /// <param name="network">The network.</param>
    /// <param name="file">Its weights.</param>
    /// <param name="options">Options.</param>
    /// <param name="allLayers">Whether for all layers that it was compiled for, or for the first alone.</param>
    public static Model Load(ZooNetwork network, string file, CpuOptions options, bool allLayers)
    {
        var loading = new Loading(file, options, allLayers);
        network.Visit(loading);
        return loading._model!;
    }

    public void Visit<TNetwork>()
        where TNetwork : INetwork
    {
        using WeightSource source = WeightLoading.OpenFile(_file);
        _model = _allLayers ? _options.Backend.Prepare<TNetwork>(source, _options) : _options.Backend.Prepare<FirstLayerOf<TNetwork>>(source, _options);
    }
}
