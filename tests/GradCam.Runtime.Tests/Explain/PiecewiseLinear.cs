using System.Text.RegularExpressions;

namespace GradCam.Runtime.Tests.Explain;

/// <summary>Tells from a spec whether a network is linear along each ray from 0, but for its biases.</summary>
internal static class PiecewiseLinear
{
    private static readonly HashSet<string> Bent =
    [
        "sigmoid", "tanh", "silu", "hardswish", "mish", "selu", "elu", "gelu", "hardsigmoid", "softplus", "relu6", "clip", "mul", "layernorm", "groupnorm",
        "instancenorm", "lrn", "grn",
    ];

    /// <summary>Whether all of its operations are linear, relus, leaky relus and pools.</summary>
    public static bool IsAll(string spec) => !Regex.Split(spec, "\\W+").Any(Bent.Contains);
}
