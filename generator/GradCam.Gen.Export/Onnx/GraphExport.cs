using System.Globalization;
using GradCam.Gen.Model;

namespace GradCam.Gen.Export.Onnx;

/// <summary>Turns the layers of one network into nodes.</summary>
internal sealed class GraphExport
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
        string input = _graph.Unique("input");
        _maps[_network.Input.Id] = input;
        foreach (Layer layer in _network.Layers.Skip(1))
            Export(layer);

        var outputs = new List<(string, long[])>();
        for (int i = 0; i < names.Length; i++)
        {
            int id = _network.Outputs[i].Id;
            Shape shape = _layers[id].Shape;
            // What the compiler leaves to Probabilities belongs to the file.
            switch (_network.Outputs[i].Head)
            {
                case OutputHead.Softmax:
                    _graph.Node("Softmax", names[i], [Row(id)], ("axis", 1));
                    break;
                case OutputHead.Sigmoid:
                    _graph.Node("Sigmoid", names[i], [Row(id)]);
                    break;
                default:
                    _graph.Node("Identity", names[i], [shape.IsVector ? Row(id) : Map(id)]);
                    break;
            }

            outputs.Add((names[i], shape.IsVector ? [1, shape.Channels] : Sizes(shape)));
        }
        _graph.Write(stream, Opset, _network.Name, (input, Sizes(_network.Input.Shape)), outputs);
    }

    private static long[] Sizes(Shape shape) => [1, shape.Channels, shape.Height, shape.Width];

    private static int[] Both(Extent extent) => [extent.Height, extent.Width];

    private static int[] Pads(Edges edges) => [edges.Top, edges.Left, edges.Bottom, edges.Right];

    private void Export(Layer layer)
    {
        string name = _graph.Unique(layer.Name);
        switch (layer.Operation)
        {
            case ConvolutionOperation convolution:
                _maps[layer.Id] = Convolution("Conv", name, layer, convolution.Window, convolution.Groups);
                break;
            case TransposedConvolutionOperation convolution:
                Extent input = _layers[layer.Input].Shape.Size;
                Window window = convolution.Window;
                int[] outputPad =
                [
                    layer.Shape.Height - ((input.Height - 1) * window.Stride.Height + window.Reach.Height - window.Pad.Top - window.Pad.Bottom),
                    layer.Shape.Width - ((input.Width - 1) * window.Stride.Width + window.Reach.Width - window.Pad.Left - window.Pad.Right),
                ];
                _maps[layer.Id] = Convolution("ConvTranspose", name, layer, window, convolution.Groups, ("output_padding", outputPad));
                break;
            case LinearOperation:
                _rows[layer.Id] = _graph.Node("Gemm", name, [Row(layer.Input), .. layer.Weights.Select(weight => Weight(weight, _network.Weights[weight.Index].Shape))], ("transB", 1));
                break;
            case AffineOperation:
                Affine(layer, name);
                break;
            case LayerNormOperation norm:
                LayerNorm(layer, norm, name);
                break;
            case ParametricReluOperation:
                string slope = Weight(layer.Weights[0], PerChannel(layer.Weights[0]));
                _maps[layer.Id] = _graph.Node("PRelu", name, [Map(layer.Input), slope]);
                break;
            case ActivationOperation activation:
                Pointwise(layer, source => Activation(activation.Activation, name, source));
                break;
            case MaxPoolOperation pool:
                _maps[layer.Id] = MaxPool(layer, pool.Window, name);
                break;
            case AveragePoolOperation pool:
                _maps[layer.Id] = AveragePool(layer, pool, name);
                break;
            case AdaptivePoolOperation pool:
                _maps[layer.Id] = AdaptivePool(layer, pool.Maximum, name);
                break;
            case FlattenOperation:
                _rows[layer.Id] = _graph.Node("Flatten", name, [Map(layer.Input)], ("axis", 1));
                break;
            case SoftmaxOperation:
                Pointwise(layer, source => _graph.Node("Softmax", name, [source], ("axis", 1)));
                break;
            case AddOperation or MultiplyOperation:
                Combine(layer, name);
                break;
            case ConcatOperation:
                _maps[layer.Id] = _graph.Node("Concat", name, [.. layer.Inputs.Select(Map)], ("axis", 1));
                break;
            case SliceOperation slice:
                string[] bounds = [Integers(name, "starts", slice.Start), Integers(name, "ends", slice.Start + layer.Shape.Channels), Integers(name, "axes", 1)];
                _maps[layer.Id] = _graph.Node("Slice", name, [Map(layer.Input), .. bounds]);
                break;
            case ShuffleOperation shuffle:
                _maps[layer.Id] = Shuffle(layer, shuffle.Groups, name);
                break;
            case LocalResponseNormOperation { Size: var size } norm when size % 2 == 0:
                _maps[layer.Id] = EvenLocalResponseNorm(layer, norm, name);
                break;
            case LocalResponseNormOperation norm:
                _maps[layer.Id] = _graph.Node(
                    "LRN", name, [Map(layer.Input)], ("size", norm.Size), ("alpha", (float)norm.Alpha), ("beta", (float)norm.Beta), ("bias", (float)norm.K));
                break;
            case PadOperation pad:
                Edges edges = pad.Edges;
                string amounts = Integers(name, "pads", 0, 0, edges.Top, edges.Left, 0, 0, edges.Bottom, edges.Right);
                _maps[layer.Id] = _graph.Node("Pad", name, [Map(layer.Input), amounts], ("mode", pad.Reflect ? "reflect" : "constant"));
                break;
            case UpsampleOperation upsample:
                _maps[layer.Id] = Upsample(layer, upsample.Interpolation, name);
                break;
            default:
                throw new SpecException($"{layer.Name}: {layer.Operation.Name} cannot be exported");
        }
    }

    /// <summary>A value as [1, C, H, W].</summary>
    private string Map(int id)
    {
        if (!_maps.TryGetValue(id, out string? tensor))
        {
            string row = _rows[id];
            _maps[id] = tensor = _graph.Node("Reshape", _graph.Unique(row + ".map"), [row, Integers(row, "shape", 1, _layers[id].Shape.Channels, 1, 1)]);
        }
        return tensor;
    }

    /// <summary>A vector as [1, C].</summary>
    private string Row(int id)
    {
        if (!_rows.TryGetValue(id, out string? tensor))
            _rows[id] = tensor = _graph.Node("Flatten", _graph.Unique(_maps[id] + ".row"), [_maps[id]], ("axis", 1));
        return tensor;
    }

    /// <summary>An operation that takes maps and rows alike.</summary>
    private void Pointwise(Layer layer, Func<string, string> export)
    {
        if (_rows.TryGetValue(layer.Input, out string? row))
            _rows[layer.Id] = export(row);
        else
            _maps[layer.Id] = export(Map(layer.Input));
    }

    private string Integers(string owner, string what, params long[] values) => _graph.Integers($"{owner}.{what}", values);

    private string Weight(WeightBinding weight, IReadOnlyList<int> shape)
    {
        // A shared tensor is one initializer as long as it is used in one shape.
        string key = weight.Key + " " + string.Join(",", shape);
        if (!_weights.TryGetValue(key, out string? name))
            _weights[key] = name = _graph.Weight(weight.Key, shape, () => _read(weight.Key));
        return name;
    }

    private int[] PerChannel(WeightBinding weight) => [(int)_network.Weights[weight.Index].Shape.Aggregate(1L, (product, size) => product * size), 1, 1];

    private string Convolution(string operation, string name, Layer layer, Window window, int groups, params (string, object)[] attributes)
    {
        var inputs = new List<string> { Map(layer.Input) };
        foreach (WeightBinding weight in layer.Weights)
        {
            IReadOnlyList<int> shape = _network.Weights[weight.Index].Shape;
            // A linear layer on a map has a matrix.
            inputs.Add(Weight(weight, weight.Role == "weight" && shape.Count == 2 ? [shape[0], shape[1], 1, 1] : shape));
        }
        return _graph.Node(operation, name, inputs, [.. WindowAttributes(window), ("group", groups), .. attributes]);
    }

    private static (string, object)[] WindowAttributes(Window window) =>
    [
        ("kernel_shape", Both(window.Kernel)),
        ("strides", Both(window.Stride)),
        ("pads", Pads(window.Pad)),
        ("dilations", Both(window.Dilation)),
    ];

    private void Affine(Layer layer, string name)
    {
        Affine affine = layer.Affine!;
        if (affine.BatchNorm is not { } norm)
        {
            WeightBinding parameter = affine.Scale ?? affine.Shift!;
            _maps[layer.Id] = _graph.Node(affine.Scale is null ? "Add" : "Mul", name, [Map(layer.Input), Weight(parameter, PerChannel(parameter))]);
            return;
        }
        int[] shape = [layer.Shape.Channels];
        string Role(string role, float whenAbsent) => norm.FirstOrDefault(weight => weight.Role == role) is { } weight
            ? Weight(weight, shape)
            : _graph.Constant($"{name}.{role}", shape, [.. Enumerable.Repeat(whenAbsent, shape[0])]);
        string[] inputs = [Map(layer.Input), Role("weight", 1), Role("bias", 0), Role("running_mean", 0), Role("running_var", 1)];
        _maps[layer.Id] = _graph.Node("BatchNormalization", name, inputs, ("epsilon", (float)affine.Epsilon));
    }

    /// <summary>ONNX normalises over the last dimensions: a map's channels go there and back.</summary>
    private void LayerNorm(Layer layer, LayerNormOperation norm, string name)
    {
        int[] shape = [layer.Shape.Channels];
        string[] weights = layer.Weights.Count > 0
            ? [.. layer.Weights.Select(weight => Weight(weight, shape))]
            : [_graph.Constant(name + ".weight", shape, [.. Enumerable.Repeat(1f, shape[0])])];
        (string, object)[] attributes = [("axis", -1), ("epsilon", (float)norm.Epsilon)];
        if (layer.Shape.IsVector)
        {
            _rows[layer.Id] = _graph.Node("LayerNormalization", name, [Row(layer.Input), .. weights], attributes);
            return;
        }
        int[] toLast = [0, 2, 3, 1], back = [0, 3, 1, 2];
        string last = _graph.Node("Transpose", _graph.Unique(name + ".last"), [Map(layer.Input)], ("perm", toLast));
        string normalised = _graph.Node("LayerNormalization", _graph.Unique(name + ".normalised"), [last, .. weights], attributes);
        _maps[layer.Id] = _graph.Node("Transpose", name, [normalised], ("perm", back));
    }

    private string Activation(Activation activation, string name, string source)
    {
        string Step(string operation, string suffix, string[] inputs) => _graph.Node(operation, _graph.Unique($"{name}.{suffix}"), inputs);
        string Number(string suffix, double value) => _graph.Constant($"{name}.{suffix}", [], (float)value);
        switch (activation.Kind)
        {
            case "Relu" or "Sigmoid" or "Tanh" or "HardSwish" or "Selu":
                return _graph.Node(activation.Kind, name, [source]);
            case "LeakyRelu" or "Elu":
                return _graph.Node(activation.Kind, name, [source], ("alpha", (float)activation.Alpha));
            case "HardSigmoid":
                return _graph.Node(activation.Kind, name, [source], ("alpha", (float)activation.Alpha), ("beta", (float)activation.Beta));
            case "Clip":
                return _graph.Node("Clip", name, [source, Number("min", activation.Alpha), Number("max", activation.Beta)]);
            case "Silu":
                return _graph.Node("Mul", name, [source, Step("Sigmoid", "sigmoid", [source])]);
            case "Mish":
                return _graph.Node("Mul", name, [source, Step("Tanh", "tanh", [Step("Softplus", "softplus", [source])])]);
            case "Softplus" when activation.Alpha == 1:
                return _graph.Node("Softplus", name, [source]);
            case "Softplus":
                string beta = Number("beta", activation.Alpha);
                return _graph.Node("Div", name, [Step("Softplus", "softplus", [Step("Mul", "scaled", [source, beta])]), beta]);
            case "Gelu":
                string erf = Step("Erf", "erf", [Step("Div", "scaled", [source, Number("root", Math.Sqrt(2))])]);
                return _graph.Node("Mul", name, [Step("Mul", "half", [source, Number("0.5", 0.5)]), Step("Add", "sum", [erf, Number("1", 1)])]);
            case "GeluTanh":
                string cube = Step("Mul", "cube", [source, Step("Mul", "square", [source, source])]);
                string inner = Step("Add", "inner", [source, Step("Mul", "cubic", [cube, Number("cubic.factor", 0.044715)])]);
                string tanh = Step("Tanh", "tanh", [Step("Mul", "scaled", [inner, Number("root", Math.Sqrt(2 / Math.PI))])]);
                return _graph.Node("Mul", name, [Step("Mul", "half", [source, Number("0.5", 0.5)]), Step("Add", "sum", [tanh, Number("1", 1)])]);
            default:
                throw new SpecException($"{name}: the activation {activation.Name} cannot be exported");
        }
    }

    /// <summary>
    /// ONNX has odd neighbourhoods only: the mean of the squares of channels c - size / 2 … c + (size - 1) / 2 as pooling of a [1, 1, C, H W] map.
    /// </summary>
    private string EvenLocalResponseNorm(Layer layer, LocalResponseNormOperation norm, string name)
    {
        string Step(string operation, string suffix, string[] inputs, params (string, object)[] attributes) => _graph.Node(operation, _graph.Unique($"{name}.{suffix}"), inputs, attributes);
        string Number(string suffix, double value) => _graph.Constant($"{name}.{suffix}", [], (float)value);
        Shape shape = layer.Shape;
        string source = Map(layer.Input);
        string squares = Step("Reshape", "column", [Step("Mul", "squares", [source, source]), Integers(name, "column.shape", 1, 1, shape.Channels, shape.Pixels)]);
        int[] kernel = [norm.Size, 1], pads = [norm.Size / 2, 0, (norm.Size - 1) / 2, 0];
        string means = Step("AveragePool", "means", [squares], ("kernel_shape", kernel), ("pads", pads), ("count_include_pad", 1));
        string sums = Step("Add", "sum", [Step("Mul", "scaled", [means, Number("alpha", norm.Alpha)]), Number("k", norm.K)]);
        string divisor = Step("Reshape", "divisor", [Step("Pow", "power", [sums, Number("beta", norm.Beta)]), Integers(name, "shape", Sizes(shape))]);
        return _graph.Node("Div", name, [source, divisor]);
    }

    /// <summary>The window with as much padding at the end as its last position needs: ceil mode without ceil_mode, about which runtimes disagree.</summary>
    private Window Covering(Window window, Layer layer)
    {
        Shape input = _layers[layer.Input].Shape;
        Edges pad = window.Pad;
        int Missing(int size, int outputs, int stride, int reach, int before, int after) => Math.Max(after, (outputs - 1) * stride + reach - before - size);
        return window with
        {
            Pad = new Edges(
                pad.Top,
                pad.Left,
                Missing(input.Height, layer.Shape.Height, window.Stride.Height, window.Reach.Height, pad.Top, pad.Bottom),
                Missing(input.Width, layer.Shape.Width, window.Stride.Width, window.Reach.Width, pad.Left, pad.Right)),
        };
    }

    /// <summary>Runtimes take a padding smaller than the kernel only: a larger one is written out, with the smallest number.</summary>
    private string MaxPool(Layer layer, Window window, string name)
    {
        Window covering = Covering(window, layer);
        string source = Map(layer.Input);
        Edges pad = covering.Pad;
        if (!IsSmall(covering))
        {
            string smallest = _graph.Constant(name + ".smallest", [], float.MinValue);
            source = _graph.Node("Pad", _graph.Unique(name + ".padded"), [source, Integers(name, "pads", 0, 0, pad.Top, pad.Left, 0, 0, pad.Bottom, pad.Right), smallest]);
            covering = covering with { Pad = default };
        }
        return _graph.Node("MaxPool", name, [source], WindowAttributes(covering));
    }

    private static bool IsSmall(Window window) =>
        Math.Max(window.Pad.Top, window.Pad.Bottom) < window.Kernel.Height && Math.Max(window.Pad.Left, window.Pad.Right) < window.Kernel.Width;

    private string AveragePool(Layer layer, AveragePoolOperation pool, string name)
    {
        Window covering = Covering(pool.Window, layer);
        string source = Map(layer.Input);
        bool include = pool.CountPadding;
        if (include && (covering.Pad != pool.Window.Pad || !IsSmall(covering)))
        {
            // The padding counts, what ceil mode reads beyond it does not: zeros for the one, padding that is not counted for the other.
            Edges pad = pool.Window.Pad;
            if (!pad.IsEmpty)
                source = _graph.Node("Pad", _graph.Unique(name + ".padded"), [source, Integers(name, "pads", 0, 0, pad.Top, pad.Left, 0, 0, pad.Bottom, pad.Right)]);
            covering = covering with { Pad = new Edges(0, 0, covering.Pad.Bottom - pad.Bottom, covering.Pad.Right - pad.Right) };
            include = false;
        }
        if (!IsSmall(covering))
            throw new SpecException($"{layer.Name}: an average over windows that lie wholly in the padding cannot be exported");
        return _graph.Node(
            "AveragePool",
            name,
            [source],
            ("kernel_shape", Both(covering.Kernel)),
            ("strides", Both(covering.Stride)),
            ("pads", Pads(covering.Pad)),
            ("count_include_pad", include ? 1 : 0));
    }

    /// <summary>ONNX has global pooling only. Bins of other sizes are pooled first along the rows, then along the columns.</summary>
    private string AdaptivePool(Layer layer, bool maximum, string name)
    {
        Shape input = _layers[layer.Input].Shape;
        string source = Map(layer.Input);
        if (layer.Shape.IsVector)
            return _graph.Node(maximum ? "GlobalMaxPool" : "GlobalAveragePool", name, [source]);
        string rows = Bins(source, input.Height, layer.Shape.Height, 2, maximum, name, _graph.Unique(name + ".rows"));
        return Bins(rows, input.Width, layer.Shape.Width, 3, maximum, name, name);
    }

    private string Bins(string source, int size, int bins, int axis, bool maximum, string owner, string output)
    {
        var parts = new List<string>();
        for (int i = 0; i < bins; i++)
        {
            // Bin i covers floor(i size / bins) to ceil((i + 1) size / bins).
            long start = (long)i * size / bins, end = ((i + 1L) * size + bins - 1) / bins;
            string suffix = string.Create(CultureInfo.InvariantCulture, $"{axis}.{i}");
            string[] bounds = [Integers(owner, "starts", start), Integers(owner, "ends", end), Integers(owner, "axes", axis)];
            string part = _graph.Node("Slice", _graph.Unique($"{owner}.bin.{suffix}"), [source, .. bounds]);
            int[] axes = [axis];
            parts.Add(_graph.Node(maximum ? "ReduceMax" : "ReduceMean", _graph.Unique($"{owner}.pooled.{suffix}"), [part], ("axes", axes), ("keepdims", 1)));
        }
        return _graph.Node("Concat", output, parts, ("axis", axis));
    }

    private void Combine(Layer layer, string name)
    {
        string operation = layer.Operation is AddOperation ? "Add" : "Mul";
        bool rows = layer.Inputs.All(_rows.ContainsKey);
        string result = rows ? _rows[layer.Inputs[0]] : Map(layer.Inputs[0]);
        for (int i = 1; i < layer.Inputs.Count; i++)
        {
            string other = rows ? _rows[layer.Inputs[i]] : Map(layer.Inputs[i]);
            result = _graph.Node(operation, i == layer.Inputs.Count - 1 ? name : _graph.Unique(name + ".part"), [result, other]);
        }
        (rows ? _rows : _maps)[layer.Id] = result;
    }

    private string Shuffle(Layer layer, int groups, string name)
    {
        Shape shape = layer.Shape;
        int[] swap = [0, 2, 1, 3, 4];
        string grouped = Integers(name, "grouped.shape", 1, groups, shape.Channels / groups, shape.Height, shape.Width);
        string split = _graph.Node("Reshape", _graph.Unique(name + ".grouped"), [Map(layer.Input), grouped]);
        string swapped = _graph.Node("Transpose", _graph.Unique(name + ".swapped"), [split], ("perm", swap));
        return _graph.Node("Reshape", name, [swapped, Integers(name, "shape", Sizes(shape))]);
    }

    private string Upsample(Layer layer, string interpolation, string name)
    {
        Shape input = _layers[layer.Input].Shape;
        if (interpolation == "Nearest" && (layer.Shape.Height % input.Height != 0 || layer.Shape.Width % input.Width != 0))
        {
            // Where y * in / out is whole, runtimes that divide by the rounded scale take the pixel before: so the pixels are named.
            long[] rows = Sources(input.Height, layer.Shape.Height), columns = Sources(input.Width, layer.Shape.Width);
            string picked = _graph.Node("Gather", _graph.Unique(name + ".rows"), [Map(layer.Input), Integers(name, "row", rows)], ("axis", 2));
            return _graph.Node("Gather", name, [picked, Integers(name, "column", columns)], ("axis", 3));
        }
        string[] inputs = [Map(layer.Input), "", "", Integers(name, "sizes", Sizes(layer.Shape))];
        (string, object)[] attributes = interpolation switch
        {
            "Nearest" => [("mode", "nearest"), ("coordinate_transformation_mode", "asymmetric"), ("nearest_mode", "floor")],
            "Bilinear" => [("mode", "linear"), ("coordinate_transformation_mode", "half_pixel")],
            _ => [("mode", "linear"), ("coordinate_transformation_mode", "align_corners")],
        };
        return _graph.Node("Resize", name, inputs, attributes);
    }

    private static long[] Sources(int size, int outputs) => [.. Enumerable.Range(0, outputs).Select(y => (long)y * size / outputs)];
}
