using GradCam.Gen.Build.Onnx;

namespace GradCam.Onnx.Tests;

/// <summary>One of the ONNX project's operator tests: a model of a node or a few, its inputs, its expected outputs.</summary>
internal sealed class NodeTest
{
    /// <summary>Where Debian's libonnx-testdata has them.</summary>
    public const string Folder = "/usr/share/libonnx-testdata/data/node";

    /// <summary>Operators of several tensors alike, which are tested on parts of one input.</summary>
    private static readonly HashSet<string> Symmetric = ["Add", "Sub", "Mul", "Sum", "Mean", "Max", "Min", "Concat"];

    private readonly string _path;

    public NodeTest(string name)
    {
        Name = name;
        _path = Path.Combine(Folder, name);
        Model = OnnxModelReader.Read(File.ReadAllBytes(Path.Combine(_path, "model.onnx")), null);
    }

    public string Name { get; }

    public OnnxModel Model { get; }

    public static bool IsInstalled => Directory.Exists(Folder);

    /// <summary>The names of all tests.</summary>
    public static IEnumerable<string> Names =>
        IsInstalled ? Directory.EnumerateDirectories(Folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal) : [];

    /// <summary>The operators in the model.</summary>
    public IEnumerable<string> Operators => Model.Graph.Nodes.Select(node => node.Domain.Length == 0 ? node.Operator : node.Domain + "." + node.Operator);

    public List<OnnxTensor> ReadInputs() => Read("input");

    public List<OnnxTensor> ReadOutputs() => Read("output");

    /// <summary>
    /// The model with one input, an image: the first tensor, or all of them joined along the channels where the operator takes several alike; the other
    /// inputs become initializers. The batch becomes 1.
    /// </summary>
    public (ImportedNetwork Network, float[][] Samples) Import()
    {
        List<OnnxTensor> inputs = ReadInputs();
        OnnxGraph graph = Model.Graph;
        bool joined = inputs.Count > 1 && Symmetric.Contains(graph.Nodes[0].Operator) && inputs.All(input => input.Shape.Length == inputs[0].Shape.Length);
        OnnxTensor first = inputs[0];
        int rank = first.Shape.Length;
        int channelAxis = rank is 2 or 4 ? 1 : 0;
        int batch = channelAxis == 1 ? first.Shape[0] : 1;
        var nodes = graph.Nodes.ToList();
        int channels = joined ? inputs.Sum(input => input.Shape[channelAxis]) : rank == 0 ? 1 : first.Shape[channelAxis];
        string name = graph.Inputs[0].Name;
        if (joined)
        {
            nodes.Insert(0, Node("Split", [name = "all", "sizes"], [.. graph.Inputs.Select(input => input.Name)], ("axis", channelAxis)));
            graph.Initializers.Add("sizes", OnnxTensor.FromIntegers([inputs.Count], [.. inputs.Select(input => (long)input.Shape[channelAxis])]));
        }
        else
        {
            for (int i = 1; i < inputs.Count; i++)
                graph.Initializers.Add(graph.Inputs[i].Name, inputs[i]);
        }
        int[] shape = [.. first.Shape];
        if (rank > 0)
            shape[channelAxis] = channels;
        if (channelAxis == 1)
            shape[0] = 1;
        // Mean and deviation of a layer normalisation are for training.
        List<OnnxValueInfo> outputs = Operators.Contains("LayerNormalization") ? [graph.Outputs[0]] : graph.Outputs;
        OnnxGraph single = graph with { Nodes = nodes, Inputs = [new OnnxValueInfo(name, ElementType.Float, shape)], Outputs = outputs };
        // Operators that have not changed since opset 1 or 6 are tested under that number; Split's sizes are an input from 13 on.
        int opset = Math.Max(Model.Opset, joined ? 13 : 7);
        ImportedNetwork network = OnnxImporter.Import(
            Model with { Graph = single, Opset = opset }, 1 << 16, Name, new OnnxImportOptions { AnyArrangement = true });

        var samples = new float[batch][];
        for (int n = 0; n < batch; n++)
        {
            IEnumerable<OnnxTensor> parts = joined ? inputs : [first];
            float[] sample = [.. parts.SelectMany(part => part.ToFloats().Skip(n * (part.Count / batch)).Take(part.Count / batch))];
            samples[n] = new float[sample.Length];
            int[] places = Places(network.Program.InputView);
            for (int i = 0; i < sample.Length; i++)
                samples[n][places[i]] = sample[i];
        }
        return (network, samples);
    }

    /// <summary>For each element of a tensor, its place in the map: channels, rows, columns.</summary>
    public static int[] Places(TensorView view) => new TensorView(view.Value, [[.. view.Dimensions.SelectMany(dimension => dimension)]]).Positions(0);

    /// <summary>A map's values in the order in which the file has them.</summary>
    public static float[] Arrange(float[] map, TensorView view) => [.. Places(view).Select(place => map[place])];

    private static OnnxNode Node(string op, List<string> inputs, List<string> outputs, (string Name, int Value) attribute) => new()
    {
        Name = op,
        Operator = op,
        Domain = "",
        Inputs = inputs,
        Outputs = outputs,
        Attributes = new Dictionary<string, OnnxAttribute> { [attribute.Name] = new OnnxAttribute { Integer = attribute.Value } },
    };

    private List<OnnxTensor> Read(string what)
    {
        var tensors = new List<OnnxTensor>();
        for (int i = 0; ; i++)
        {
            string path = Path.Combine(_path, "test_data_set_0", $"{what}_{i}.pb");
            if (!File.Exists(path))
                return tensors;
            tensors.Add(OnnxModelReader.ReadTensor(File.ReadAllBytes(path)));
        }
    }
}
