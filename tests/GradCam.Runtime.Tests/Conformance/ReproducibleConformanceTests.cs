using GradCam.Conformance;
using GradCam.Conformance.Cases;
using GradCam.Conformance.Networks;
using GradCam.Reference;

namespace GradCam.Runtime.Tests.Conformance;

/// <summary>
/// The backend that computes the same bits on every machine, as any other: through its provider alone. Fewer cases than for others: each kernel has one form.
/// </summary>
public sealed class ReproducibleConformanceTests
{
    private const int FirstSeed = 5000;
    private const int Cases = 8;

    /// <summary>Every so many of the networks.</summary>
    private const int Step = 4;

    private static readonly BackendProvider Backend = new ReproducibleCpuOptions().Backend;

    public static TheoryData<string> Names => [.. OperationCases.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Operation_matches_the_reference(string name)
    {
        var check = new BackendCheck(operation => Run(operation, threads: 1), [operation => Run(operation, threads: 3)]);
        string[] failures = [.. Enumerable.Range(FirstSeed, Cases).Select(seed => check.Run(name, seed, withSameBits: seed % 2 == 0)).OfType<string>()];
        Assert.True(failures.Length == 0, $"{failures.Length} of {Cases} cases fail:\n{string.Join("\n", failures.Take(5))}");

        static ProviderRun Run(OperationCase operation, int threads) => new(operation, Backend, new ReproducibleCpuOptions { Threads = threads });
    }

    /// <summary>Logits, activations, gradients and their sums, seeds, runs from a layer on, samples that run together.</summary>
    [Fact]
    public void Random_networks_match_the_reference()
    {
        var options = new ReproducibleCpuOptions { Threads = 1 };
        var check = new NetworkCheck(Backend, options, [options with { Threads = 2 }]);
        var contract = new ContractCheck(Backend, options);
        List<string> failures = [];
        foreach (RandomNetwork network in RandomNetwork.Compile(chunk: 0).Where((_, i) => i % Step == 0))
        {
            using var reference = (ReferenceModel)network.Network.Prepare(ReferenceBackendProvider.Instance, RandomNetwork.Weights(network.Network), options);
            int layers = 0;
            string? problem = check.CompareLayers(network, reference) ?? check.CompareSums(network.Network, network.Input(0), ref layers)
                ?? contract.Run(network, reference);
            if (problem is not null)
                failures.Add($"{problem}\n{network}");
        }

        Assert.True(failures.Count == 0, string.Join("\n\n", failures.Take(3)));
    }
}
