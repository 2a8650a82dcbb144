namespace GradCam.GpuCheck.Timing;

// The networks whose Grad-CAM at the last layer is timed beside PyTorch's: compiled for that layer alone, as an app would.

[Network("../../../samples/Zoo/resnet18.net")]
[GradCam("layer4")]
internal sealed partial class TimedResNet18;

[Network("../../../samples/Zoo/resnet50.net")]
[GradCam("layer4")]
internal sealed partial class TimedResNet50;

[Network("../../../samples/Zoo/vgg16.net")]
[GradCam("features.29")]
internal sealed partial class TimedVgg16;

[Network("../../../samples/Zoo/mobilenet_v2.net")]
[GradCam("features.18")]
internal sealed partial class TimedMobileNetV2;

/// <summary>For a rehearsal without a GPU.</summary>
[Network("""
    input 3x32x32
    image rgb resize 36 crop 32 mean 0.485 0.456 0.406 std 0.229 0.224 0.225
    conv1: conv 8 3x3 stride 2 pad 1
    relu
    conv2: conv 16 3x3 pad 1
    relu
    avgpool global
    fc: linear 10
    """)]
[GradCam("conv2")]
internal sealed partial class TimedTiny;

/// <summary>A network by its name.</summary>
/// <param name="Name">The name, which torch_gradcam.py takes too.</param>
/// <param name="Info">The network.</param>
/// <param name="Prepare">Loads it.</param>
internal sealed record TimedNetwork(string Name, NetworkInfo Info, Func<Weights.WeightSource, NetworkOptions, Model> Prepare)
{
    public static IReadOnlyList<TimedNetwork> All { get; } =
    [
        Of<TimedResNet50>("resnet50"),
        Of<TimedResNet18>("resnet18"),
        Of<TimedMobileNetV2>("mobilenet_v2"),
        Of<TimedVgg16>("vgg16"),
    ];

    /// <summary>The network of a rehearsal.</summary>
    public static TimedNetwork Tiny { get; } = Of<TimedTiny>("tiny");

    private static TimedNetwork Of<TNetwork>(string name)
        where TNetwork : INetwork => new(name, TNetwork.Info, (weights, options) => options.Backend.Prepare<TNetwork>(weights, options));
}
