namespace GradCam.Methods.Tests;

/// <summary>Captum's One_Conv, "net O", whose numbers are small enough for a sheet of paper.</summary>
[Network("""
    input 1x4x4
    image none
    conv1: conv 2 3x3
    relu1: relu
    flatten
    fc: linear 1 bias off
    relu
    """)]
[GradCam("relu1", Suffix = true)]
[GradCam("conv1", Suffix = true)]
[GradCam("input")]
internal sealed partial class NetO;

/// <summary>The mean of each of two channels is a logit, once the head is the identity.</summary>
[Network("""
    input 2x1x2
    image none
    relu1: relu
    avgpool global
    fc: linear 2
    """)]
[GradCam("relu1", Suffix = true)]
internal sealed partial class MeansNet;

/// <summary>The mean of a channel, three times.</summary>
[Network("""
    input 1x2x2
    image none
    relu1: relu
    avgpool global
    fc: linear 3 bias off
    """)]
[GradCam("relu1")]
internal sealed partial class ThreeNet;

/// <summary>A layer with a nonlinear tail and one with a pooled linear head.</summary>
[Network("""
    input 2x8x6
    image none
    conv1: conv 6 3x3 pad 1
    relu1: relu
    conv2: conv 8 3x3 stride 2 pad 1
    relu2: relu
    avgpool global
    fc: linear 5
    """)]
[GradCam("relu1", Suffix = true)]
[GradCam("relu2", Suffix = true)]
[GradCam("input")]
internal sealed partial class ChainNet;

/// <summary>What follows the layer takes a value, too, that does not come through it.</summary>
[Network("""
    input 2x8x6
    image none
    conv1: conv 6 3x3 pad 1
    relu
    body: rest 6
    conv3: conv 8 3x3 stride 2 pad 1
    relu
    avgpool global
    fc: linear 5
    block rest(c) {
      conv: conv c 3x3 pad 1
      relu: relu
      add in
    }
    """)]
[GradCam("body.relu", Suffix = true)]
[GradCam("input")]
internal sealed partial class BypassNet;

/// <summary>A tail that bends.</summary>
[Network("""
    input 2x8x6
    image none
    conv1: conv 6 3x3 pad 1
    relu1: relu
    conv2: conv 8 3x3 stride 2 pad 1
    silu
    avgpool global
    fc: linear 5
    """)]
[GradCam("relu1")]
internal sealed partial class SmoothNet;
