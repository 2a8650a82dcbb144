namespace GradCam.Browser.Tests;

/// <summary>The page's network, on the desktop.</summary>
[Network("../../samples/Photo10/photo10.net", Weights = "../../samples/Photo10/photo10.safetensors")]
[GradCam("layer3")]
internal sealed partial class Photo10;
