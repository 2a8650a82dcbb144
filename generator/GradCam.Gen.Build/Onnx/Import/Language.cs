namespace GradCam.Gen.Build.Onnx;

/// <summary>The net spec language's own words, which a name without quotes must not be.</summary>
internal static class Language
{
    private static readonly HashSet<string> Words = new(StringComparer.Ordinal)
    {
        "input", "image", "labels", "output", "block", "in", "from", "add", "mul", "concat", "conv", "convtranspose", "linear", "batchnorm", "layernorm", "prelu",
        "scale", "shift", "relu", "relu6", "sigmoid", "tanh", "silu", "hardswish", "mish", "selu", "leakyrelu", "elu", "gelu", "hardsigmoid", "softplus", "clip",
        "maxpool", "avgpool", "flatten", "softmax", "dropout", "identity", "slice", "shuffle", "lrn", "pad", "upsample",
        "stride", "dilation", "groups", "depthwise", "bias", "on", "off", "outpad", "eps", "affine", "slope", "alpha", "beta", "k", "ceil", "count_include_pad",
        "global", "adaptive", "reflect", "to", "nearest", "bilinear", "align_corners", "same",
    };

    public static bool IsWord(string name) => Words.Contains(name);
}
