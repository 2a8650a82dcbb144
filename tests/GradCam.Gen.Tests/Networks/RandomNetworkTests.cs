using System.Globalization;
using GradCam.Conformance.Networks;
using GradCam.Reference;

namespace GradCam.Gen.Tests.Networks;

/// <summary>
/// Random networks from the spec to the gradients: the generated schedule on the CPU and in double precision, against finite differences, and against
/// a memory plan in which nothing is overwritten.
/// </summary>
public sealed class RandomNetworkTests
{
    private const int DifferencesPerLayer = 4;
    private const double Step = 1e-6;

    /// <summary>Chunks of networks: four, or "FIRST-LAST" of the environment variable GRADCAM_RANDOM_NETWORKS for a longer search.</summary>
    public static TheoryData<int> Chunks
    {
        get
        {
            string[] range = (Environment.GetEnvironmentVariable("GRADCAM_RANDOM_NETWORKS") ?? "0-3").Split('-');
            int first = int.Parse(range[0], CultureInfo.InvariantCulture);
            return [.. Enumerable.Range(first, int.Parse(range[1], CultureInfo.InvariantCulture) - first + 1)];
        }
    }

    [Theory]
    [MemberData(nameof(Chunks))]
    public void Schedules_compute_what_the_spec_says(int chunk)
    {
        List<string> failures = [];
        int differences = 0;
        int kinks = 0;
        int sums = 0;
        foreach (RandomNetwork network in RandomNetwork.Compile(chunk))
        {
            try
            {
                using var reference = (ReferenceModel)network.Network.Prepare(ReferenceBackendProvider.Instance, RandomNetwork.Weights(network.Network));
                string? problem = NetworkCheck.Cpu.CompareLayers(network, reference) ?? CompareWithPlanThatKeepsAll(network, reference)
                    ?? CompareSums(network, ref sums) ?? CompareWithDifferences(network, ref differences, ref kinks);
                if (problem is not null)
                    failures.Add($"{problem}\n{network}");
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                failures.Add($"{exception}\n{network}");
            }
        }

        Assert.True(failures.Count == 0, $"{failures.Count} of {RandomNetwork.ChunkSize} networks fail:\n{string.Join("\n\n", failures)}");
        Assert.True(kinks < differences / 4, $"{kinks} of {differences} differences are at kinks.");
        Assert.True(sums > RandomNetwork.ChunkSize, $"{sums} layers with sums only.");
        Assert.True(differences > RandomNetwork.ChunkSize * DifferencesPerLayer, $"{differences} differences only.");
    }

    private static string? CompareWithPlanThatKeepsAll(RandomNetwork network, ReferenceModel reference)
    {
        NetworkInfo info = network.Network.Info;
        NetworkInfo all = network.KeepsAll.Info;
        using GradCam.Contract.Model model = network.KeepsAll.Prepare(ReferenceBackendProvider.Instance, RandomNetwork.Weights(network.KeepsAll));
        using Executor tight = reference.CreateExecutor();
        using Executor wide = model.CreateExecutor();
        float[] input = network.Input(0);
        tight.Forward(input);
        wide.Forward(input);
        string? problem = NetworkCheck.Compare("logits where all is kept", NetworkCheck.Read(wide, all.Logits), NetworkCheck.Read(tight, info.Logits), 1e-6);
        for (int layer = 0; layer < info.Layers.Count; layer++)
        {
            int other = Enumerable.Range(0, all.Layers.Count).First(i => all.Layers[i].Name == info.Layers[layer].Name);
            tight.Backward(layer, 0, -1);
            wide.Backward(other, 0, -1);
            (LayerInfo found, LayerInfo expected) = (info.Layers[layer], all.Layers[other]);
            problem ??= NetworkCheck.Compare(
                $"activation of {found.Name} where all is kept", NetworkCheck.Read(wide, expected.Activation), NetworkCheck.Read(tight, found.Activation),
                1e-6);
            problem ??= NetworkCheck.Compare(
                $"gradient at {found.Name} where all is kept", NetworkCheck.Read(wide, expected.Gradient), NetworkCheck.Read(tight, found.Gradient), 1e-6);
        }

        return problem;
    }

