using GradCam.Reference;

namespace GradCam.Conformance.Networks;

/// <summary>Compares a backend with the reference on whole networks.</summary>
/// <param name="backend">The backend.</param>
/// <param name="options">The options it runs with.</param>
/// <param name="sameBits">Other options that must give the same bits.</param>
public sealed class NetworkCheck(BackendProvider backend, NetworkOptions options, IReadOnlyList<NetworkOptions> sameBits)
{
    private const int Inputs = 3;
    private const double ReferenceSumsTolerance = 1e-12;
    private const double SumsTolerance = 1e-5;

    /// <summary>The check of the CPU backend, with one thread and with three.</summary>
    public static NetworkCheck Cpu { get; } = new(new CpuOptions().Backend, new CpuOptions { Threads = 1 }, [new CpuOptions { Threads = 3 }]);

    /// <summary>What the tolerances are multiplied by.</summary>
    public double Slack { get; init; } = 1;

    /// <summary>A tensor's map, packed.</summary>
    public static float[] Read(Executor executor, in Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(executor);
        float[] map = new float[tensor.Length];
        executor.Read(tensor, map);
        return map;
    }

    /// <summary>Compares a packed map, relative to its largest expected value.</summary>
    /// <returns>What is wrong; null if nothing.</returns>
    public static string? Compare(string what, float[] expected, float[] actual, double tolerance)
    {
        double scale = Math.Max(expected.Max(MathF.Abs), 1e-3);
        for (int i = 0; i < expected.Length; i++)
            if (!(Math.Abs((double)expected[i] - actual[i]) <= tolerance * scale))
                return $"{what}: [{i}] is {actual[i]}, expected {expected[i]}, error {Math.Abs(expected[i] - actual[i]) / scale:g3} of {tolerance:g3}";
        return null;
    }

    /// <summary>
    /// Compares logits, activations and gradients. Where a value lies within rounding of a kink, its gradient may be of the other side, and of a max pool of
    /// nearly equal values go to the other one; that two of three inputs meet such a place is not to be expected.
    /// </summary>
    /// <returns>What is wrong; null if nothing.</returns>
    public string? CompareLayers(RandomNetwork network, Model reference)
    {
        NetworkInfo info = network.Network.Info;
        using Model model = network.Network.Prepare(backend, RandomNetwork.Weights(network.Network), options);
        Model[] models = [.. sameBits.Select(other => network.Network.Prepare(backend, RandomNetwork.Weights(network.Network), other))];
        Executor[] others = [.. models.Select(other => other.CreateExecutor())];
        using Executor tested = model.CreateExecutor();
        using Executor exact = reference.CreateExecutor();
        var problems = new List<string>();
        try
        {
            for (int input = 0; input < Inputs; input++)
            {
                foreach (Executor executor in (Executor[])[tested, exact, .. others])
                    executor.Forward(network.Input(input));
                string? problem = Compare("logits", Read(exact, info.Logits), Read(tested, info.Logits), 1e-4 * Slack);
                if (problem is not null)
                    return problem;
                int @class = input % info.Logits.Channels;

                // Each layer twice, in both orders: a slice may run again after any other.
                int[] order = [.. Enumerable.Range(0, info.Layers.Count), .. Enumerable.Range(0, info.Layers.Count).Reverse()];
                var first = new float[info.Layers.Count][];
                foreach (int layer in order)
                {
                    LayerInfo described = info.Layers[layer];
                    foreach (Executor executor in (Executor[])[tested, exact, .. others])
                        executor.Backward(layer, @class, 1);
                    float[] gradient = Read(tested, described.Gradient);
                    if (others.Any(other => !gradient.SequenceEqual(Read(other, described.Gradient))))
                        return $"gradient at {described.Name} depends on the options (number of threads)";
                    if (first[layer] is not null && !gradient.SequenceEqual(first[layer]))
                        return $"gradient at {described.Name} changes when the slice runs again";
                    first[layer] = gradient;
                    problem ??= Compare($"gradient at {described.Name}", Read(exact, described.Gradient), gradient, 1e-3 * Slack);
                    problem ??= Compare($"activation of {described.Name}", Read(exact, described.Activation), Read(tested, described.Activation), 1e-4 * Slack);
                }

                if (problem is not null)
                    problems.Add(problem);
            }
        }
        finally
        {
            foreach (IDisposable other in (IDisposable[])[.. others, .. models])
                other.Dispose();
        }

        return problems.Count > 1 ? string.Join("; ", problems) : null;
    }

