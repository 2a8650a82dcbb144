using GradCam.Contract;
using GradCam.Reference;

namespace GradCam.Gen.Tests.Networks;

/// <summary>
/// Compares the sums that plain Grad-CAM computes with those over the pixels of the whole backward slice's gradient, on one backend at a time: both see the
/// same kinks.
/// </summary>
internal static class GradientSumsCheck
{
    private const double ReferenceTolerance = 1e-12;
    private const double CpuTolerance = 1e-5;

    /// <summary>Checks every layer that has sums.</summary>
    /// <param name="network">The network.</param>
    /// <param name="input">Its input.</param>
    /// <param name="layers">Counts the layers that were checked.</param>
    /// <returns>What is wrong; null if nothing.</returns>
    public static string? Run(NetworkClass network, float[] input, ref int layers)
    {
        NetworkInfo info = network.Info;
        using var reference = (ReferenceModel)network.Prepare(ReferenceBackendProvider.Instance, RandomNetwork.Weights(network));
        using GradCam.Contract.Model model = network.Prepare(new CpuOptions().Backend, RandomNetwork.Weights(network));
        using GradCam.Contract.Model threaded = network.Prepare(new CpuOptions().Backend, RandomNetwork.Weights(network), threads: 3);
        ReferenceWorkspace workspace = reference.CreateWorkspace();
        using Executor exact = reference.CreateExecutor(workspace);
        using Executor cpu = model.CreateExecutor();
        using Executor cpuThreaded = threaded.CreateExecutor();
        foreach (Executor executor in new[] { exact, cpu, cpuThreaded })
            executor.Forward(input);
        int[] withSums = [.. Enumerable.Range(0, info.Layers.Count).Where(layer => !info.Layers[layer].GradientSums.IsEmpty)];
        layers += withSums.Length;
        var first = new float[info.Layers.Count][];
        foreach (int layer in withSums.Concat(withSums.Reverse()))
        {
            LayerInfo described = info.Layers[layer];
            int @class = layer % info.Logits.Channels;
            float seed = layer % 2 == 0 ? 1 : -1;
            foreach (Executor executor in new[] { exact, cpu, cpuThreaded })
                executor.GradientSums(layer, @class, seed);
            double[] exactSums = workspace.Load(described.GradientSums);
            float[] sums = Read(cpu, described.GradientSums);
            if (!sums.SequenceEqual(Read(cpuThreaded, described.GradientSums)))
                return $"sums at {described.Name} depend on the number of threads";
            if (first[layer] is not null && !first[layer].SequenceEqual(sums))
                return $"sums at {described.Name} change when the slice runs again";
            first[layer] = sums;

            exact.Backward(layer, @class, seed);
            cpu.Backward(layer, @class, seed);
            string? problem = Compare(described, workspace.Load(described.Gradient), exactSums, ReferenceTolerance)
                ?? Compare(described, ToDoubles(Read(cpu, described.Gradient)), ToDoubles(sums), CpuTolerance);
            if (problem is not null)
                return problem;
        }

        return null;
    }

    private static string? Compare(LayerInfo layer, double[] gradient, double[] sums, double tolerance)
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

    private static float[] Read(Executor executor, Tensor tensor)
    {
        float[] map = new float[tensor.Length];
        executor.Read(tensor, map);
        return map;
    }
}
