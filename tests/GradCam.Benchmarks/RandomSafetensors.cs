using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace GradCam.Benchmarks;

/// <summary>
/// Random weights of a network in a safetensors file, sized so that activations keep their size from layer to layer (no zeros, infinities or denormal numbers).
/// </summary>
internal static class RandomSafetensors
{
    public static void Write(NetworkInfo info, string path)
    {
        var header = new Dictionary<string, object>();
        long offset = 0;
        foreach (WeightInfo weight in info.Weights)
        {
            long bytes = sizeof(float) * Length(weight);
            long[] place = [offset, offset + bytes];
            header.Add(weight.Name, new Dictionary<string, object> { ["dtype"] = "F32", ["shape"] = weight.Shape, ["data_offsets"] = place });
            offset += bytes;
        }

        byte[] json = Encoding.UTF8.GetBytes(JsonSerializer.Serialize(header).PadRight(8));
        Span<byte> length = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)json.Length);
        using FileStream stream = File.Create(path);
        stream.Write(length);
        stream.Write(json);
        var random = new Random(1);
        foreach (WeightInfo weight in info.Weights)
        {
            var values = new float[Length(weight)];
            (float centre, float spread) = Distribution(weight);
            foreach (ref float value in values.AsSpan())
                value = centre + spread * (2 * random.NextSingle() - 1);
            stream.Write(MemoryMarshal.AsBytes(values.AsSpan()));
        }
    }

    private static int Length(WeightInfo weight) => weight.Shape.Aggregate(1, (product, size) => product * size);

    private static (float Centre, float Spread) Distribution(WeightInfo weight)
    {
        if (weight.Shape.Count >= 2 && weight.Shape[0] != 1)
            return (0, MathF.Sqrt(6f * weight.Shape[0] / Length(weight)));
        bool isFactor = weight.Name.EndsWith("weight", StringComparison.Ordinal) || weight.Name.EndsWith("running_var", StringComparison.Ordinal);
        return isFactor ? (0.8f, 0.2f) : (0, 0.1f);
    }
}
