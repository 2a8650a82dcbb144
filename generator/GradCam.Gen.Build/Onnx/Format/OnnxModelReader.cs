namespace GradCam.Gen.Build.Onnx;

/// <summary>
/// Decodes the parts of a ModelProto that the import reads (field numbers from onnx.proto3). Subgraphs, training information and
/// metadata are stepped over, so the messages nest to a fixed depth.
/// </summary>
internal sealed class OnnxModelReader
{
    private readonly OnnxExternalData _external;

    private OnnxModelReader(OnnxExternalData external) => _external = external;

    /// <summary>Decodes a model.</summary>
    /// <param name="file">The file's bytes.</param>
    /// <param name="directory">Where external data may lie; null to reject it.</param>
    /// <exception cref="OnnxImportException">The bytes are not a valid model.</exception>
    public static OnnxModel Read(byte[] file, string? directory) =>
        new OnnxModelReader(new OnnxExternalData(directory)).Model(new ByteRange(file, 0, file.Length));

    private OnnxModel Model(ByteRange range)
    {
        int opset = 0;
        string producer = "";
        ByteRange? graph = null;
        var functions = new Dictionary<string, OnnxFunction>(StringComparer.Ordinal);
        var reader = new ProtobufReader(range, "ModelProto");
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 2:
                case 3:
                    producer = (producer + " " + reader.String()).Trim();
                    break;
                case 7:
                    graph = graph is null ? reader.Bytes() : throw new OnnxImportException("not a valid ONNX file: it has two graphs");
                    break;
                case 8:
                    (string domain, long version) = OperatorSet(reader.Bytes());
                    if (domain is "" or "ai.onnx")
                        opset = (int)Math.Min(Math.Max(version, 0), 1000);
                    break;
                case 25:
                    OnnxFunction function = Function(reader.Bytes());
                    functions[function.Domain + "." + function.Name] = function;
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }
        if (graph is null)
            throw new OnnxImportException("not a valid ONNX file: it has no graph");
        if (opset == 0)
            throw new OnnxImportException("not a valid ONNX file: it does not say which opset it uses");
        return new OnnxModel(opset, producer, Graph(graph.Value), functions);
    }

    private static (string Domain, long Version) OperatorSet(ByteRange range)
    {
        string domain = "";
        long version = 0;
        var reader = new ProtobufReader(range, "OperatorSetIdProto");
        while (reader.Next())
        {
            if (reader.Field == 1)
                domain = reader.String();
            else if (reader.Field == 2)
                version = reader.Int64();
            else
                reader.Skip();
        }
        return (domain, version);
    }

    private OnnxGraph Graph(ByteRange range)
    {
        var graph = new OnnxGraph([], new Dictionary<string, OnnxTensor>(StringComparer.Ordinal), [], []);
        var reader = new ProtobufReader(range, "GraphProto");
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    graph.Nodes.Add(Node(reader.Bytes()));
                    break;
                case 5:
                    (string name, OnnxTensor tensor) = Tensor(reader.Bytes());
                    if (graph.Initializers.ContainsKey(name))
                        throw new OnnxImportException($"not a valid ONNX file: two initializers are named '{name}'");
                    graph.Initializers.Add(name, tensor);
                    break;
                case 11:
                    graph.Inputs.Add(ValueInfo(reader.Bytes()));
                    break;
                case 12:
                    graph.Outputs.Add(ValueInfo(reader.Bytes()));
                    break;
                case 15:
                    throw new OnnxImportException("a sparse initializer is not supported; store the weights densely");
                default:
                    reader.Skip();
                    break;
            }
        }
        return graph;
    }

    private OnnxNode Node(ByteRange range)
    {
        string name = "", op = "", domain = "";
        var inputs = new List<string>();
        var outputs = new List<string>();
        var attributes = new Dictionary<string, OnnxAttribute>(StringComparer.Ordinal);
        var reader = new ProtobufReader(range, "NodeProto");
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    inputs.Add(reader.String());
                    break;
                case 2:
                    outputs.Add(reader.String());
                    break;
                case 3:
                    name = reader.String();
                    break;
                case 4:
                    op = reader.String();
                    break;
                case 5:
                    (string key, OnnxAttribute attribute) = Attribute(reader.Bytes());
                    attributes[key] = attribute;
                    break;
                case 7:
                    domain = reader.String();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }
        return new OnnxNode
        {
            Name = name,
            Operator = op,
            Domain = domain is "ai.onnx" ? "" : domain,
            Inputs = inputs,
            Outputs = outputs,
            Attributes = attributes,
        };
    }

    private (string Name, OnnxAttribute Attribute) Attribute(ByteRange range)
    {
        string name = "";
        long type = 0;
        var attribute = new OnnxAttribute();
        var reader = new ProtobufReader(range, "AttributeProto");
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    name = reader.String();
                    break;
                case 2:
                    attribute.Float = reader.Single();
                    break;
                case 3:
                    attribute.Integer = reader.Int64();
                    break;
                case 4:
                    attribute.Text = reader.String();
                    break;
                case 5:
                    attribute.Tensor = Tensor(reader.Bytes()).Tensor;
                    break;
                case 6:
                case 11:
                    attribute.Unsupported = "a subgraph";
                    reader.Skip();
                    break;
                case 7:
                    reader.Singles(attribute.Floats ??= []);
                    break;
                case 8:
                    reader.Int64s(attribute.Integers ??= []);
                    break;
                case 20:
                    type = reader.Int64();
                    break;
                case 21:
                    attribute.Reference = reader.String();
                    break;
                case 22:
                case 23:
                    attribute.Unsupported = "a sparse tensor";
                    reader.Skip();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }
        // AttributeProto.AttributeType: an empty list, a zero or an empty text leaves no field behind, only the type.
        switch (type)
        {
            case 1:
                attribute.Float ??= 0;
                break;
            case 2:
                attribute.Integer ??= 0;
                break;
            case 3:
                attribute.Text ??= "";
                break;
            case 6:
                attribute.Floats ??= [];
                break;
            case 7:
                attribute.Integers ??= [];
                break;
        }
        return (name, attribute);
    }

    private OnnxFunction Function(ByteRange range)
    {
        var function = new OnnxFunction("", "", [], [], new Dictionary<string, OnnxAttribute>(StringComparer.Ordinal), []);
        var reader = new ProtobufReader(range, "FunctionProto");
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    function = function with { Name = reader.String() };
                    break;
                case 4:
                    function.Inputs.Add(reader.String());
                    break;
                case 5:
                    function.Outputs.Add(reader.String());
                    break;
                case 7:
                    function.Nodes.Add(Node(reader.Bytes()));
                    break;
                case 10:
                    function = function with { Domain = reader.String() };
                    break;
                case 11:
                    (string key, OnnxAttribute attribute) = Attribute(reader.Bytes());
                    function.Defaults[key] = attribute;
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }
        return function;
    }

    private static OnnxValueInfo ValueInfo(ByteRange range)
    {
        string name = "";
        var type = ElementType.Undefined;
        int[]? shape = null;
        var reader = new ProtobufReader(range, "ValueInfoProto");
        while (reader.Next())
        {
            if (reader.Field == 1)
            {
                name = reader.String();
            }
            else if (reader.Field == 2)
            {
                var typeReader = new ProtobufReader(reader.Bytes(), "TypeProto");
                while (typeReader.Next())
                {
                    if (typeReader.Field == 1)
                        (type, shape) = TensorType(typeReader.Bytes());
                    else
                        typeReader.Skip();
                }
            }
            else
            {
                reader.Skip();
            }
        }
        return new OnnxValueInfo(name, type, shape);
    }

    private static (ElementType Type, int[]? Shape) TensorType(ByteRange range)
    {
        var type = ElementType.Undefined;
        List<int>? shape = null;
        var reader = new ProtobufReader(range, "TypeProto.Tensor");
        while (reader.Next())
        {
            if (reader.Field == 1)
            {
                type = (ElementType)reader.Int64();
            }
            else if (reader.Field == 2)
            {
                shape = [];
                var shapeReader = new ProtobufReader(reader.Bytes(), "TensorShapeProto");
                while (shapeReader.Next())
                {
                    if (shapeReader.Field == 1)
                        shape.Add(Dimension(shapeReader.Bytes()));
                    else
                        shapeReader.Skip();
                }
            }
            else
            {
                reader.Skip();
            }
        }
        return (type, shape?.ToArray());
    }

    private static int Dimension(ByteRange range)
    {
        long size = -1;
        var reader = new ProtobufReader(range, "TensorShapeProto.Dimension");
        while (reader.Next())
        {
            if (reader.Field == 1)
                size = reader.Int64();
            else
                reader.Skip();
        }
        return size is > 0 and <= int.MaxValue ? (int)size : -1;
    }

    /// <summary>A TensorProto on its own, as the ONNX project's test data has them.</summary>
    public static OnnxTensor ReadTensor(byte[] file) =>
        new OnnxModelReader(new OnnxExternalData(null)).Tensor(new ByteRange(file, 0, file.Length)).Tensor;

    private (string Name, OnnxTensor Tensor) Tensor(ByteRange range)
    {
        string name = "";
        var type = ElementType.Undefined;
        var sizes = new List<long>();
        ByteRange? raw = null;
        List<float>? floats = null;
        List<double>? doubles = null;
        List<long>? integers = null;
        bool external = false;
        var externalEntries = new Dictionary<string, string>(StringComparer.Ordinal);
        var reader = new ProtobufReader(range, "TensorProto");
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    reader.Int64s(sizes);
                    break;
                case 2:
                    type = (ElementType)reader.Int64();
                    break;
                case 3:
                    throw new OnnxImportException("a tensor stored in segments is not supported");
                case 4:
                    reader.Singles(floats ??= []);
                    break;
                case 5:
                case 7:
                case 11:
                    reader.Int64s(integers ??= []);
                    break;
                case 8:
                    name = reader.String();
                    break;
                case 9:
                    raw = reader.Bytes();
                    break;
                case 10:
                    reader.Doubles(doubles ??= []);
                    break;
                case 13:
                    (string key, string value) = StringEntry(reader.Bytes());
                    externalEntries[key] = value;
                    break;
                case 14:
                    external = reader.Int64() == 1;
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        int[] shape = Shape(name, sizes, out int count);
        int size = type.Size();
        if (size == 0)
            throw new OnnxImportException($"tensor '{name}' has elements of type {type}, which is not supported");
        if (external)
            raw = _external.Read(name, externalEntries, (long)count * size);
        if (raw is ByteRange bytes)
        {
            if (bytes.Length != (long)count * size)
                throw new OnnxImportException($"tensor '{name}' of shape {ShapeText.Format(shape)} and type {type} needs {(long)count * size} bytes, found {bytes.Length}");
            return (name, OnnxTensor.FromRaw(type, shape, bytes));
        }
        return (name, Typed(name, type, shape, count, floats, doubles, integers));
    }

    private static OnnxTensor Typed(string name, ElementType type, int[] shape, int count, List<float>? floats, List<double>? doubles, List<long>? integers)
    {
        int found = type switch
        {
            ElementType.Float => floats?.Count ?? 0,
            ElementType.Double => doubles?.Count ?? 0,
            _ => integers?.Count ?? 0,
        };
        if (found != count)
            throw new OnnxImportException($"tensor '{name}' of shape {ShapeText.Format(shape)} and type {type} needs {count} elements, found {found}");
        switch (type)
        {
            case ElementType.Float:
                return OnnxTensor.FromFloats(shape, floats?.ToArray() ?? []);
            case ElementType.Double:
                return OnnxTensor.FromFloats(shape, doubles?.Select(value => (float)value).ToArray() ?? []);
            case ElementType.Float16:
                return OnnxTensor.FromFloats(shape, integers?.Select(bits => HalfPrecision.ToSingle(unchecked((ushort)bits))).ToArray() ?? []);
            case ElementType.BFloat16:
                return OnnxTensor.FromFloats(shape, integers?.Select(bits => HalfPrecision.BrainToSingle(unchecked((ushort)bits))).ToArray() ?? []);
            default:
                return OnnxTensor.FromIntegers(shape, integers?.ToArray() ?? [], type);
        }
    }

    private static int[] Shape(string name, List<long> sizes, out int count)
    {
        if (sizes.Count > 32)
            throw new OnnxImportException($"tensor '{name}' has {sizes.Count} dimensions; 32 are supported");
        long product = 1;
        var shape = new int[sizes.Count];
        for (int i = 0; i < shape.Length; i++)
        {
            if (sizes[i] is < 0 or > int.MaxValue)
                throw new OnnxImportException($"tensor '{name}' has a dimension of size {sizes[i]}");
            shape[i] = (int)sizes[i];
            product *= Math.Max(shape[i], 1);
            if (product > int.MaxValue)
                throw new OnnxImportException($"tensor '{name}' has more than {int.MaxValue} elements");
        }
        count = shape.Contains(0) ? 0 : (int)product;
        return shape;
    }

    private static (string Key, string Value) StringEntry(ByteRange range)
    {
        string key = "", value = "";
        var reader = new ProtobufReader(range, "StringStringEntryProto");
        while (reader.Next())
        {
            if (reader.Field == 1)
                key = reader.String();
            else if (reader.Field == 2)
                value = reader.String();
            else
                reader.Skip();
        }
        return (key, value);
    }
}
