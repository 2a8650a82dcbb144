namespace GradCam.Parity.Tests;

// The zoo, compiled at the layers of the golden files. The weights' manifests hold the names and shapes of torchvision's state_dicts, so that
// the build checks all specs against them. No weight file is there: the values are filled (FillWeights).

[Network("../../samples/Zoo/alexnet.net", Weights = "alexnet.safetensors")]
[GradCam("features.11")]
[GradCam("input")]
internal sealed partial class AlexNet;

[Network("../../samples/Zoo/vgg11_bn.net", Weights = "vgg11_bn.safetensors")]
[GradCam("features.27")]
[GradCam("features.20")]
[GradCam("input")]
internal sealed partial class Vgg11Bn;

[Network("../../samples/Zoo/vgg16.net", Weights = "vgg16.safetensors")]
[GradCam("features.29")]
[GradCam("input")]
internal sealed partial class Vgg16;

[Network("../../samples/Zoo/resnet18.net", Weights = "resnet18.safetensors")]
[GradCam("layer4")]
[GradCam("layer3")]
[GradCam("layer2")]
[GradCam("input")]
internal sealed partial class ResNet18;

[Network("../../samples/Zoo/resnet34.net", Weights = "resnet34.safetensors")]
[GradCam("layer4")]
[GradCam("input")]
internal sealed partial class ResNet34;

[Network("../../samples/Zoo/resnet50.net", Weights = "resnet50.safetensors")]
[GradCam("layer4")]
[GradCam("layer3")]
[GradCam("layer2")]
[GradCam("input")]
internal sealed partial class ResNet50;

[Network("../../samples/Zoo/resnet101.net", Weights = "resnet101.safetensors")]
[GradCam("layer4")]
[GradCam("input")]
internal sealed partial class ResNet101;

[Network("../../samples/Zoo/resnext50_32x4d.net", Weights = "resnext50_32x4d.safetensors")]
[GradCam("layer4")]
[GradCam("input")]
internal sealed partial class ResNeXt50;

[Network("../../samples/Zoo/wide_resnet50_2.net", Weights = "wide_resnet50_2.safetensors")]
[GradCam("layer4")]
[GradCam("input")]
internal sealed partial class WideResNet50;

[Network("../../samples/Zoo/mobilenet_v2.net", Weights = "mobilenet_v2.safetensors")]
[GradCam("features.18")]
[GradCam("features.13")]
[GradCam("input")]
internal sealed partial class MobileNetV2;

[Network("../../samples/Zoo/mobilenet_v3_small.net", Weights = "mobilenet_v3_small.safetensors")]
[GradCam("features.12")]
[GradCam("features.8")]
[GradCam("input")]
internal sealed partial class MobileNetV3Small;

[Network("../../samples/Zoo/mobilenet_v3_large.net", Weights = "mobilenet_v3_large.safetensors")]
[GradCam("features.16")]
[GradCam("features.12")]
[GradCam("input")]
internal sealed partial class MobileNetV3Large;

[Network("../../samples/Zoo/squeezenet1_1.net", Weights = "squeezenet1_1.safetensors")]
[GradCam("features.12")]
[GradCam("features.7")]
[GradCam("input")]
internal sealed partial class SqueezeNet11;

[Network("../../samples/Zoo/densenet121.net", Weights = "densenet121.safetensors")]
[GradCam("features")]
[GradCam("features.denseblock3")]
[GradCam("input")]
internal sealed partial class DenseNet121;

[Network("../../samples/Zoo/googlenet.net", Weights = "googlenet.safetensors")]
[GradCam("inception5b")]
[GradCam("inception4c")]
[GradCam("input")]
internal sealed partial class GoogLeNet;

[Network("../../samples/Zoo/inception_v3.net", Weights = "inception_v3.safetensors")]
[GradCam("Mixed_7c")]
[GradCam("Mixed_6e")]
[GradCam("input")]
internal sealed partial class InceptionV3;

[Network("../../samples/Zoo/efficientnet_b0.net", Weights = "efficientnet_b0.safetensors")]
[GradCam("features.8")]
[GradCam("features.5")]
[GradCam("input")]
internal sealed partial class EfficientNetB0;

[Network("../../samples/Zoo/efficientnet_b1.net", Weights = "efficientnet_b1.safetensors")]
[GradCam("features.8")]
[GradCam("input")]
internal sealed partial class EfficientNetB1;

[Network("../../samples/Zoo/efficientnet_b2.net", Weights = "efficientnet_b2.safetensors")]
[GradCam("features.8")]
[GradCam("input")]
internal sealed partial class EfficientNetB2;

[Network("../../samples/Zoo/efficientnet_b3.net", Weights = "efficientnet_b3.safetensors")]
[GradCam("features.8")]
[GradCam("input")]
internal sealed partial class EfficientNetB3;

[Network("../../samples/Zoo/shufflenet_v2_x1_0.net", Weights = "shufflenet_v2_x1_0.safetensors")]
[GradCam("conv5")]
[GradCam("stage3")]
[GradCam("input")]
internal sealed partial class ShuffleNetV2;

[Network("../../samples/Zoo/mnasnet1_0.net", Weights = "mnasnet1_0.safetensors")]
[GradCam("layers.16")]
[GradCam("layers.11")]
[GradCam("input")]
internal sealed partial class MnasNet10;

[Network("../../samples/Zoo/regnet_y_400mf.net", Weights = "regnet_y_400mf.safetensors")]
[GradCam("trunk_output.block4")]
[GradCam("trunk_output.block3")]
[GradCam("input")]
internal sealed partial class RegNetY400MF;

[Network("../../samples/Zoo/convnext_tiny.net", Weights = "convnext_tiny.safetensors")]
[GradCam("features.7")]
[GradCam("features.5")]
[GradCam("input")]
internal sealed partial class ConvNeXtTiny;

[Network("../../samples/Photo10/photo10.net", Weights = "photo10.safetensors")]
[GradCam("layer3")]
[GradCam("layer2")]
[GradCam("layer1")]
[GradCam("input")]
internal sealed partial class Photo10;
