using GradCam.Reference;
using Xunit.Abstractions;

namespace GradCam.Parity.Tests;

/// <summary>
/// Every backward slice of the CPU backend against the same slice in double precision over the same activations.
/// </summary>
/// <remarks>
/// Gradients of networks with relus have jumps: an activation within a rounding error of zero may come out on the other side than PyTorch's,
/// and then a path of the gradient is open instead of closed. In single precision that happens to a few of ten million activations, in PyTorch
/// as well. Here both sides see the same gates, so that the kernels' rounding is all that is left.
/// </remarks>
public class GradientTests(ITestOutputHelper output)
{
    private const double Tolerance = 2e-5;

    /// <summary>Networks and layers whose slices in double precision take seconds.</summary>
    public static TheoryData<string, string> Slices()
    {
        var slices = new TheoryData<string, string>();
        foreach (ZooNetwork network in ZooNetwork.All)
        {
            foreach (LayerInfo layer in network.Info.Layers)
            {
                bool isCheap = network.Info.MultiplyAccumulates < (layer.Name == "input" ? 350_000_000 : 4_000_000_000);
                // Layer norms and linear layers on maps are in this one alone.
                if (isCheap || (network.Name == "convnext_tiny" && layer.Name != "input"))
                    slices.Add(network.Name, layer.Name);
            }
        }

        return slices;
    }

    [Theory]
    [MemberData(nameof(Slices))]
    public void Slice_equals_double_precision(string name, string layer)
    {
        var golden = GoldenFile.Load(name);
        ZooNetwork network = ZooNetwork.Find(name);
        using Model model = network.Prepare(golden, new CpuOptions().Backend, threads: 1);
        using var executor = new WorkspaceReader(model.CreateExecutor());
        using var session = new NetworkSession(executor);
        int index = network.Info.Layers.Select(info => info.Name).ToList().IndexOf(layer);
        session.Forward(golden.CreateInput(), TensorLayout.Chw);

        ReferenceWorkspace workspace = executor.CopyWorkspace();
        using var precise = (ReferenceModel)network.Prepare(golden, ReferenceBackendProvider.Instance, threads: 1);
        using Executor reference = precise.CreateExecutor(workspace);
        reference.Backward(index, golden.ClassIndex, seed: 1);
        double[] expected = workspace.Load(network.Info.Layers[index].Gradient);

        ReadOnlySpan<float> actual = session.GetGradients(golden.ClassIndex, index).Values;
        double largest = 0;
        double difference = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            largest = Math.Max(largest, Math.Abs(expected[i]));
            difference = Math.Max(difference, Math.Abs(actual[i] - expected[i]));
        }

        output.WriteLine($"{name}, {layer}: {difference / largest:e1}");
        Assert.True(largest > 0);
        Assert.True(difference <= Tolerance * largest, $"{difference / largest:e2} of the largest gradient");
    }

    /// <summary>An executor whose whole workspace can be copied.</summary>
    private sealed class WorkspaceReader(Executor executor) : Executor
    {
        public override NetworkInfo Info => executor.Info;

        public ReferenceWorkspace CopyWorkspace()
        {
            float[] floats = new float[Info.WorkspaceLength];
            executor.Read(new Tensor(0, floats.Length, 1, 1), floats);
            var workspace = new ReferenceWorkspace(floats.Length);
            for (int i = 0; i < floats.Length; i++)
                workspace.Values[i] = floats[i];
            return workspace;
        }

        protected override void ForwardCore(ReadOnlySpan<float> input, TensorLayout layout) => executor.Forward(input, layout);

        protected override void BackwardCore(int layer, int @class, float seed) => executor.Backward(layer, @class, seed);

        protected override void GradientSumsCore(int layer, int @class, float seed) => executor.GradientSums(layer, @class, seed);

        protected override void ReadCore(in Tensor source, Span<float> destination) => executor.Read(source, destination);

        protected override void Free() => executor.Dispose();
    }
}
