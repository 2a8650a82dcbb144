using System.Buffers.Binary;
using System.Runtime.InteropServices;
using GradCam.Gen.Build.Safetensors;
using GradCam.Gen.Model;
using GradCam.Weights.Format;

namespace GradCam.Gen.Export;

/// <summary>A safetensors file, read tensor by tensor as single-precision numbers.</summary>
internal sealed class WeightFile : IDisposable
{
    private readonly FileStream _stream;
    private readonly Dictionary<string, SafetensorsTensor> _tensors;
    private readonly long _dataStart;

    private WeightFile(FileStream stream, IReadOnlyList<SafetensorsTensor> tensors)
    {
        _stream = stream;
        _dataStart = stream.Position;
        Tensors = tensors;
        _tensors = tensors.ToDictionary(tensor => tensor.Name);
    }

    public IReadOnlyList<SafetensorsTensor> Tensors { get; }

    /// <summary>Opens a file.</summary>
    /// <exception cref="SpecException">It cannot be read or is damaged.</exception>
    public static WeightFile Open(string path)
    {
        FileStream? stream = null;
        try
        {
            stream = File.OpenRead(path);
            return new WeightFile(stream, SafetensorsReader.Read(stream).Tensors);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or WeightFormatException)
        {
            stream?.Dispose();
            throw new SpecException($"{path}: {exception.Message}", exception);
        }
    }

    /// <summary>The header as the passes take it.</summary>
    public WeightManifest Manifest(string name) =>
        new(name, "", null, Tensors.Select(tensor => new TensorEntry(tensor.Name, tensor.Type, tensor.Shape.ToEquatableArray())).ToEquatableArray());

    /// <summary>A tensor's elements, row-major.</summary>
    public float[] Read(string name)
    {
        SafetensorsTensor tensor = _tensors[name];
        var bytes = new byte[tensor.End - tensor.Begin];
        _stream.Position = _dataStart + tensor.Begin;
        _stream.ReadExactly(bytes);
        switch (tensor.Type)
        {
            case "F32":
                return MemoryMarshal.Cast<byte, float>(bytes).ToArray();
            case "F16":
                return Convert(bytes, 2, static source => (float)BinaryPrimitives.ReadHalfLittleEndian(source));
            case "BF16":
                return Convert(bytes, 2, static source => BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(source) << 16));
            case "F64":
                return Convert(bytes, 8, static source => (float)BinaryPrimitives.ReadDoubleLittleEndian(source));
            default:
                throw new SpecException($"{_stream.Name}: tensor '{name}' has elements of type {tensor.Type}; real numbers are supported");
        }
    }

    public void Dispose() => _stream.Dispose();

    private delegate float Element(ReadOnlySpan<byte> source);

    private static float[] Convert(byte[] bytes, int size, Element element)
    {
        var values = new float[bytes.Length / size];
        for (int i = 0; i < values.Length; i++)
            values[i] = element(bytes.AsSpan(i * size, size));
        return values;
    }
}
