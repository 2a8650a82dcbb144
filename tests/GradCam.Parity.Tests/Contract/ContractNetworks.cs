namespace GradCam.Parity.Tests.Contract;

/// <summary>A map as the output: three classes a pixel.</summary>
[Network("Fixtures/segmentation.net", Weights = "Fixtures/segmentation.safetensors")]
[GradCam("mid", Suffix = true)]
[GradCam("dec")]
internal sealed partial class Segmentation;

/// <summary>Two photos in, a verdict and a map of differences out.</summary>
[Network("""
    input left 3x16x16
    input right 1x8x8
    image none
    output verdict
    output difference

    towerL: conv 6 3x3 stride 2 pad 1
    leftMap: relu
    from right
    towerR: conv 6 3x3 pad 1
    relu
    difference: mul leftMap
    joined: conv 8 3x3 pad 1
    relu
    avgpool global
    verdict: linear 3
    """)]
[GradCam("joined", Suffix = true)]
[GradCam("towerR")]
[GradCam("left")]
[GradCam("right")]
internal sealed partial class Pair;
