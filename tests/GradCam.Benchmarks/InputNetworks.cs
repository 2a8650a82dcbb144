namespace GradCam.Benchmarks;

// The same networks, compiled to the input alone: its gradient passes through every operation of a network.

[Network("../../samples/Zoo/vgg16.net")]
[GradCam("input")]
internal sealed partial class Vgg16ToInput;

[Network("../../samples/Zoo/resnet18.net")]
[GradCam("input")]
internal sealed partial class ResNet18ToInput;

[Network("../../samples/Zoo/resnet50.net")]
[GradCam("input")]
internal sealed partial class ResNet50ToInput;

[Network("../../samples/Zoo/densenet121.net")]
[GradCam("input")]
internal sealed partial class DenseNet121ToInput;

[Network("../../samples/Zoo/squeezenet1_1.net")]
[GradCam("input")]
internal sealed partial class SqueezeNet11ToInput;

[Network("../../samples/Zoo/mobilenet_v2.net")]
[GradCam("input")]
internal sealed partial class MobileNetV2ToInput;

[Network("../../samples/Zoo/efficientnet_b0.net")]
[GradCam("input")]
internal sealed partial class EfficientNetB0ToInput;

[Network("../../samples/Zoo/mobilenet_v3_small.net")]
[GradCam("input")]
internal sealed partial class MobileNetV3SmallToInput;

[Network("../../samples/Zoo/shufflenet_v2_x1_0.net")]
[GradCam("input")]
internal sealed partial class ShuffleNetV2ToInput;

[Network("../../samples/Zoo/mnasnet1_0.net")]
[GradCam("input")]
internal sealed partial class MnasNet10ToInput;

[Network("../../samples/Zoo/regnet_y_400mf.net")]
[GradCam("input")]
internal sealed partial class RegNetY400MFToInput;

[Network("../../samples/Zoo/convnext_tiny.net")]
[GradCam("input")]
internal sealed partial class ConvNeXtTinyToInput;

[Network("../../samples/Zoo/googlenet.net")]
[GradCam("input")]
internal sealed partial class GoogLeNetToInput;

[Network("../../samples/Zoo/inception_v3.net")]
[GradCam("input")]
internal sealed partial class InceptionV3ToInput;

[Network("../../samples/Zoo/resnext50_32x4d.net")]
[GradCam("input")]
internal sealed partial class ResNeXt50ToInput;
