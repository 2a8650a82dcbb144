using GradCam.Gen.Export;
using GradCam.Gen.Tool.Graphs;
using GradCam.Gen.Tool.Networks;

namespace GradCam.Gen.Tool.Tests;

/// <summary>Networks as graphs, read off their schedules.</summary>
public sealed class GraphTests : IDisposable
{
    private readonly ToolCommandLine _line = new();

    public void Dispose() => _line.Dispose();

    [Fact]
    public void Branches_gates_and_concatenations_are_drawn_as_the_spec_has_them()
    {
        IReadOnlyList<GraphLayer> layers = GraphOf(_line.Write("branches.net", """
            input 2x15x15
            image none
            features: {
              0: conv 8 3x3 stride 2 pad same bias off
              silu
              1: { dw: conv 8 5x5 pad 2 depthwise    bn: batchnorm eps 1e-3; hardswish }
              se: mul (-> avgpool global -> fc1: conv 4 1x1 -> relu -> fc2: conv 8 1x1 -> hardsigmoid)
              mix: concat (in -> branch1: conv 6 1x1 stride 2 -> relu6) (-> maxpool 3x3 stride 1 pad 1)
              shuffle 2
            }
            head: conv 5 1x1
            relu
            avgpool global
            """u8.ToArray()));
        IEnumerable<string> rows = layers.Select(layer => $"{layer.Name} = {layer.Operation} ({string.Join(", ", layer.Inputs.Select(i => layers[i].Name))})");
        Assert.Equal(
            """
            input = input ()
            features.0 = conv 3x3 stride 2, silu (input)
            features.1.dw = conv 5x5 groups 8, batchnorm, hardswish (features.0)
            avgpool = avgpool global (features.1.dw)
            features.fc1 = linear, relu (avgpool)
            features.fc2 = linear, hardsigmoid (features.fc1)
            mul = mul (features.1.dw, features.fc2)
            features.branch1 = conv 1x1 stride 2, relu6 (input)
            maxpool = maxpool 3x3 (mul)
            concat = concat (mul, features.branch1, maxpool)
            shuffle = shuffle 2 groups (concat)
            head = conv 1x1 (shuffle)
            relu = relu (head)
            avgpool = avgpool global (relu)
            """,
            string.Join('\n', rows));
    }

    [Theory]
    [InlineData("googlenet")]
    [InlineData("densenet121")]
    [InlineData("shufflenet_v2_x1_0")]
    [InlineData("mobilenet_v3_small")]
    public void All_work_and_all_parameters_are_in_it(string network)
    {
        string spec = ToolCommandLine.NetworkFile(network + ".net");
        IReadOnlyList<LayerRow> rows = LayerTable.OfSpec(spec).Rows;
        IReadOnlyList<GraphLayer> layers = GraphOf(spec);
        Assert.Equal(rows.Sum(row => row.MultiplyAccumulates), layers.Sum(layer => layer.MultiplyAccumulates));
        Assert.Equal(rows.Sum(row => row.Parameters), layers.Sum(layer => layer.Parameters));
        // Every operation but the last is read by a later one, and each but the input reads earlier ones.
        Assert.Equal(Enumerable.Range(0, layers.Count - 1), layers.SelectMany(layer => layer.Inputs).Distinct().Order());
        for (int i = 1; i < layers.Count; i++)
        {
            Assert.NotEmpty(layers[i].Inputs);
            Assert.All(layers[i].Inputs, input => Assert.InRange(input, 0, i - 1));
        }

        Assert.Single(layers, layer => layer.Explained.Count > 0);
        Assert.Equal(layers.Count - 1, layers.ToList().FindIndex(layer => layer.Outputs.Count > 0));
    }

    private static IReadOnlyList<GraphLayer> GraphOf(string spec)
    {
        using CompiledNetwork network = CompiledNetwork.Compile(LayerTable.OfSpec(spec).GenerateSource());
        return network.LookInside().Graph.Layers;
    }
}
