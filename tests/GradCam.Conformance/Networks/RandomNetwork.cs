namespace GradCam.Conformance.Networks;

/// <summary>A random spec, compiled twice: to explain at two of its layers, and at all, so that nothing may be overwritten.</summary>
public sealed class RandomNetwork
{
    /// <summary>Networks a compilation.</summary>
    public const int ChunkSize = 25;

    private RandomNetwork(int seed, RandomSpec spec, NetworkClass network, NetworkClass keepsAll)
    {
        (Seed, Spec, Network, KeepsAll) = (seed, spec, network, keepsAll);
    }

    public int Seed { get; }

    public RandomSpec Spec { get; }

    /// <summary>The network that explains at two layers.</summary>
    public NetworkClass Network { get; }

    /// <summary>The network that explains at every layer.</summary>
    public NetworkClass KeepsAll { get; }

    /// <summary>The networks of the seeds <paramref name="chunk"/> * <see cref="ChunkSize"/> and on.</summary>
    public static IReadOnlyList<RandomNetwork> Compile(int chunk)
    {
        int[] seeds = [.. Enumerable.Range(chunk * ChunkSize, ChunkSize)];
        RandomSpec[] specs = [.. seeds.Select(RandomSpec.Create)];
        List<(string Spec, IReadOnlyList<string> Layers)> sources = [];
        for (int i = 0; i < specs.Length; i++)
        {
            var random = new Random(seeds[i]);
            IReadOnlyList<string> layers = specs[i].Layers;
            string[] some = [.. new[] { layers[random.Next(layers.Count)], layers[random.Next(layers.Count)] }.Distinct()];
            // A suffix keeps more memory alive, so that every other network goes without.
            sources.Add((specs[i].Text, seeds[i] % 2 == 0 ? some : [.. some.Select(layer => "+" + layer)]));
            sources.Add((specs[i].Text, layers));
        }

        IReadOnlyList<Type> types = CompiledNetworks.Compile(sources);
        return [.. specs.Select((spec, i) => new RandomNetwork(seeds[i], spec, new NetworkClass(types[2 * i]), new NetworkClass(types[2 * i + 1])))];
    }

    /// <summary>A random input, packed.</summary>
    public float[] Input(int number) => Network.Input(Seed * 10 + number);

    /// <summary>Weights, the same for both forms.</summary>
    public static RandomWeights Weights(NetworkClass network) => new(network.Info, 7);

    public override string ToString() => $"seed {Seed}, layers {string.Join(", ", Network.Info.Layers.Select(layer => layer.Name))}:\n{Spec.Text}";
}
