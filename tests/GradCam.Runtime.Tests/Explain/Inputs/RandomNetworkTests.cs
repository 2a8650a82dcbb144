using GradCam.Conformance.Networks;
using GradCam.Reference;

namespace GradCam.Runtime.Tests.Explain.Inputs;

/// <summary>Changed gates on random networks, with every operation that there is: the CPU against the reference, and DeepLIFT's sum.</summary>
public class RandomNetworkTests
{
    /// <summary>What has its derivative in DeepLIFT, so that the sum is not complete.</summary>
    private static readonly string[] Incomplete = ["layernorm", "groupnorm", "instancenorm", "lrn", "softmax"];

    [Fact]
    public void Gates_are_changed_alike_on_every_backend_and_DeepLift_is_complete()
    {
        List<string> failures = [];
        (int compared, int complete) = (0, 0);
        string[] specs = [.. Enumerable.Range(100, 24).Select(seed => RandomSpec.Create(seed).Text)];
        IReadOnlyList<Type> types = CompiledNetworks.Compile([.. specs.Select(spec => (spec, (IReadOnlyList<string>)["input"]))]);
        for (int n = 0; n < specs.Length; n++)
        {
            (string spec, var compiled) = (specs[n], new NetworkClass(types[n]));
            using NetworkSession cpu = Session(compiled, new CpuOptions().Backend);
            using NetworkSession reference = Session(compiled, ReferenceBackendProvider.Instance);
            foreach (InputMethod method in new InputMethod[] { InputMethod.GuidedBackprop, InputMethod.DeconvNet, InputMethod.DeepLift })
            {
                // A value near a kink may be on another side in single precision: two of three inputs agree.
                List<string> problems = [];
                for (int input = 0; input < 3; input++)
                {
                    int @class = input % compiled.Info.Logits.Channels;
                    float[] x = compiled.Input(input);
                    Attribution found = cpu.Attribute(x, TensorLayout.Hwc, @class, method);
                    Attribution expected = reference.Attribute(x, TensorLayout.Hwc, @class, method);
                    string? problem = NetworkCheck.Compare($"{method}", expected.Values.ToChwArray(), found.Values.ToChwArray(), 2e-3);
                    if (problem is not null)
                        problems.Add(problem);
                    compared++;
                    if (expected.CompletenessDelta is not { } delta || Incomplete.Any(word => spec.Contains(word, StringComparison.Ordinal)))
                        continue;
                    double scale = expected.Values.Values.ToArray().Sum(value => Math.Abs((double)value)) + Math.Abs(expected.Score) + 1e-3;
                    complete++;
                    if (!(Math.Abs(delta) <= 1e-3 * scale))
                        failures.Add($"DeepLIFT's sum is {delta} off, of {scale}\n{spec}");
                }

                if (problems.Count > 1)
                    failures.Add($"{string.Join("; ", problems)}\n{spec}");
            }
        }

        Assert.True(failures.Count == 0, $"{failures.Count} failures:\n{string.Join("\n\n", failures)}");
        Assert.True(compared > 100 && complete > 20, $"{compared} comparisons, {complete} sums.");
    }

    private static NetworkSession Session(NetworkClass network, BackendProvider backend) =>
        new(network.Prepare(backend, RandomNetwork.Weights(network)).CreateExecutor());
}
