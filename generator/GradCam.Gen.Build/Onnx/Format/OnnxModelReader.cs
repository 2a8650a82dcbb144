using System.Text;

namespace GradCam.Gen.Build.Onnx;

/// <summary>
/// Decodes the parts of a ModelProto that the import reads (field numbers from onnx.proto3). Subgraphs and training information are stepped over, so the
/// messages nest to a fixed depth. As protobuf wants it, of a field that is there several times the last value counts, and messages are merged.
/// </summary>
internal sealed class OnnxModelReader
{
    // What objects take on the heap, generously: .NET for 64 bits, with what growing lists leave behind.
    private const int NodeSize = 400, EntrySize = 32, AttributeSize = 320, TensorSize = 400, ValueSize = 400;

    /// <summary>Bytes of the longest text among attributes and metadata.</summary>
    private const int MaximumText = 1 << 16;

    /// <summary>What an attribute-less node has; nobody writes to it.</summary>
    private static readonly Dictionary<string, OnnxAttribute> NoAttributes = new(StringComparer.Ordinal);

    private readonly OnnxExternalData _external;
    private readonly ImportBudget _budget;
    private readonly NamePool _names;

    private OnnxModelReader(string? directory, ImportBudget budget)
    {
        _external = new OnnxExternalData(directory, budget);
        _budget = budget;
        _names = new NamePool(budget);
    }

    /// <summary>Decodes a model.</summary>
    /// <param name="file">The file's bytes.</param>
    /// <param name="directory">Where external data may lie; null to reject it.</param>
    /// <param name="budget">What may be allocated.</param>
    /// <exception cref="OnnxImportException">The bytes are not a valid model.</exception>
    public static OnnxModel Read(byte[] file, string? directory, ImportBudget? budget = null) =>
        new OnnxModelReader(directory, budget ?? new ImportBudget(file.Length)).Model(new ByteRange(file, 0, file.Length));

    /// <summary>A TensorProto on its own, as the ONNX project's test data has them.</summary>
    public static OnnxTensor ReadTensor(byte[] file)
    {
        var reader = new OnnxModelReader(null, new ImportBudget(file.Length));
        (string name, OnnxTensor? tensor, string? unusable) = reader.Tensor(new ByteRange(file, 0, file.Length));
        return tensor ?? throw new OnnxImportException($"tensor '{name}' {unusable}");
    }

