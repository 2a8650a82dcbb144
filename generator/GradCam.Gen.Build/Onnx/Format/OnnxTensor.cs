namespace GradCam.Gen.Build.Onnx;

/// <summary>TensorProto.DataType: how a tensor's elements are stored.</summary>
internal enum ElementType
{
    Undefined = 0,
    Float = 1,
    UInt8 = 2,
    Int8 = 3,
    UInt16 = 4,
    Int16 = 5,
    Int32 = 6,
    Int64 = 7,
    String = 8,
    Bool = 9,
    Float16 = 10,
    Double = 11,
    UInt32 = 12,
    UInt64 = 13,
    Complex64 = 14,
    Complex128 = 15,
    BFloat16 = 16,
}

internal static class ElementTypes
{
    /// <summary>True for the types that hold real numbers.</summary>
    public static bool IsFloat(this ElementType type) =>
        type is ElementType.Float or ElementType.Float16 or ElementType.Double or ElementType.BFloat16;

    /// <summary>Bytes an element in raw data; 0 for types that are not supported.</summary>
    public static int Size(this ElementType type) => type switch
    {
        ElementType.UInt8 or ElementType.Int8 or ElementType.Bool => 1,
        ElementType.UInt16 or ElementType.Int16 or ElementType.Float16 or ElementType.BFloat16 => 2,
        ElementType.Float or ElementType.Int32 or ElementType.UInt32 => 4,
        ElementType.Double or ElementType.Int64 or ElementType.UInt64 => 8,
        _ => 0,
    };
}

/// <summary>A constant: an initializer of the file, an attribute, or what constant folding made of them. Row-major.</summary>
internal sealed class OnnxTensor
{
    /// <summary>The most dimensions that a tensor may have.</summary>
    public const int MaximumRank = 32;

    private readonly ByteRange _raw;
    private readonly float[]? _floats;
    private readonly long[]? _integers;

    private OnnxTensor(ElementType type, int[] shape, ByteRange raw, float[]? floats, long[]? integers)
    {
        Type = type;
        Shape = shape;
        _raw = raw;
        _floats = floats;
        _integers = integers;
        if (shape.Length > MaximumRank)
            throw new OnnxImportException($"a constant of {shape.Length} dimensions; {MaximumRank} are supported");
        Count = 1;
        foreach (int size in shape)
            Count = checked(Count * size);
    }

    /// <summary>The elements' type.</summary>
    public ElementType Type { get; }

    /// <summary>The sizes; empty for a scalar.</summary>
    public int[] Shape { get; }

    /// <summary>Number of elements.</summary>
    public int Count { get; }

    /// <summary>The raw little-endian elements, where the tensor still lies in the file as it was.</summary>
    public ByteRange? Raw => _raw.Buffer is null ? null : _raw;

    /// <summary>A tensor whose elements lie in the file; the caller has checked the length.</summary>
    public static OnnxTensor FromRaw(ElementType type, int[] shape, ByteRange raw) => new(type, shape, raw, null, null);

    /// <summary>Real numbers.</summary>
    public static OnnxTensor FromFloats(int[] shape, float[] values) => new(ElementType.Float, shape, default, values, null);

    /// <summary>Whole numbers.</summary>
    public static OnnxTensor FromIntegers(int[] shape, long[] values, ElementType type = ElementType.Int64) => new(type, shape, default, null, values);

    /// <summary>The same elements in another shape.</summary>
    public OnnxTensor Reshape(int[] shape) => new(Type, shape, _raw, _floats, _integers);

    /// <summary>The elements as single-precision numbers. The caller does not change them.</summary>
    public float[] ToFloats()
    {
        if (_floats is not null)
            return _floats;
        var values = new float[Count];
        if (_integers is null && Type == ElementType.Float)
        {
            Buffer.BlockCopy(_raw.Buffer, _raw.Start, values, 0, values.Length * sizeof(float));
            return values;
        }
        for (int i = 0; i < values.Length; i++)
            values[i] = Real(i);
        return values;
    }

    /// <summary>The elements as whole numbers (real ones are truncated). The caller does not change them.</summary>
    public long[] ToIntegers()
    {
        if (_integers is not null)
            return _integers;
        var values = new long[Count];
        for (int i = 0; i < values.Length; i++)
            values[i] = Whole(i);
        return values;
    }

    /// <summary>One element as a single-precision number.</summary>
    public float Real(int index)
    {
        if (_floats is not null)
            return _floats[index];
        if (_integers is not null)
            return _integers[index];
        int at = _raw.Start + index * Type.Size();
        return Type switch
        {
            ElementType.Float => BitConverter.ToSingle(_raw.Buffer, at),
            ElementType.Double => (float)BitConverter.ToDouble(_raw.Buffer, at),
            ElementType.Float16 => HalfPrecision.ToSingle(BitConverter.ToUInt16(_raw.Buffer, at)),
            ElementType.BFloat16 => HalfPrecision.BrainToSingle(BitConverter.ToUInt16(_raw.Buffer, at)),
            _ => RawInteger(at),
        };
    }

    /// <summary>One element as a whole number; a real one is truncated.</summary>
    public long Whole(int index)
    {
        if (_integers is not null)
            return _integers[index];
        if (_floats is null && !Type.IsFloat())
            return RawInteger(_raw.Start + index * Type.Size());
        float value = Real(index);
        return value is >= -9.2e18f and <= 9.2e18f ? (long)value : 0;
    }

    private long RawInteger(int at)
    {
        byte[] buffer = _raw.Buffer;
        return Type switch
        {
            ElementType.Int8 => unchecked((sbyte)buffer[at]),
            ElementType.UInt8 or ElementType.Bool => buffer[at],
            ElementType.Int16 => BitConverter.ToInt16(buffer, at),
            ElementType.UInt16 => BitConverter.ToUInt16(buffer, at),
            ElementType.Int32 => BitConverter.ToInt32(buffer, at),
            ElementType.UInt32 => BitConverter.ToUInt32(buffer, at),
            ElementType.UInt64 => unchecked((long)BitConverter.ToUInt64(buffer, at)),
            _ => BitConverter.ToInt64(buffer, at),
        };
    }
}
