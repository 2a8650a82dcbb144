namespace GradCam.Conformance.Networks;

/// <summary>Compares what the contract offers beside a class's gradient: seeds, suffixes, batches.</summary>
/// <param name="backend">The backend.</param>
/// <param name="options">The options it runs with.</param>
public sealed class ContractCheck(BackendProvider backend, NetworkOptions options)
{
    private const int Samples = 3;
    private const double RoundingTolerance = 1e-5;

    /// <summary>What the tolerances are multiplied by.</summary>
    public double Slack { get; init; } = 1;

    /// <summary>Runs all checks on a network.</summary>
    /// <returns>What is wrong; null if nothing.</returns>
    public string? Run(RandomNetwork network, Model reference)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(reference);
        using Model model = network.Network.Prepare(backend, RandomNetwork.Weights(network.Network), options);
        return CompareSeeds(network, model, reference) ?? CompareSuffixes(network, model, reference) ?? CompareBatch(network, model);
    }

    /// <summary>The backward slice from a seed is the sum of the classes' slices, in the reference exactly, and the backend's is the reference's.</summary>
    private string? CompareSeeds(RandomNetwork network, Model model, Model reference)
    {
        NetworkInfo info = network.Network.Info;
        using Executor tested = model.CreateExecutor(), exact = reference.CreateExecutor();
        int failures = 0;
        string? problem = null;
        for (int input = 0; input < Samples; input++)
        {
            tested.Forward(network.Input(input));
            exact.Forward(network.Input(input));
            float[] seed = Seed(info, input);
            string? here = null;
            for (int layer = 0; layer < info.Layers.Count; layer++)
            {
                LayerInfo described = info.Layers[layer];
                var sum = new double[described.Gradient.Length];
                for (int @class = 0; @class < seed.Length; @class++)
                {
                    exact.Backward(layer, @class, seed[@class]);
                    float[] part = NetworkCheck.Read(exact, described.Gradient);
                    for (int i = 0; i < sum.Length; i++)
                        sum[i] += part[i];
                }

                float[] expected = SeededGradient(exact, layer, seed);
                if (NetworkCheck.Compare($"gradient of a seed at {described.Name}", Array.ConvertAll(sum, value => (float)value), expected, 1e-5) is { } wrong)
                    return wrong;
                here ??= NetworkCheck.Compare($"gradient of a seed at {described.Name}", expected, SeededGradient(tested, layer, seed), 1e-3 * Slack);
            }

            // As for a class's: one input of three may lie within rounding of a kink.
            failures += here is null ? 0 : 1;
            problem ??= here;
        }

        return failures > 1 ? problem : null;
    }

    /// <summary>From another activation a suffix gives what the reference's gives; from the one that was there everything is as before, to the bit.</summary>
    private string? CompareSuffixes(RandomNetwork network, Model model, Model reference)
    {
        NetworkInfo info = network.Network.Info;
        using Executor tested = model.CreateExecutor(), exact = reference.CreateExecutor();
        for (int layer = 0; layer < info.Layers.Count; layer++)
        {
            LayerInfo described = info.Layers[layer];
            if (!described.HasSuffix)
                continue;
            var pass = new SchedulePass { Kind = PassKind.Suffix, Layer = layer };
            foreach (Executor executor in (Executor[])[tested, exact])
                executor.Forward(network.Input(0));
            float[] forward = NetworkCheck.Read(tested, info.Logits), activation = NetworkCheck.Read(tested, described.Activation);
            // What is read are floats, which a backend of doubles rounds to.
            tested.WriteActivation(layer, activation);
            tested.Run(pass);
            float[] logits = NetworkCheck.Read(tested, info.Logits);
            tested.Backward(layer, 0, 1);
            float[] gradient = NetworkCheck.Read(tested, described.Gradient);
            if (NetworkCheck.Compare($"logits from {described.Name}", forward, logits, RoundingTolerance) is { } other)
                return other;
            float[] changed = [.. activation.Select((value, i) => i % 3 == 0 ? 0 : value * 1.5f)];
            foreach (Executor executor in (Executor[])[tested, exact])
            {
                executor.WriteActivation(layer, changed);
                executor.Run(pass);
            }

            string what = $"logits from another {described.Name}";
            if (NetworkCheck.Compare(what, NetworkCheck.Read(exact, info.Logits), NetworkCheck.Read(tested, info.Logits), 1e-4 * Slack) is { } wrong)
                return wrong;
            tested.WriteActivation(layer, activation);
            tested.Run(pass);
            tested.Backward(layer, 0, 1);
            if (!logits.SequenceEqual(NetworkCheck.Read(tested, info.Logits)) || !gradient.SequenceEqual(NetworkCheck.Read(tested, described.Gradient)))
                return $"after a suffix from the {described.Name} that was there, logits or gradient are others";
        }

        return null;
    }

    /// <summary>Samples that run together give the bits that each gives alone.</summary>
    private static string? CompareBatch(RandomNetwork network, Model model)
    {
        NetworkInfo info = network.Network.Info;
        using Executor alone = model.CreateExecutor(), batch = model.CreateExecutor(Samples);
        int[] classes = [.. Enumerable.Range(0, Samples).Select(sample => sample % info.Logits.Channels)];
        for (int sample = 0; sample < Samples; sample++)
            batch.WriteInput(0, network.Input(sample), TensorLayout.Hwc, sample);
        batch.Run(new SchedulePass { Kind = PassKind.Forward }, 0, Samples);
        float[][] logits = ReadAll(info.Logits);
        for (int layer = 0; layer < info.Layers.Count; layer++)
        {
            LayerInfo described = info.Layers[layer];
            batch.Run(new SchedulePass { Kind = PassKind.Backward, Layer = layer, Classes = classes, Seed = -1 }, 0, Samples);
            float[][] gradients = ReadAll(described.Gradient);
            for (int sample = 0; sample < Samples; sample++)
                batch.WriteSeed(0, Seed(info, sample), sample);
            batch.Run(new SchedulePass { Kind = PassKind.SeededBackward, Layer = layer }, 0, Samples);
            float[][] seeded = ReadAll(described.SeededGradient);
            for (int sample = 0; sample < Samples; sample++)
            {
                alone.Forward(network.Input(sample));
                if (!logits[sample].SequenceEqual(NetworkCheck.Read(alone, info.Logits)))
                    return $"logits of sample {sample} are others alone";
                alone.Backward(layer, classes[sample], -1);
                if (!gradients[sample].SequenceEqual(NetworkCheck.Read(alone, described.Gradient)))
                    return $"the gradient at {described.Name} of sample {sample} is another alone";
                if (!seeded[sample].SequenceEqual(SeededGradient(alone, layer, Seed(info, sample))))
                    return $"the gradient of a seed at {described.Name} of sample {sample} is another alone";
            }
        }

        return null;

        float[][] ReadAll(Tensor tensor)
        {
            float[][] maps = [.. Enumerable.Range(0, Samples).Select(_ => new float[tensor.Length])];
            for (int sample = 0; sample < Samples; sample++)
                batch.Read(tensor, maps[sample], sample);
            return maps;
        }
    }

    private static float[] SeededGradient(Executor executor, int layer, float[] seed)
    {
        executor.WriteSeed(0, seed);
        executor.SeededBackward(layer);
        return NetworkCheck.Read(executor, executor.Info.Layers[layer].SeededGradient);
    }

    private static float[] Seed(NetworkInfo info, int number) =>
        [.. Enumerable.Range(0, info.Logits.Channels).Select(i => ((i * 37 + number * 11) % 19 - 9) / 9f)];
}
