using GradCam;

namespace Browser;

/// <summary>The embedded network: ten kinds of photos, 3x32x32.</summary>
[Network("../Photo10/photo10.net", Weights = "../Photo10/photo10.safetensors")]
[GradCam("layer3")]
internal sealed partial class Photo10;
