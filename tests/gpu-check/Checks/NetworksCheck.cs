using GradCam.Conformance.Networks;
using GradCam.Reference;

namespace GradCam.GpuCheck.Checks;

/// <summary>The conformance suite's random networks, from the spec through the generator: logits, activations, gradients and their sums.</summary>
internal static class NetworksCheck
{
    public static void Run(CheckArguments arguments, Report report)
    {
        GpuOptions options = arguments.Options;
        var check = new NetworkCheck(options.Backend, options, [options]);
        IReadOnlyList<RandomNetwork> networks = RandomNetwork.Compile(0);
        int count = arguments.IsSmall ? 3 : networks.Count;
        List<string> failures = [];
        foreach (RandomNetwork network in networks.Take(count))
        {
            RandomWeights weights = RandomNetwork.Weights(network.Network);
            using var reference = (ReferenceModel)network.Network.Prepare(ReferenceBackendProvider.Instance, weights, new CpuOptions());
            int layers = 0;
            if ((check.CompareLayers(network, reference) ?? check.CompareSums(network.Network, network.Input(0), ref layers)) is { } problem)
                failures.Add($"{problem}\n{network}");
        }

        report.Expect(failures.Count == 0, $"random networks: {count - failures.Count} of {count} {string.Join("\n", failures.Take(2))}");
    }
}