    private static string? CompareSums(RandomNetwork network, ref int layers)
    {
        string? problem = NetworkCheck.Cpu.CompareSums(network.Network, network.Input(0), ref layers);
        return problem ?? NetworkCheck.Cpu.CompareSums(network.KeepsAll, network.Input(0), ref layers);
    }

    /// <summary>
    /// Perturbs the layer's output in the middle of the forward pass. Where the slopes of both sides differ is a kink, which is passed over, and so is an
    /// element that is also one of an earlier value (a slice of it, a concatenation with it), which would be perturbed as well.
    /// </summary>
    private static string? CompareWithDifferences(RandomNetwork network, ref int differences, ref int kinks)
    {
        NetworkInfo info = network.KeepsAll.Info;
        using var model = (ReferenceModel)network.KeepsAll.Prepare(ReferenceBackendProvider.Instance, RandomNetwork.Weights(network.KeepsAll));
        float[] input = network.Input(0);
        var random = new Random(network.Seed);
        ReferenceWorkspace workspace = model.CreateWorkspace();
        using Executor executor = model.CreateExecutor(workspace);
        int[] lastWrites = [.. info.Layers.Select(layer => LastWrite(workspace, executor, input, layer.Activation))];
        foreach (LayerInfo chosen in network.Network.Info.Layers)
        {
            int layer = Enumerable.Range(0, info.Layers.Count).First(i => info.Layers[i].Name == chosen.Name);
            Tensor activation = info.Layers[layer].Activation;
            int lastWrite = lastWrites[layer];
            HashSet<int> shared = [.. Enumerable.Range(0, info.Layers.Count)
                .Where(i => info.Layers[i].Activation != activation && lastWrites[i] <= lastWrite).SelectMany(i => Positions(info.Layers[i].Activation))];
            int @class = random.Next(info.Logits.Channels);
            executor.Forward(input);
            double middle = workspace.Load(info.Logits)[@class];
            executor.Backward(layer, @class, 1);
            double[] gradient = workspace.Load(info.Layers[layer].Gradient);
            double scale = Math.Max(gradient.Max(Math.Abs), 1e-3);
            for (int n = 0; n < DifferencesPerLayer; n++)
            {
                int i = random.Next(activation.Length);
                if (shared.Contains(PositionOf(activation, i)))
                    continue;
                double right = (Logit(i, Step) - middle) / Step;
                double left = (middle - Logit(i, -Step)) / Step;
                differences++;
                if (Math.Abs(right - left) > 1e-4 * scale)
                    kinks++;
                else if (!(Math.Abs((right + left) / 2 - gradient[i]) <= 1e-5 * scale))
                    return $"gradient {i} at {info.Layers[layer].Name} is {gradient[i]}, by differences {left} and {right}";
            }

            double Logit(int element, double step)
            {
                int firstWrite = workspace.Writes;
                int position = PositionOf(activation, element);
                workspace.Written = (write, _) =>
                {
                    if (write - firstWrite == lastWrite)
                        workspace.Values[position] += step;
                };
                executor.Forward(input);
                workspace.Written = null;
                return workspace.Load(info.Logits)[@class];
            }
        }

        return null;
    }

    /// <summary>The number of the last write of a forward pass that touches a tensor's map.</summary>
    private static int LastWrite(ReferenceWorkspace workspace, Executor executor, float[] input, Tensor tensor)
    {
        HashSet<int> positions = [.. Positions(tensor)];
        int firstWrite = workspace.Writes;
        int last = -1;
        workspace.Written = (write, written) =>
        {
            if (Positions(written).Any(positions.Contains))
                last = write - firstWrite;
        };
        executor.Forward(input);
        workspace.Written = null;
        return last;
    }

    private static IEnumerable<int> Positions(Tensor tensor) => Enumerable.Range(0, tensor.Length).Select(element => PositionOf(tensor, element));

    /// <summary>Where an element of a packed map lies in the workspace.</summary>
    private static int PositionOf(Tensor tensor, int element)
    {
        int pixel = element / tensor.Channels;
        return ReferenceWorkspace.Position(tensor, pixel / tensor.Width, pixel % tensor.Width, element % tensor.Channels);
    }
}
