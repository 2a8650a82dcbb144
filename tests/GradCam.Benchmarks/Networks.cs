namespace GradCam.Benchmarks;

// The measured part of the zoo. The first layer of each is the last before its pooling, whose Grad-CAM should cost no more than the forward pass.

[Network("../../samples/Zoo/vgg16.net")]
[GradCam("features.29")]
internal sealed partial class Vgg16;

[Network("../../samples/Zoo/resnet18.net")]
[GradCam("layer4")]
[GradCam("layer3")]
[GradCam("layer2")]
internal sealed partial class ResNet18;

[Network("../../samples/Zoo/resnet50.net")]
[GradCam("layer4")]
[GradCam("layer3")]
[GradCam("layer2")]
internal sealed partial class ResNet50;

[Network("../../samples/Zoo/densenet121.net")]
[GradCam("features")]
internal sealed partial class DenseNet121;

[Network("../../samples/Zoo/squeezenet1_1.net")]
[GradCam("features.12")]
internal sealed partial class SqueezeNet11;

[Network("../../samples/Zoo/mobilenet_v2.net")]
[GradCam("features.18")]
internal sealed partial class MobileNetV2;

[Network("../../samples/Zoo/efficientnet_b0.net")]
[GradCam("features.8")]
internal sealed partial class EfficientNetB0;

[Network("../../samples/Zoo/mobilenet_v3_small.net")]
[GradCam("features.12")]
internal sealed partial class MobileNetV3Small;

[Network("../../samples/Zoo/shufflenet_v2_x1_0.net")]
[GradCam("conv5")]
internal sealed partial class ShuffleNetV2;

[Network("../../samples/Zoo/mnasnet1_0.net")]
[GradCam("layers.16")]
internal sealed partial class MnasNet10;

[Network("../../samples/Zoo/regnet_y_400mf.net")]
[GradCam("trunk_output.block4")]
internal sealed partial class RegNetY400MF;

[Network("../../samples/Zoo/convnext_tiny.net")]
[GradCam("features.7")]
internal sealed partial class ConvNeXtTiny;

[Network("../../samples/Zoo/googlenet.net")]
[GradCam("inception5b")]
internal sealed partial class GoogLeNet;

[Network("../../samples/Zoo/inception_v3.net")]
[GradCam("Mixed_7c")]
internal sealed partial class InceptionV3;

[Network("../../samples/Zoo/resnext50_32x4d.net")]
[GradCam("layer4")]
internal sealed partial class ResNeXt50;

/// <summary>A compiled network by the name of its spec.</summary>
/// <param name="Name">The spec's name.</param>
/// <param name="Info">Its description.</param>
/// <param name="Prepare">Loads it.</param>
/// <param name="Visit">Hands its type to a visitor.</param>
internal sealed record ZooNetwork(
    string Name, NetworkInfo Info, Func<Weights.WeightSource, NetworkOptions, Model> Prepare, Action<INetworkVisitor> Visit)
{
    /// <summary>The networks that are measured.</summary>
    public static IReadOnlyList<ZooNetwork> All { get; } =
    [
        Of<Vgg16>("vgg16"),
        Of<ResNet18>("resnet18"),
        Of<ResNet50>("resnet50"),
        Of<DenseNet121>("densenet121"),
        Of<SqueezeNet11>("squeezenet1_1"),
        Of<MobileNetV2>("mobilenet_v2"),
        Of<EfficientNetB0>("efficientnet_b0"),
        Of<MobileNetV3Small>("mobilenet_v3_small"),
        Of<ShuffleNetV2>("shufflenet_v2_x1_0"),
        Of<MnasNet10>("mnasnet1_0"),
        Of<RegNetY400MF>("regnet_y_400mf"),
        Of<ConvNeXtTiny>("convnext_tiny"),
        Of<GoogLeNet>("googlenet"),
        Of<InceptionV3>("inception_v3"),
        Of<ResNeXt50>("resnext50_32x4d"),
    ];

    /// <summary>The same networks in the same order, compiled to the input alone.</summary>
    public static IReadOnlyList<ZooNetwork> AllToInput { get; } =
    [
        Of<Vgg16ToInput>("vgg16"),
        Of<ResNet18ToInput>("resnet18"),
        Of<ResNet50ToInput>("resnet50"),
        Of<DenseNet121ToInput>("densenet121"),
        Of<SqueezeNet11ToInput>("squeezenet1_1"),
        Of<MobileNetV2ToInput>("mobilenet_v2"),
        Of<EfficientNetB0ToInput>("efficientnet_b0"),
        Of<MobileNetV3SmallToInput>("mobilenet_v3_small"),
        Of<ShuffleNetV2ToInput>("shufflenet_v2_x1_0"),
        Of<MnasNet10ToInput>("mnasnet1_0"),
        Of<RegNetY400MFToInput>("regnet_y_400mf"),
        Of<ConvNeXtTinyToInput>("convnext_tiny"),
        Of<GoogLeNetToInput>("googlenet"),
        Of<InceptionV3ToInput>("inception_v3"),
        Of<ResNeXt50ToInput>("resnext50_32x4d"),
    ];

    /// <summary>The spec, beside the program.</summary>
    public string SpecPath => Path.Combine(AppContext.BaseDirectory, "Zoo", Name + ".net");

    private static ZooNetwork Of<TNetwork>(string name)
        where TNetwork : INetwork =>
        new(name, TNetwork.Info, (weights, options) => options.Backend.Prepare<TNetwork>(weights, options), visitor => visitor.Visit<TNetwork>());
}

/// <summary>Code that needs a network's type.</summary>
internal interface INetworkVisitor
{
    /// <summary>Called with it.</summary>
    void Visit<TNetwork>()
        where TNetwork : INetwork;
}
