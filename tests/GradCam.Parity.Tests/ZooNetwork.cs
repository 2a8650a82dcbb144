using GradCam.Parity.Tests.Gates;
using GradCam.Reference;

namespace GradCam.Parity.Tests;

/// <summary>A compiled network and the name of its golden file, without its type: tests go over all of them.</summary>
internal sealed class ZooNetwork
{
    private readonly Func<BackendProvider, FillWeights, NetworkOptions, Model> _prepare;
    private readonly Func<BackendProvider, FillWeights, NetworkOptions, Model> _prepareGated;
    private readonly Func<ReferenceBackend, Executor> _exact;

    private ZooNetwork(
        string name, NetworkInfo info, Func<BackendProvider, FillWeights, NetworkOptions, Model> prepare,
        Func<BackendProvider, FillWeights, NetworkOptions, Model> prepareGated, Func<ReferenceBackend, Executor> exact)
    {
        Name = name;
        Info = info;
        _prepare = prepare;
        _prepareGated = prepareGated;
        _exact = exact;
    }

    public static IReadOnlyList<ZooNetwork> All { get; } =
    [
        Of<AlexNet>("alexnet"),
        Of<Vgg11Bn>("vgg11_bn"),
        Of<Vgg16>("vgg16"),
        Of<ResNet18>("resnet18"),
        Of<ResNet34>("resnet34"),
        Of<ResNet50>("resnet50"),
        Of<ResNet101>("resnet101"),
        Of<ResNeXt50>("resnext50_32x4d"),
        Of<WideResNet50>("wide_resnet50_2"),
        Of<MobileNetV2>("mobilenet_v2"),
        Of<MobileNetV3Small>("mobilenet_v3_small"),
        Of<MobileNetV3Large>("mobilenet_v3_large"),
        Of<SqueezeNet11>("squeezenet1_1"),
        Of<DenseNet121>("densenet121"),
        Of<GoogLeNet>("googlenet"),
        Of<InceptionV3>("inception_v3"),
        Of<EfficientNetB0>("efficientnet_b0"),
        Of<EfficientNetB1>("efficientnet_b1"),
        Of<EfficientNetB2>("efficientnet_b2"),
        Of<EfficientNetB3>("efficientnet_b3"),
        Of<ShuffleNetV2>("shufflenet_v2_x1_0"),
        Of<MnasNet10>("mnasnet1_0"),
        Of<RegNetY400MF>("regnet_y_400mf"),
        Of<ConvNeXtTiny>("convnext_tiny"),
    ];

    public string Name { get; }

    public NetworkInfo Info { get; }

    public static ZooNetwork Find(string name) => All.Single(network => network.Name == name);

    /// <summary>The networks of less than so many multiply-accumulates, for tests that run each several times.</summary>
    public static TheoryData<string> NamesBelow(long multiplyAccumulates) =>
        [.. All.Where(network => network.Info.MultiplyAccumulates < multiplyAccumulates).Select(network => network.Name)];

    /// <summary>Loads the network with filled weights.</summary>
    public Model Prepare(GoldenFile golden, BackendProvider backend, int threads) =>
        _prepare(backend, new FillWeights(Name, golden.Weights), new CpuOptions { Threads = threads });

    /// <summary>Loads the network with filled weights; its forward pass may have the gates of a <see cref="DoublePrecisionRun"/>.</summary>
    public Model PrepareGated(GoldenFile golden, BackendProvider backend, int threads) =>
        _prepareGated(backend, new FillWeights(Name, golden.Weights), new CpuOptions { Threads = threads });

    /// <summary>The network with filled weights in double precision, over a workspace that the caller can look into.</summary>
    public (DoublePrecisionRun Run, Executor Executor) InDoublePrecision(GoldenFile golden, ReferenceWorkspace workspace)
    {
        var run = new DoublePrecisionRun(workspace, ReferenceWeights.Read(Info, new FillWeights(Name, golden.Weights)));
        return (run, _exact(run.Exact));
    }

    private static ZooNetwork Of<TNetwork>(string name)
        where TNetwork : INetwork => new(
            name, TNetwork.Info, (backend, weights, options) => backend.Prepare<TNetwork>(weights, options),
            (backend, weights, options) => backend.Prepare<GatedNetwork<TNetwork>>(weights, options),
            backend => new Executor<TNetwork, ReferenceBackend>(backend, workspace: null));
}