    private OnnxModel Model(ByteRange range)
    {
        int opset = 0;
        ByteRange producer = default, version = default;
        var graph = default(Parts);
        var functions = new Dictionary<string, OnnxFunction>(StringComparer.Ordinal);
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        var reader = new ProtobufReader(range, "ModelProto");
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 2:
                    producer = reader.Bytes();
                    break;
                case 3:
                    version = reader.Bytes();
                    break;
                case 7:
                    graph.Add(reader.Bytes(), _budget);
                    break;
                case 8:
                    (string domain, long number) = OperatorSet(reader.Bytes());
                    if (domain is "" or "ai.onnx")
                        opset = (int)Math.Min(Math.Max(number, 0), 1000);
                    break;
                case 14:
                    (string key, string value) = StringEntry(reader.Bytes());
                    metadata[key] = value;
                    break;
                case 25:
                    OnnxFunction function = Function(reader.Bytes());
                    _budget.Charge(2 * (function.Domain.Length + function.Name.Length), "functions");
                    functions[function.Domain + "." + function.Name] = function;
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }
        if (graph.IsEmpty)
            throw new OnnxImportException("not a valid ONNX file: it has no graph");
        if (opset == 0)
            throw new OnnxImportException("not a valid ONNX file: it does not say which opset it uses");
        return new OnnxModel(opset, $"{Text(producer)} {Text(version)}".Trim(), Graph(graph.Whole(_budget)), functions)
        {
            Metadata = metadata,
            ExternalFiles = _external.Files,
        };
    }

    private (string Domain, long Version) OperatorSet(ByteRange range)
    {
        string domain = "";
        long version = 0;
        var reader = new ProtobufReader(range, "OperatorSetIdProto");
        while (reader.Next())
        {
            if (reader.Field == 1)
                domain = _names.Get(reader.Bytes());
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
                    (string name, OnnxTensor? tensor, string? unusable) = Tensor(reader.Bytes());
                    if (graph.Initializers.ContainsKey(name) || graph.Unusable.ContainsKey(name))
                        throw new OnnxImportException($"not a valid ONNX file: two initializers are named '{name}'");
                    if (tensor is not null)
                        graph.Initializers.Add(name, tensor);
                    else
                        graph.Unusable.Add(name, unusable!);
                    break;
                case 11:
                    graph.Inputs.Add(ValueInfo(reader.Bytes()));
                    break;
                case 12:
                    graph.Outputs.Add(ValueInfo(reader.Bytes()));
                    break;
                case 15:
                    graph.Unusable[SparseName(reader.Bytes())] = "is a sparse initializer, which is not supported; store the weights densely";
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }
        return graph;
    }

    /// <summary>The name of a SparseTensorProto: that of its values.</summary>
    private string SparseName(ByteRange range)
    {
        _budget.Charge(TensorSize, "sparse initializers");
        string name = "";
        var reader = new ProtobufReader(range, "SparseTensorProto");
        while (reader.Next())
        {
            if (reader.Field != 1)
            {
                reader.Skip();
                continue;
            }
            var values = new ProtobufReader(reader.Bytes(), "TensorProto");
            while (values.Next())
            {
                if (values.Field == 8)
                    name = _names.Get(values.Bytes());
                else
                    values.Skip();
            }
        }
        return name;
    }

    private OnnxNode Node(ByteRange range)
    {
        _budget.Charge(NodeSize, "nodes");
        string name = "", op = "", domain = "";
        List<string> inputs = [], outputs = [];
        Dictionary<string, OnnxAttribute>? attributes = null;
        var reader = new ProtobufReader(range, "NodeProto");
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    Append(inputs, reader.Bytes());
                    break;
                case 2:
                    Append(outputs, reader.Bytes());
                    break;
                case 3:
                    name = _names.Get(reader.Bytes());
                    break;
                case 4:
                    op = _names.Get(reader.Bytes());
                    break;
                case 5:
                    (string key, OnnxAttribute attribute) = Attribute(reader.Bytes());
                    (attributes ??= new Dictionary<string, OnnxAttribute>(StringComparer.Ordinal))[key] = attribute;
                    break;
                case 7:
                    domain = _names.Get(reader.Bytes());
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }
        if (op.Length == 0)
            throw new OnnxImportException($"not a valid ONNX file: node '{(name.Length > 0 ? name : outputs.FirstOrDefault())}' has no operator");
        return new OnnxNode
        {
            Name = name,
            Operator = op,
            Domain = domain is "ai.onnx" ? "" : domain,
            Inputs = inputs,
            Outputs = outputs,
            Attributes = attributes ?? NoAttributes,
        };
    }

    private void Append(List<string> names, ByteRange name)
    {
        _budget.Charge(EntrySize, "lists of names");
        names.Add(_names.Get(name));
    }

    private (string Name, OnnxAttribute Attribute) Attribute(ByteRange range)
    {
        _budget.Charge(AttributeSize, "attributes");
        string name = "";
        long type = 0;
        int floats = 0, integers = 0;
        var tensor = default(Parts);
        var attribute = new OnnxAttribute();
        var reader = new ProtobufReader(range, "AttributeProto");
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    name = _names.Get(reader.Bytes());
                    break;
                case 2:
                    attribute.Float = reader.Single();
                    break;
                case 3:
                    attribute.Integer = reader.Int64();
                    break;
                case 4:
                    ByteRange text = reader.Bytes();
                    if (text.Length > NamePool.MaximumLength)
                        attribute.Unsupported = $"a text of {text.Length} bytes";
                    else
                        attribute.Text = _names.Get(text);
                    break;
                case 5:
                    tensor.Add(reader.Bytes(), _budget);
                    break;
                case 6:
                case 11:
                    attribute.Unsupported = "a subgraph";
                    reader.Skip();
                    break;
                case 7:
                    floats += reader.Fixed(4).Length / 4;
                    break;
                case 8:
                    integers = checked(integers + reader.CountInt64s());
                    break;
                case 20:
                    type = reader.Int64();
                    break;
                case 21:
                    attribute.Reference = _names.Get(reader.Bytes());
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
        if (!tensor.IsEmpty)
        {
            (string tensorName, OnnxTensor? value, string? unusable) = Tensor(tensor.Whole(_budget));
            attribute.Tensor = value;
            if (value is null)
                attribute.Unsupported = $"a tensor ('{tensorName}') that {unusable}";
        }
        if (floats + (long)integers > 0)
            Lists(range, attribute, floats, integers);
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

    /// <summary>Reads an attribute's lists once it is known how long they are.</summary>
    private void Lists(ByteRange range, OnnxAttribute attribute, int floats, int integers)
    {
        _budget.Charge(sizeof(float) * (long)floats + sizeof(long) * (long)integers, "attributes");
        var reals = new float[floats];
        var wholes = new long[integers];
        int realsAt = 0, wholesAt = 0;
        var reader = new ProtobufReader(range, "AttributeProto");
        while (reader.Next())
        {
            if (reader.Field == 7)
            {
                ByteRange bytes = reader.Fixed(4);
                Buffer.BlockCopy(bytes.Buffer, bytes.Start, reals, realsAt, bytes.Length);
                realsAt += bytes.Length;
            }
            else if (reader.Field == 8)
            {
                reader.Int64s(wholes, ref wholesAt);
            }
            else
            {
                reader.Skip();
            }
        }
        attribute.Floats = floats > 0 ? reals : null;
        attribute.Integers = integers > 0 ? wholes : null;
    }

    private OnnxFunction Function(ByteRange range)
    {
        _budget.Charge(NodeSize, "functions");
        var function = new OnnxFunction("", "", [], [], new Dictionary<string, OnnxAttribute>(StringComparer.Ordinal), []);
        string name = "", domain = "";
        var reader = new ProtobufReader(range, "FunctionProto");
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    name = _names.Get(reader.Bytes());
                    break;
                case 4:
                    Append(function.Inputs, reader.Bytes());
                    break;
                case 5:
                    Append(function.Outputs, reader.Bytes());
                    break;
                case 7:
                    function.Nodes.Add(Node(reader.Bytes()));
                    break;
                case 10:
                    domain = _names.Get(reader.Bytes());
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
        return function with { Name = name, Domain = domain };
    }

    private OnnxValueInfo ValueInfo(ByteRange range)
    {
        _budget.Charge(ValueSize, "inputs and outputs");
        string name = "";
        var type = default(Parts);
        var reader = new ProtobufReader(range, "ValueInfoProto");
        while (reader.Next())
        {
            if (reader.Field == 1)
                name = _names.Get(reader.Bytes());
            else if (reader.Field == 2)
                type.Add(reader.Bytes(), _budget);
            else
                reader.Skip();
        }
        var tensor = default(Parts);
        var typeReader = new ProtobufReader(type.Whole(_budget), "TypeProto");
        while (typeReader.Next())
        {
            if (typeReader.Field == 1)
                tensor.Add(typeReader.Bytes(), _budget);
            else
                typeReader.Skip();
        }
        (ElementType element, int[]? shape) = TensorType(tensor.Whole(_budget), name);
        return new OnnxValueInfo(name, element, shape);
    }

    private static (ElementType Type, int[]? Shape) TensorType(ByteRange range, string name)
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
                shape ??= [];
                var shapeReader = new ProtobufReader(reader.Bytes(), "TensorShapeProto");
                while (shapeReader.Next())
                {
                    if (shapeReader.Field != 1)
                        shapeReader.Skip();
                    else if (shape.Count < OnnxTensor.MaximumRank)
                        shape.Add(Dimension(shapeReader.Bytes()));
                    else
                        throw new OnnxImportException($"'{name}' has more than {OnnxTensor.MaximumRank} dimensions");
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

    /// <summary>A tensor; or why it cannot be used.</summary>
    private (string Name, OnnxTensor? Tensor, string? Unusable) Tensor(ByteRange range)
    {
        _budget.Charge(TensorSize, "tensors");
        string name = "";
        var type = ElementType.Undefined;
        var sizes = new long[OnnxTensor.MaximumRank];
        int rank = 0;
        ByteRange? raw = null;
        long floats = 0, doubles = 0, integers = 0;
        bool external = false, segments = false;
        Dictionary<string, string>? entries = null;
        var reader = new ProtobufReader(range, "TensorProto");
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    ProtobufReader again = reader;
                    int more = again.CountInt64s();
                    if (rank + (long)more > sizes.Length)
                        throw new OnnxImportException($"tensor '{name}' has more than {sizes.Length} dimensions");
                    reader.Int64s(sizes, ref rank);
                    break;
                case 2:
                    type = (ElementType)reader.Int64();
                    break;
                case 3:
                    segments = true;
                    reader.Skip();
                    break;
                case 4:
                    floats += reader.Fixed(4).Length / 4;
                    break;
                case 5:
                case 7:
                case 11:
                    integers += reader.CountInt64s();
                    break;
                case 8:
                    name = _names.Get(reader.Bytes());
                    break;
                case 9:
                    raw = reader.Bytes();
                    break;
                case 10:
                    doubles += reader.Fixed(8).Length / 8;
                    break;
                case 13:
                    (string key, string value) = StringEntry(reader.Bytes());
                    (entries ??= new Dictionary<string, string>(StringComparer.Ordinal))[key] = value;
                    break;
                case 14:
                    external = reader.Int64() == 1;
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        if (segments)
            return (name, null, "is stored in segments, which is not supported");
        int[] shape = Shape(name, sizes, rank, out int count);
        int size = type.Size();
        if (size == 0)
            return (name, null, $"has elements of type {type}, which is not supported");
        if (external)
            raw = _external.Read(name, entries ?? new Dictionary<string, string>(StringComparer.Ordinal), (long)count * size);
        if (raw is ByteRange bytes)
        {
            return bytes.Length == (long)count * size
                ? (name, OnnxTensor.FromRaw(type, shape, bytes), null)
                : throw new OnnxImportException(
                    $"tensor '{name}' of shape {ShapeText.Format(shape)} and type {type} needs {(long)count * size} bytes, found {bytes.Length}");
        }
        (int field, long found) = type switch
        {
            ElementType.Float => (4, floats),
            ElementType.Double => (10, doubles),
            _ => (0, integers),
        };
        if (found != count)
            throw new OnnxImportException($"tensor '{name}' of shape {ShapeText.Format(shape)} and type {type} needs {count} elements, found {found}");
        return (name, OnnxTensor.FromRaw(type, shape, Typed(range, field, count, size)), null);
    }

    /// <summary>A tensor's elements from the fields of numbers, as raw data has them. Packed real numbers are that already.</summary>
    /// <param name="range">The tensor.</param>
    /// <param name="field">The field of real numbers; 0 for whole ones.</param>
    /// <param name="count">Elements.</param>
    /// <param name="size">Bytes an element.</param>
    private ByteRange Typed(ByteRange range, int field, int count, int size)
    {
        byte[]? buffer = null;
        int at = 0;
        var reader = new ProtobufReader(range, "TensorProto");
        while (reader.Next())
        {
            if (field > 0 && reader.Field == field)
            {
                ByteRange bytes = reader.Fixed(size);
                if (bytes.Length == (long)count * size && count > 0)
                    return bytes;
                Buffer.BlockCopy(bytes.Buffer, bytes.Start, buffer ??= NewBuffer(), at, bytes.Length);
                at += bytes.Length;
            }
            else if (field == 0 && reader.Field is 5 or 7 or 11)
            {
                buffer ??= NewBuffer();
                reader.Int64s(buffer, size, ref at);
            }
            else
            {
                reader.Skip();
            }
        }
        return new ByteRange(buffer ?? [], 0, at);

        byte[] NewBuffer()
        {
            _budget.Charge((long)count * size, "tensors");
            return new byte[checked(count * size)];
        }
    }

    private static int[] Shape(string name, long[] sizes, int rank, out int count)
    {
        long product = 1;
        var shape = new int[rank];
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

    private (string Key, string Value) StringEntry(ByteRange range)
    {
        string key = "";
        ByteRange value = default;
        var reader = new ProtobufReader(range, "StringStringEntryProto");
        while (reader.Next())
        {
            if (reader.Field == 1)
                key = _names.Get(reader.Bytes());
            else if (reader.Field == 2)
                value = reader.Bytes();
            else
                reader.Skip();
        }
        return (key, Text(value));
    }

    /// <summary>A text of the exporter's, cut off where it is very long.</summary>
    private string Text(ByteRange bytes)
    {
        int length = Math.Min(bytes.Length, MaximumText);
        _budget.Charge(64 + 2L * length, "texts");
        return length == 0 ? "" : Encoding.UTF8.GetString(bytes.Buffer, bytes.Start, length);
    }

    /// <summary>An embedded message, which a file may give in parts: put together it is their concatenation.</summary>
    private struct Parts
    {
        private ByteRange _first;
        private List<ByteRange>? _more;

        public readonly bool IsEmpty => _first.Buffer is null;

        public void Add(ByteRange range, ImportBudget budget)
        {
            if (IsEmpty)
            {
                _first = range;
                return;
            }
            budget.Charge(2 * EntrySize, "messages in parts");
            (_more ??= []).Add(range);
        }

        public readonly ByteRange Whole(ImportBudget budget)
        {
            if (_more is null)
                return IsEmpty ? new ByteRange([], 0, 0) : _first;
            long length = _first.Length + _more.Sum(part => (long)part.Length);
            budget.Charge(length, "messages in parts");
            var whole = new byte[checked((int)length)];
            int at = 0;
            foreach (ByteRange part in _more.Prepend(_first))
            {
                Buffer.BlockCopy(part.Buffer, part.Start, whole, at, part.Length);
                at += part.Length;
            }
            return new ByteRange(whole, 0, at);
        }
    }
}
