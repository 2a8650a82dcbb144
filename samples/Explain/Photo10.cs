using GradCam;

namespace Explain;

/// <summary>The embedded network: ten kinds of photos, 3x32x32. What <c>[GradCam]</c> does not name cannot be asked for.</summary>
[Network("../Photo10/photo10.net", Weights = "../Photo10/photo10.safetensors")]
[GradCam("layer3", Suffix = true)]
[GradCam("layer2", Suffix = true)]
[GradCam("layer1", Suffix = true)]
[GradCam("input")]
public sealed partial class Photo10;