    /// <summary>
    /// Compares the sums that plain Grad-CAM computes with those over the pixels of the whole backward slice's gradient, on one backend at a time: both see the
    /// same kinks.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="input">Its input.</param>
    /// <param name="layers">Counts the layers that were checked.</param>
    /// <returns>What is wrong; null if nothing.</returns>
    public string? CompareSums(NetworkClass network, float[] input, ref int layers)
    {
        ArgumentNullException.ThrowIfNull(network);
        NetworkInfo info = network.Info;
        using var reference = (ReferenceModel)network.Prepare(ReferenceBackendProvider.Instance, RandomNetwork.Weights(network), new CpuOptions());
        using Model model = network.Prepare(backend, RandomNetwork.Weights(network), options);
        Model[] models = [.. sameBits.Select(other => network.Prepare(backend, RandomNetwork.Weights(network), other))];
        Executor[] others = [.. models.Select(other => other.CreateExecutor())];
        ReferenceWorkspace workspace = reference.CreateWorkspace();
        using Executor exact = reference.CreateExecutor(workspace);
        using Executor tested = model.CreateExecutor();
        try
        {
            foreach (Executor executor in (Executor[])[exact, tested, .. others])
                executor.Forward(input);
            int[] withSums = [.. Enumerable.Range(0, info.Layers.Count).Where(layer => !info.Layers[layer].GradientSums.IsEmpty)];
            layers += withSums.Length;
            var first = new float[info.Layers.Count][];
            foreach (int layer in withSums.Concat(withSums.Reverse()))
            {
                LayerInfo described = info.Layers[layer];
                int @class = layer % info.Logits.Channels;
                float seed = layer % 2 == 0 ? 1 : -1;
                foreach (Executor executor in (Executor[])[exact, tested, .. others])
                    executor.GradientSums(layer, @class, seed);
                double[] exactSums = workspace.Load(described.GradientSums);
                float[] sums = Read(tested, described.GradientSums);
                if (others.Any(other => !sums.SequenceEqual(Read(other, described.GradientSums))))
                    return $"sums at {described.Name} depend on the options (number of threads)";
                if (first[layer] is not null && !first[layer].SequenceEqual(sums))
                    return $"sums at {described.Name} change when the slice runs again";
                first[layer] = sums;

                exact.Backward(layer, @class, seed);
                tested.Backward(layer, @class, seed);
                string? problem = CompareSums(described, workspace.Load(described.Gradient), exactSums, ReferenceSumsTolerance)
                    ?? CompareSums(described, ToDoubles(Read(tested, described.Gradient)), ToDoubles(sums), SumsTolerance * Slack);
                if (problem is not null)
                    return problem;
            }
        }
        finally
        {
            foreach (IDisposable other in (IDisposable[])[.. others, .. models])
                other.Dispose();
        }

        return null;
    }

    private static string? CompareSums(LayerInfo layer, double[] gradient, double[] sums, double tolerance)
    {
        double[] expected = new double[layer.Gradient.Channels], magnitudes = new double[layer.Gradient.Channels];
        if (sums.Length != expected.Length)
            return $"{sums.Length} sums at {layer.Name}, expected {expected.Length}";
        for (int i = 0; i < gradient.Length; i++)
        {
            expected[i % expected.Length] += gradient[i];
            magnitudes[i % expected.Length] += Math.Abs(gradient[i]);
        }

        double scale = Math.Max(magnitudes.Max(), 1e-6);
        for (int c = 0; c < sums.Length; c++)
            if (!(Math.Abs(expected[c] - sums[c]) <= tolerance * scale))
                return $"sum {c} at {layer.Name} is {sums[c]}, expected {expected[c]}, error {Math.Abs(expected[c] - sums[c]) / scale:g3} of {tolerance:g3}";
        return null;
    }

    private static double[] ToDoubles(float[] values) => Array.ConvertAll(values, value => (double)value);
}
