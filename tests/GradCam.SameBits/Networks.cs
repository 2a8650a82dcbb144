namespace GradCam.SameBits;

/// <summary>Ten kinds of photos.</summary>
[Network("../../samples/Photo10/photo10.net", Weights = "../../samples/Photo10/photo10.safetensors")]
[GradCam("layer3", Suffix = true)]
[GradCam("layer2")]
[GradCam("input")]
internal sealed partial class Photo10;

/// <summary>The conformance kit's random spec 175.</summary>
[Network("""
    input 1x7x6
    image gray mean 0.4 std 0.3
    n0: selu
    elu
    relu
    n1: maxpool 2x2 stride 2 pad 0 ceil
    n2: concat n1 n1
    upsample to 7x5 bilinear
    n3: batchnorm eps 0.001 affine off
    n4: residual 3
    add n3
    n5: sigmoid
    n6: conv 4 5x1 pad same
    n7: lrn 1 alpha 0.5
    n8: conv 4 3x3 pad 2 0 0 0
    avgpool adaptive 2x1
    flatten
    hidden: linear 9
    relu
    dropout 0.5
    classifier: linear 7
    softmax
    """ + RandomBlocks.Residual)]
[GradCam("n4.conv2", Suffix = true)]
[GradCam("input")]
internal sealed partial class Random175;

/// <summary>The conformance kit's random spec 114.</summary>
[Network("""
    input 2x8x10
    image none
    mul ( -> n0: conv 5 1x1 pad 0 -> tanh -> n1: conv 2 1x1 pad 0 -> n2: batchnorm )
    concat ( -> n3: conv 6 3x3 pad 1 -> identity )
    hardsigmoid alpha 0.2 beta 0.5
    n4: shuffle 2
    upsample 2 nearest
    n5: layernorm eps 0.01
    n6: convtranspose 10 2 stride 1 pad 1 outpad 0
    n9: mul ( -> avgpool global -> n7: conv 3 1x1 -> relu -> n8: conv 10 1x1 -> sigmoid )
    n10: concat n6
    n13: concat ( -> n11: conv 1 1x1 pad 0 -> relu ) ( -> n12: conv 6 3x3 pad 1 bias off -> gelu tanh ) n6
    n14: linear 17 bias off
    n15: batchnorm
    n16: conv 10 5 stride 3x1 pad 1 2 2 2
    avgpool adaptive 2x1
    flatten
    hidden: linear 9
    relu
    dropout 0.5
    classifier: linear 5
    """)]
[GradCam("n9", Suffix = true)]
[GradCam("input")]
internal sealed partial class Random114;

/// <summary>The conformance kit's random spec 217.</summary>
[Network("""
    input 1x11x10
    image gray mean 0.4 std 0.3
    n0: conv 9 1
    n1: add n0
    n4: mul ( -> avgpool global -> n2: conv 3 1x1 -> relu -> n3: conv 9 1x1 -> hardsigmoid )
    n5: maxpool 3x3 stride 2 pad 1
    n6: instancenorm affine off eps 0.01
    n7: conv 18 1x1 pad 2 1 1 0 dilation 2 depthwise
    n8: conv 23 5x5 stride 3x2 pad 2
    n9: shift
    identity
    n10: add n9
    n11: pad 1 0 1 1 reflect
    n12: conv 16 2 stride 3 pad same bias off
    n13: avgpool 2x2 stride 3 pad 0 count_include_pad off
    avgpool adaptive 2x1
    flatten
    hidden: linear 9
    relu
    dropout 0.5
    classifier: linear 3
    """)]
[GradCam("n7", Suffix = true)]
[GradCam("input")]
internal sealed partial class Random217;

/// <summary>The conformance kit's random spec 105.</summary>
[Network("""
    input 3x13x7
    image rgb mean 0.5 0.4 0.3 std 0.25 0.2 0.3
    n0: add in
    n1: residual 3
    n2: residual 3
    n3: add n2
    avgpool adaptive 1x3
    n6: concat ( -> n4: conv 6 3x3 pad 1 bias off -> relu6 ) ( -> n5: conv 6 3x3 pad 1 bias off -> identity )
    n7: add n6
    n8: conv 15 1x1 pad same depthwise
    n9: residual 15
    n10: upsample to 7x5 bilinear align_corners
    n11: leakyrelu slope 0.2
    n12: pad 1 1 2 0 reflect
    n13: mish
    n14: lrn 4 alpha 0.5
    flatten
    classifier: linear 4
    """ + RandomBlocks.Residual)]
[GradCam("n6", Suffix = true)]
[GradCam("n14")]
[GradCam("input")]
internal sealed partial class Random105;

/// <summary>The conformance kit's random spec 109.</summary>
[Network("""
    input 3x15x17
    image rgb mean 0.5 0.4 0.3 std 0.25 0.2 0.3
    n0: scale
    n1: maxpool 3x3 stride 2 pad 0 ceil
    n4: mul ( -> avgpool global -> n2: conv 3 1x1 -> relu -> n3: conv 3 1x1 -> hardsigmoid )
    n5: leakyrelu slope 0.2
    n6: conv 4 3x3 stride 2 pad same
    n7: elu alpha 0.5
    slice 3 1
    n8: layernorm eps 0.01
    n10: concat n8 ( -> n9: conv 6 1x1 pad 0 -> hardsigmoid alpha 0.2 beta 0.5 )
    n11: concat n8
    n12: conv 21 3 stride 3 pad 0 0 2 2 groups 3
    n13: groupnorm 3 eps 0.01
    classifier: conv 6 1x1
    avgpool global
    """)]
