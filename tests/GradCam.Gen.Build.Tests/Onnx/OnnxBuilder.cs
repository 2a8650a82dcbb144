using System.Text;

namespace GradCam.Gen.Build.Tests.Onnx;

/// <summary>Writes ONNX files byte by byte: right ones, and wrong ones that no library would write.</summary>
internal sealed class OnnxBuilder
{
    private readonly List<byte[]> _graph = [];

    public int Opset { get; init; } = 17;

    /// <summary>A small network of convolution, batch norm, relu, pooling and a linear layer, as PyTorch exports it.</summary>
    public static byte[] Small { get; } = new OnnxBuilder()
        .Input("image", 1, 3, 8, 8)
        .Output("logits")
        .Floats("conv.weight", [4, 3, 3, 3]).Floats("conv.bias", [4])
        .Floats("bn.weight", [4]).Floats("bn.bias", [4]).Floats("bn.mean", [4]).Floats("bn.var", [4])
        .Floats("fc.weight", [5, 4]).Floats("fc.bias", [5])
        .Integers("shape", 0, -1)
        .Node("Conv", ["image", "conv.weight", "conv.bias"], ["c"], Ints("pads", 1, 1, 1, 1), Ints("strides", 2, 2))
        .Node("BatchNormalization", ["c", "bn.weight", "bn.bias", "bn.mean", "bn.var"], ["b"], Float("epsilon", 0.001f))
        .Node("Sigmoid", ["b"], ["s"]).Node("Mul", ["b", "s"], ["silu"])
        .Node("GlobalAveragePool", ["silu"], ["pooled"])
        .Node("Reshape", ["pooled", "shape"], ["flat"])
        .Node("Gemm", ["flat", "fc.weight", "fc.bias"], ["logits"], Int("transB", 1))
        .ToArray();

    public OnnxBuilder Input(string name, params long[] shape) =>
        Add(11, Text(1, name), Message(2, Message(1, Number(1, 1), Message(2, [.. shape.SelectMany(size => Message(1, Number(1, size)))]))));

    public OnnxBuilder Output(string name) => Add(12, Text(1, name));

    public OnnxBuilder Node(string op, string[] inputs, string[] outputs, params byte[][] attributes) =>
        Add(1, [.. inputs.Select(input => Text(1, input)), .. outputs.Select(output => Text(2, output)), Text(4, op), .. attributes]);

    /// <summary>An initializer of real numbers: 0.1, 0.2, …</summary>
    public OnnxBuilder Floats(string name, params long[] shape)
    {
        int count = (int)shape.Aggregate(1L, (product, size) => product * size);
        return Floats(name, shape, [.. Enumerable.Range(1, count).Select(i => i % 7 / 10f)]);
    }

    public OnnxBuilder Floats(string name, long[] shape, float[] values) => Tensor(name, shape, 1, [.. values.SelectMany(BitConverter.GetBytes)]);

    public OnnxBuilder Integers(string name, params long[] values) => Tensor(name, [values.Length], 7, [.. values.SelectMany(BitConverter.GetBytes)]);

    public OnnxBuilder Integers(string name, long[] shape, params long[] values) => Tensor(name, shape, 7, [.. values.SelectMany(BitConverter.GetBytes)]);

    public OnnxBuilder Tensor(string name, long[] shape, int type, byte[] raw) =>
        Add(5, [.. shape.Select(size => Number(1, size)), Number(2, type), Text(8, name), Bytes(9, raw)]);

    /// <summary>Any field of the graph.</summary>
    public OnnxBuilder Add(int field, params byte[][] content)
    {
        _graph.Add(Message(field, content));
        return this;
    }

    public byte[] ToArray() => [.. Number(1, 8), .. Text(2, "test"), .. Message(8, Number(2, Opset)), .. Message(7, [.. _graph])];

    public static byte[] Int(string name, long value) => Message(5, Text(1, name), Number(3, value), Number(20, 2));

    public static byte[] Float(string name, float value) => Message(5, Text(1, name), [2 << 3 | 5, .. BitConverter.GetBytes(value)], Number(20, 1));

    public static byte[] Ints(string name, params long[] values) => Message(5, [Text(1, name), .. values.Select(value => Number(8, value)), Number(20, 7)]);

    public static byte[] String(string name, string value) => Message(5, Text(1, name), Text(4, value), Number(20, 3));

    public static byte[] Number(int field, long value) => [.. Varint((ulong)field << 3), .. Varint((ulong)value)];

    public static byte[] Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    public static byte[] Message(int field, params byte[][] content) => Bytes(field, [.. content.SelectMany(bytes => bytes)]);

    public static byte[] Bytes(int field, byte[] value) => [.. Varint((ulong)field << 3 | 2), .. Varint((ulong)value.Length), .. value];

    public static byte[] Varint(ulong value)
    {
        var bytes = new List<byte>();
        for (; value >= 128; value >>= 7)
            bytes.Add((byte)(value | 128));
        return [.. bytes, (byte)value];
    }
}
