using GradCam.Conformance.Networks;
using GradCam.Reference;

namespace GradCam.Gen.Tests.Networks;

/// <summary>
/// Gradients and their sums beside other targets are those of the target alone: in double precision within rounding, since what is fused may differ, and to the
/// bit on the CPU where the layers are the same.
/// </summary>
public sealed class TargetsAloneMapsTests
{
    private const double Tolerance = 1e-9;

    [Fact]
    public void Maps_of_random_networks_do_not_depend_on_other_targets()
    {
        RandomSpec[] specs = [.. Enumerable.Range(1000, 12).Select(RandomSpec.Create)];
        List<(string Spec, IReadOnlyList<string> Layers)> sources = [];
        foreach (RandomSpec spec in specs)
        {
            string[] layers = Choose(spec);
            sources.Add((spec.Text, layers));
            sources.AddRange(layers.Select(layer => (spec.Text, (IReadOnlyList<string>)[layer])));
        }

        Queue<Type> types = new(CompiledNetworks.Compile(sources));
        foreach (RandomSpec spec in specs)
        {
            string[] layers = Choose(spec);
            var beside = new NetworkClass(types.Dequeue());
            for (int layer = 0; layer < layers.Length; layer++)
                Compare(spec, beside, layer, new NetworkClass(types.Dequeue()));
        }

        Assert.Empty(types);
    }

    /// <summary>SqueezeNet's end: the layers are the same with and without the later targets, so that not a bit may differ.</summary>
    [Fact]
    public void Maps_before_a_classifier_s_convolution_are_the_same_to_the_bit()
    {
        const string spec =
            "input 3x13x13\nfire9: conv 16 3x3 pad 1\nrelu\nlast: maxpool 3x3 stride 1\nconv10: conv 10 1x1\nconv10_relu: relu\navgpool global\n";
        IReadOnlyList<Type> types = CompiledNetworks.Compile([(spec, ["last", "conv10_relu"]), (spec, ["last"])]);
        (NetworkClass beside, NetworkClass alone) = (new NetworkClass(types[0]), new NetworkClass(types[1]));
        using GradCam.Contract.Model model = beside.Prepare(new CpuOptions().Backend, RandomNetwork.Weights(beside));
        using GradCam.Contract.Model modelAlone = alone.Prepare(new CpuOptions().Backend, RandomNetwork.Weights(alone));
        using Executor executor = model.CreateExecutor();
        using Executor executorAlone = modelAlone.CreateExecutor();
        float[] input = beside.Input(seed: 3);
        executor.Forward(input);
        executorAlone.Forward(input);
        // The later target's slice first: it may leave nothing behind that the other's reads.
        executor.Backward(1, 2, 1);
        executor.Backward(0, 3, 1);
        executorAlone.Backward(0, 3, 1);
        Assert.Equal(Read(executorAlone, alone.Info.Layers[0].Gradient), Read(executor, beside.Info.Layers[0].Gradient));
        executor.GradientSums(0, 3, 1);
        executorAlone.GradientSums(0, 3, 1);
        Assert.Equal(Read(executorAlone, alone.Info.Layers[0].GradientSums), Read(executor, beside.Info.Layers[0].GradientSums));
    }

    private static string[] Choose(RandomSpec spec)
    {
        int step = Math.Max(1, spec.Layers.Count / 4);
        return [.. spec.Layers.Where((_, i) => i % step == 0)];
    }

    private static void Compare(RandomSpec spec, NetworkClass beside, int layer, NetworkClass alone)
    {
        LayerInfo here = beside.Info.Layers[layer], there = alone.Info.Layers[0];
        Assert.Equal(there.Name, here.Name);
        using var model = (ReferenceModel)beside.Prepare(ReferenceBackendProvider.Instance, RandomNetwork.Weights(beside));
        using var modelAlone = (ReferenceModel)alone.Prepare(ReferenceBackendProvider.Instance, RandomNetwork.Weights(alone));
        (ReferenceWorkspace workspace, ReferenceWorkspace workspaceAlone) = (model.CreateWorkspace(), modelAlone.CreateWorkspace());
        using Executor executor = model.CreateExecutor(workspace);
        using Executor executorAlone = modelAlone.CreateExecutor(workspaceAlone);
        float[] input = beside.Input(seed: 3);
        executor.Forward(input);
        executorAlone.Forward(input);
        for (int other = 0; other < beside.Info.Layers.Count; other++)
            executor.Backward(other, 1 % beside.Info.Logits.Channels, -1);
        executor.Backward(layer, 0, 1);
        executorAlone.Backward(0, 0, 1);
        AssertClose(workspaceAlone.Load(there.Activation), workspace.Load(here.Activation), $"activation of {here.Name}");
        AssertClose(workspaceAlone.Load(there.Gradient), workspace.Load(here.Gradient), $"gradient at {here.Name}");
        Assert.True(there.GradientSums.IsEmpty || !here.GradientSums.IsEmpty, $"{here.Name} has no sums beside other targets\n{spec.Text}");
        if (there.GradientSums.IsEmpty)
            return;
        executor.GradientSums(layer, 0, 1);
        executorAlone.GradientSums(0, 0, 1);
        AssertClose(workspaceAlone.Load(there.GradientSums), workspace.Load(here.GradientSums), $"sums at {here.Name}");

        void AssertClose(double[] expected, double[] actual, string what)
        {
            double scale = Math.Max(expected.Max(Math.Abs), 1e-6);
            for (int i = 0; i < expected.Length; i++)
                Assert.True(Math.Abs(expected[i] - actual[i]) <= Tolerance * scale, $"{what}: [{i}] is {actual[i]}, alone {expected[i]}\n{spec.Text}");
        }
    }

    private static float[] Read(Executor executor, Tensor tensor)
    {
        float[] map = new float[tensor.Length];
        executor.Read(tensor, map);
        return map;
    }
}
