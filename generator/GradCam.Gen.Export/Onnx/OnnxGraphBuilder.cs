using System.Runtime.InteropServices;

namespace GradCam.Gen.Export.Onnx;

/// <summary>Collects an ONNX graph and writes the file (field numbers from onnx.proto3). Weights are fetched one by one while it is written.</summary>
internal sealed class OnnxGraphBuilder
{
    private const int FloatType = 1;
    private const int Int64Type = 7;

    private readonly ProtobufWriter _nodes = new();
    private readonly List<(string Name, long[] Shape, Func<float[]> Read)> _weights = [];
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private int _nodeCount;

    /// <summary>A name that no tensor has yet.</summary>
    public string Unique(string wish)
    {
        string name = wish;
        for (int i = 2; !_names.Add(name); i++)
            name = FormattableString.Invariant($"{wish}_{i}");
        return name;
    }

    /// <summary>Appends a node and returns its output.</summary>
    public string Node(string operation, string output, IReadOnlyList<string> inputs, params (string Name, object Value)[] attributes)
    {
        _nodes.Message(1, node =>
        {
            foreach (string input in inputs)
                node.Text(1, input);
            node.Text(2, output);
            node.Text(3, FormattableString.Invariant($"{operation}_{_nodeCount++}"));
            node.Text(4, operation);
            foreach ((string name, object value) in attributes)
                node.Message(5, attribute => Attribute(attribute, name, value));
        });
        return output;
    }

    /// <summary>A weight of the network. Its elements are read when the file is written.</summary>
    public string Weight(string name, IReadOnlyList<int> shape, Func<float[]> read)
    {
        name = Unique(name);
        _weights.Add((name, shape.Select(size => (long)size).ToArray(), read));
        return name;
    }

    /// <summary>A small constant of real numbers.</summary>
    public string Constant(string wish, IReadOnlyList<int> shape, params float[] values) => Weight(wish, shape, () => values);

    /// <summary>A small constant of whole numbers: a shape, sizes, axes.</summary>
    public string Integers(string wish, params long[] values)
    {
        string name = Unique(wish);
        _nodes.Message(5, tensor => Tensor(tensor, name, [values.Length], Int64Type).Bytes(9, MemoryMarshal.AsBytes<long>(values)));
        return name;
    }

    /// <summary>Writes the model.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="opset">Version of the operator set.</param>
    /// <param name="name">The graph's name.</param>
    /// <param name="inputs">Names and shapes of the inputs.</param>
    /// <param name="outputs">Names and shapes of the outputs.</param>
    public void Write(
        Stream stream, int opset, string name, IReadOnlyList<(string Name, long[] Shape)> inputs, IReadOnlyList<(string Name, long[] Shape)> outputs)
    {
        var ends = new ProtobufWriter();
        ends.Text(2, name);
        foreach ((string Name, long[] Shape) input in inputs)
            ends.Message(11, info => ValueInfo(info, input));
        foreach ((string Name, long[] Shape) output in outputs)
            ends.Message(12, info => ValueInfo(info, output));

        // TensorProto: its fields, then raw_data, whose bytes follow when they are read.
        var heads = new List<byte[]>();
        long length = _nodes.Written.Length + ends.Written.Length;
        foreach ((string weight, long[] shape, _) in _weights)
        {
            long bytes = sizeof(float) * shape.Aggregate(1L, (product, size) => product * size);
            ProtobufWriter tensor = Tensor(new ProtobufWriter(), weight, shape, FloatType);
            tensor.Length(9, bytes);
            var head = new ProtobufWriter();
            head.Length(5, tensor.Written.Length + bytes);
            heads.Add([.. head.Written, .. tensor.Written]);
            length += heads[^1].Length + bytes;
        }
        if (length > int.MaxValue)
            throw new SpecException($"the ONNX file would have {length} bytes; protobuf ends at {int.MaxValue}");

        var model = new ProtobufWriter();
        model.Integer(1, 8);
        model.Text(2, "GradCam.Gen");
        model.Message(8, set => set.Integer(2, opset));
        model.Length(7, length);
        stream.Write(model.Written);
        stream.Write(_nodes.Written);
        stream.Write(ends.Written);
        for (int i = 0; i < _weights.Count; i++)
        {
            stream.Write(heads[i]);
            stream.Write(MemoryMarshal.AsBytes<float>(_weights[i].Read()));
        }
    }

    private static ProtobufWriter Tensor(ProtobufWriter tensor, string name, long[] shape, int type)
    {
        foreach (long size in shape)
            tensor.Integer(1, size);
        tensor.Integer(2, type);
        tensor.Text(8, name);
        return tensor;
    }

    private static void ValueInfo(ProtobufWriter info, (string Name, long[] Shape) value)
    {
        info.Text(1, value.Name);
        info.Message(2, type => type.Message(1, tensor =>
        {
            tensor.Integer(1, FloatType);
            tensor.Message(2, shape =>
            {
                foreach (long size in value.Shape)
                    shape.Message(1, dimension => dimension.Integer(1, size));
            });
        }));
    }

    private static void Attribute(ProtobufWriter attribute, string name, object value)
    {
        attribute.Text(1, name);
        switch (value)
        {
            case int integer:
                attribute.Integer(3, integer);
                attribute.Integer(20, 2);
                break;
            case float real:
                attribute.Single(2, real);
                attribute.Integer(20, 1);
                break;
            case string text:
                attribute.Text(4, text);
                attribute.Integer(20, 3);
                break;
            case int[] integers:
                foreach (int integer in integers)
                    attribute.Integer(8, integer);
                attribute.Integer(20, 7);
                break;
            default:
                throw new ArgumentException($"an attribute of type {value.GetType()}", nameof(value));
        }
    }
}
