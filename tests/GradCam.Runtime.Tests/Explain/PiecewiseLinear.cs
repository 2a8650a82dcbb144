using System.Text.RegularExpressions;
using GradCam.Conformance.Networks;

namespace GradCam.Runtime.Tests.Explain;

/// <summary>Random networks that are linear along each ray from 0, but for their biases: of linear operations, relus, leaky relus and pools.</summary>
internal static class PiecewiseLinear
{
    private const int Count = 12;

    private static readonly HashSet<string> Bent =
    [
        "sigmoid", "tanh", "silu", "hardswish", "mish", "selu", "elu", "gelu", "hardsigmoid", "softplus", "relu6", "clip", "mul", "layernorm", "groupnorm",
        "instancenorm", "lrn", "grn", "softmax",
    ];

    private static readonly Lazy<IReadOnlyList<(string Spec, NetworkClass Network)>> Made = new(() =>
    {
        string[] specs =
        [
            .. Enumerable.Range(0, 1000).Select(seed => RandomSpec.Create(seed).Text).Where(spec => !Regex.Split(spec, "\\W+").Any(Bent.Contains)).Take(Count),
        ];
        IReadOnlyList<Type> types = CompiledNetworks.Compile([.. specs.Select(spec => (spec, (IReadOnlyList<string>)["input"]))]);
        return [.. specs.Zip(types, (spec, type) => (spec, new NetworkClass(type)))];
    });

    /// <summary>The networks, compiled with the gradient at the input.</summary>
    public static IReadOnlyList<(string Spec, NetworkClass Network)> Networks => Made.Value;
}
