using GradCam.Gen.Model;
using GradCam.Gen.Operations;

namespace GradCam.Gen.Export.Onnx;

/// <summary>Turns the layers of one network into nodes, each as its operation says.</summary>
internal sealed class GraphExport : IOnnxGraph
{
    private const int Opset = 17;

    private readonly Network _network;
    private readonly Func<string, float[]> _read;
    private readonly OnnxGraphBuilder _graph = new();
    private readonly Dictionary<int, Layer> _layers;

    /// <summary>Each value's tensor as [1, C, H, W] and, for vectors, as [1, C], as far as they are needed.</summary>
    private readonly Dictionary<int, string> _maps = [];
    private readonly Dictionary<int, string> _rows = [];

    private readonly Dictionary<string, string> _weights = new(StringComparer.Ordinal);

    public GraphExport(Network network, Func<string, float[]> read)
    {
        _network = network;
        _read = read;
        _layers = network.ById();
    }

    public void Write(Stream stream)
    {
        // The outputs' names first, so that no other tensor takes them.
        string[] names = [.. _network.Outputs.Select(output => _graph.Unique(output.Name))];
        foreach (Layer input in _network.Inputs)
            _maps[input.Id] = _graph.Unique(input.Name);
        foreach (Layer layer in _network.Layers.Where(layer => !layer.IsInput))
        {
            OnnxValue value = layer.Operation.Export(this, layer, _graph.Unique(layer.Name));
            (value.IsRow ? _rows : _maps)[layer.Id] = value.Tensor;
        }

        var outputs = new List<(string, long[])>();
        for (int i = 0; i < names.Length; i++)
        {
            int id = _network.Outputs[i].Id;
            Shape shape = _layers[id].Shape;
            string value = shape.IsVector ? Row(id) : Map(id);
            // What the compiler leaves to Probabilities belongs to the file.
            switch (_network.Outputs[i].Head)
            {
                case OutputHead.Softmax:
                    _graph.Node("Softmax", names[i], [value], ("axis", 1));
                    break;
                case OutputHead.Sigmoid:
                    _graph.Node("Sigmoid", names[i], [value]);
                    break;
                default:
                    _graph.Node("Identity", names[i], [value]);
                    break;
            }

            outputs.Add((names[i], shape.IsVector ? [1, shape.Channels] : shape.Sizes()));
        }
        _graph.Write(stream, Opset, _network.Name, [.. _network.Inputs.Select(input => (_maps[input.Id], input.Shape.Sizes()))], outputs);
    }

    /// <summary>A value as [1, C, H, W].</summary>
    public string Map(int id)
    {
        if (!_maps.TryGetValue(id, out string? tensor))
        {
            string row = _rows[id];
            _maps[id] = tensor = _graph.Node(
                "Reshape", _graph.Unique(row + ".map"), [row, _graph.Integers(row + ".shape", 1, _layers[id].Shape.Channels, 1, 1)]);
        }
        return tensor;
    }

    /// <summary>A vector as [1, C].</summary>
    public string Row(int id)
    {
        if (!_rows.TryGetValue(id, out string? tensor))
            _rows[id] = tensor = _graph.Node("Flatten", _graph.Unique(_maps[id] + ".row"), [_maps[id]], ("axis", 1));
        return tensor;
    }

    public bool HasRow(int id) => _rows.ContainsKey(id);

    public Shape ShapeOf(int id) => _layers[id].Shape;

    public EquatableArray<int> ShapeOf(WeightBinding weight) => _network.Weights[weight.Index].Shape;

    public string Weight(WeightBinding weight, IReadOnlyList<int>? shape = null)
    {
        shape ??= ShapeOf(weight);
        // A shared tensor is one initializer as long as it is used in one shape.
        string key = weight.Key + " " + string.Join(",", shape);
        if (!_weights.TryGetValue(key, out string? name))
            _weights[key] = name = _graph.Weight(weight.Key, shape, () => _read(weight.Key));
        return name;
    }

    public string Unique(string wish) => _graph.Unique(wish);

    public string Node(string operation, string output, IReadOnlyList<string> inputs, params (string Name, object Value)[] attributes) =>
        _graph.Node(operation, output, inputs, attributes);

    public string Constant(string wish, IReadOnlyList<int> shape, params float[] values) => _graph.Constant(wish, shape, values);

    public string Integers(string wish, params long[] values) => _graph.Integers(wish, values);

    public Exception Unsupported(string what) => new SpecException(what + " cannot be exported");
}
