namespace GradCam.Gen.Tool.Networks;

/// <summary>The network in the tool: ten kinds of photos, 3x32x32.</summary>
[Network("../../../samples/Photo10/photo10.net", Weights = "../../../samples/Photo10/photo10.safetensors")]
[GradCam("layer3", Suffix = true)]
[GradCam("layer2", Suffix = true)]
[GradCam("layer1", Suffix = true)]
[GradCam("input")]
internal sealed partial class Photo10;
