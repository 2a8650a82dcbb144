using GradCam.Parity.Tests;

namespace GradCam.GpuCheck.Checks;

/// <summary>A network of the zoo, with PyTorch's values in a file of its name.</summary>
/// <param name="Name">The file's name.</param>
/// <param name="Info">The network.</param>
/// <param name="Prepare">Loads it.</param>
internal sealed record GoldenNetwork(string Name, NetworkInfo Info, Func<Weights.WeightSource, NetworkOptions, Model> Prepare)
{
    /// <summary>The zoo, from the smallest computation on.</summary>
    public static IReadOnlyList<GoldenNetwork> All { get; } =
    [
        .. new[]
        {
            Of<ResNet18>("resnet18"),
            Of<ResNet50>("resnet50"),
            Of<MobileNetV2>("mobilenet_v2"),
            Of<AlexNet>("alexnet"),
            Of<Vgg11Bn>("vgg11_bn"),
            Of<Vgg16>("vgg16"),
            Of<ResNet34>("resnet34"),
            Of<ResNet101>("resnet101"),
            Of<ResNeXt50>("resnext50_32x4d"),
            Of<WideResNet50>("wide_resnet50_2"),
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
        }.OrderBy(network => network.Info.MultiplyAccumulates),
    ];

    /// <summary>Whether the simulator runs it in seconds.</summary>
    public bool IsSmall => Info.MultiplyAccumulates < 100_000_000;

    /// <summary>Whether the last map goes through a max pool.</summary>
    public bool EndsInMaxPool => Name is "alexnet" or "vgg11_bn" or "vgg16";

    private static GoldenNetwork Of<TNetwork>(string name)
        where TNetwork : INetwork => new(name, TNetwork.Info, (weights, options) => options.Backend.Prepare<TNetwork>(weights, options));
}