[GradCam("n7", Suffix = true)]
[GradCam("classifier")]
[GradCam("input")]
internal sealed partial class Random109;

/// <summary>The conformance kit's random spec 127.</summary>
[Network("""
    input 1x6x12
    image gray mean 0.4 std 0.3
    avgpool 2x2 stride 2 pad 0
    n0: avgpool 2x2 stride 2 pad 0
    n1: maxpool adaptive 1x1
    add n1
    n2: linear 4
    n3: softplus beta 2
    n4: convtranspose 8 1 stride 2 pad 0 outpad 0
    n5: add n4
    n6: prelu
    relu
    classifier: conv 3 1x1
    avgpool global
    """)]
[GradCam("n0", Suffix = true)]
[GradCam("input")]
internal sealed partial class Random127;

/// <summary>The conformance kit's random spec 168.</summary>
[Network("""
    input 2x6x7
    image none
    n0: conv 2 1x1 stride 2 pad same depthwise bias off
    maxpool 2x2 stride 1 pad 0
    n1: conv 5 2 stride 2x1 pad 0 0 2 0
    n2: tanh
    n3: concat n2 n2
    concat ( -> n4: conv 4 3x3 pad 1 -> selu ) ( -> n5: conv 4 3x3 pad 1 -> silu ) ( -> n6: conv 8 3x3 pad 1 -> identity )
    gelu
    maxpool global
    classifier: linear 5
    softmax
    """)]
[GradCam("n0", Suffix = true)]
[GradCam("n1")]
[GradCam("input")]
internal sealed partial class Random168;

/// <summary>The conformance kit's random spec 236.</summary>
[Network("""
    input 1x5x14
    image gray mean 0.4 std 0.3
    n2: concat ( -> n0: conv 7 1x1 pad 0 -> gelu ) ( -> n1: conv 2 1x1 pad 0 -> tanh ) in
    n4: concat n2 n2 ( -> n3: conv 6 1x1 pad 0 -> identity )
    n5: lrn 5 alpha 0.5
    gelu tanh
    n6: mul n5
    add ( -> n7: conv 39 1x1 pad 0 )
    n8: conv 4 3x3 pad same dilation 2 bias off
    n9: tanh
    avgpool 3x3 stride 3 pad 0 ceil count_include_pad off
    lrn 1 alpha 0.5
    n11: concat ( -> n10: conv 6 3x3 pad 1 -> clip -1 2 )
    n12: conv 7 3x3 stride 2 pad same bias off
    n13: avgpool 2x2 stride 1 pad 1
    n14: concat n13 n13
    flatten
    classifier: linear 3
    """)]
[GradCam("n7", Suffix = true)]
[GradCam("n14")]
[GradCam("input")]
internal sealed partial class Random236;

/// <summary>The conformance kit's random spec 140.</summary>
[Network("""
    input 4x16x13
    image none
    n0: shift
    n1: softplus
    concat n1 n1 ( -> n2: conv 4 3x3 pad 1 -> elu alpha 0.5 )
    n3: batchnorm eps 0.001 affine off
    n4: groupnorm 2 affine off eps 0.01
    avgpool 3x3 stride 3 pad 0
    relu
    n5: conv 18 3x4 stride 2 pad same groups 2
    classifier: conv 7 1x1
    avgpool global
    """)]
[GradCam("n3", Suffix = true)]
[GradCam("classifier")]
[GradCam("input")]
internal sealed partial class Random140;

/// <summary>The conformance kit's random spec 144.</summary>
[Network("""
    input 4x5x10
    image none
    n0: hardswish
    n3: mul ( -> avgpool global -> n1: conv 3 1x1 -> relu -> n2: conv 4 1x1 -> sigmoid )
    n4: pad 2 2 1 0 reflect
    n5: avgpool 3x3 stride 2 pad 0 count_include_pad off
    mul ( -> avgpool global -> n6: conv 3 1x1 -> relu -> n7: conv 4 1x1 -> sigmoid )
    n8: conv 21 3x1 pad same bias off
    flatten
    classifier: linear 6
    softmax
    """)]
[GradCam("n4", Suffix = true)]
[GradCam("n8")]
[GradCam("input")]
internal sealed partial class Random144;

/// <summary>The conformance kit's random spec 270.</summary>
[Network("""
    input 4x5x11
    image none
    n0: conv 6 5x5 stride 3 pad 2
    n1: groupnorm 1 affine off eps 0.01
    n2: batchnorm
    n3: conv 12 1x3 stride 3 pad 0x2 dilation 2
    hardsigmoid
    avgpool adaptive 2x1
    flatten
    hidden: linear 9
    relu
    dropout 0.5
    classifier: linear 5
    softmax
    """)]
[GradCam("n2", Suffix = true)]
[GradCam("input")]
internal sealed partial class Random270;

/// <summary>The conformance kit's random spec 303.</summary>
[Network("""
    input 1x14x12
    image gray mean 0.4 std 0.3
    n0: conv 1 1 stride 3x2 depthwise
    n1: batchnorm
    n2: convtranspose 8 1 stride 2 pad 0 outpad 1 bias off
    n3: scale
    n4: add n3
    avgpool adaptive 2x1
    flatten
    hidden: linear 9
    relu
    dropout 0.5
    classifier: linear 7
    """)]
[GradCam("n3", Suffix = true)]
[GradCam("input")]
internal sealed partial class Random303;

/// <summary>What ends the random specs that have residuals.</summary>
internal static class RandomBlocks
{
    public const string Residual = """

        block residual(c) {
          conv1: conv c 3x3 pad 1 bias off
          bn1: batchnorm
          relu
          conv2: conv c 3x3 pad 1
          add in
          relu
        }
        """;
}
