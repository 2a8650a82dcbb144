using GradCam.Conformance.Cases;
using GradCam.Conformance.Networks;
using GradCam.Reference;

namespace GradCam.Conformance;

/// <summary>
/// What every backend must pass: a class derived from this one in a test project runs it. Operations, each with its gradient, on random tensors, weights and
/// parameters; and random networks, from the spec through the generator to the gradients. All is compared with the reference backend.
/// </summary>
public abstract class BackendConformanceTests
{
    /// <summary>Random networks that are compiled together.</summary>
    private const int Chunk = 0;

    private const int FirstSeed = 5000;

    /// <summary>The names of the operations.</summary>
    public static TheoryData<string> Names => [.. OperationCases.Names];

    /// <summary>The backend under test.</summary>
    protected abstract BackendProvider Backend { get; }

    /// <summary>The options it runs with.</summary>
    protected virtual NetworkOptions Options => new CpuOptions();

    /// <summary>Other options that must give the same bits: other numbers of threads, for example.</summary>
    protected virtual IReadOnlyList<NetworkOptions> SameBits => [];

    /// <summary>Cases an operation.</summary>
    protected virtual int Cases => 100;

    /// <summary>What the tolerances of the operations are multiplied by: more than 1 where the backend computes with fewer bits than float32 has.</summary>
    protected virtual double Slack => 1;

    private BackendCheck Check => new(
        operation => new ProviderRun(operation, Backend, Options),
        [.. SameBits.Select(options => new Func<OperationCase, ICaseRun>(operation => new ProviderRun(operation, Backend, options)))])
    { Slack = Slack };

    /// <summary>Values, halos, nothing written beside the output, NaN where the reference has it, and the same bits with <see cref="SameBits"/>.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Operation_matches_the_reference(string name)
    {
        BackendCheck check = Check;
        string[] failures = [.. Enumerable.Range(FirstSeed, Cases).Select(seed => check.Run(name, seed, withSameBits: seed % 4 == 0)).OfType<string>()];
        Assert.True(failures.Length == 0, $"{failures.Length} of {Cases} cases fail:\n{string.Join("\n", failures.Take(5))}");
    }

    /// <summary>Logits, activations, gradients and their sums of generated networks, in any order of the slices.</summary>
    [Fact]
    public void Random_networks_match_the_reference()
    {
        var check = new NetworkCheck(Backend, Options, SameBits) { Slack = Slack };
        List<string> failures = [];
        foreach (RandomNetwork network in RandomNetwork.Compile(Chunk))
        {
            using var reference = (ReferenceModel)network.Network.Prepare(
                ReferenceBackendProvider.Instance, RandomNetwork.Weights(network.Network), new CpuOptions());
            int layers = 0;
            if ((check.CompareLayers(network, reference) ?? check.CompareSums(network.Network, network.Input(0), ref layers)) is { } problem)
                failures.Add($"{problem}\n{network}");
        }

        Assert.True(failures.Count == 0, $"{failures.Count} of {RandomNetwork.ChunkSize} networks fail:\n{string.Join("\n\n", failures.Take(3))}");
    }

    /// <summary>Gradients of seeds, runs from a layer on, and samples that run together.</summary>
    [Fact]
    public void Seeds_suffixes_and_batches_match_the_reference()
    {
        var check = new ContractCheck(Backend, Options) { Slack = Slack };
        List<string> failures = [];
        foreach (RandomNetwork network in RandomNetwork.Compile(Chunk))
        {
            using Model reference = network.Network.Prepare(ReferenceBackendProvider.Instance, RandomNetwork.Weights(network.Network), new CpuOptions());
            if (check.Run(network, reference) is { } problem)
                failures.Add($"{problem}\n{network}");
        }

        Assert.True(failures.Count == 0, $"{failures.Count} of {RandomNetwork.ChunkSize} networks fail:\n{string.Join("\n\n", failures.Take(3))}");
    }

    /// <summary>Two executors of one model take turns: each has a workspace of its own.</summary>
    [Fact]
    public void Executors_do_not_disturb_each_other()
    {
        foreach (RandomNetwork network in RandomNetwork.Compile(Chunk).Take(3))
        {
            using Model model = network.Network.Prepare(Backend, RandomNetwork.Weights(network.Network), Options);
            using Executor first = model.CreateExecutor();
            using Executor second = model.CreateExecutor();
            Tensor gradient = network.Network.Info.Layers[0].Gradient;
            first.Forward(network.Input(0));
            first.Backward(0, 0, 1);
            float[] expected = NetworkCheck.Read(first, gradient);
            first.Forward(network.Input(0));
            second.Forward(network.Input(1));
            second.Backward(0, 0, -1);
            first.Backward(0, 0, 1);
            Assert.Equal(expected, NetworkCheck.Read(first, gradient));
        }
    }

    /// <summary>A disposed model's executor refuses to run; one that is left keeps the weights.</summary>
    [Fact]
    public void Disposed_is_an_exception()
    {
        NetworkClass network = RandomNetwork.Compile(Chunk)[0].Network;
        Model model = network.Prepare(Backend, RandomNetwork.Weights(network), Options);
        Executor executor = model.CreateExecutor();
        float[] input = new float[network.Info.Input.Length];
        executor.Forward(input);
        model.Dispose();
        Assert.Throws<ObjectDisposedException>(() => executor.Forward(input));
        Assert.Throws<ObjectDisposedException>(() => model.CreateExecutor());
        executor.Dispose();
    }
}
