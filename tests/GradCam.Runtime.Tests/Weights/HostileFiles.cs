namespace GradCam.Tests;

/// <summary>Damaged safetensors files, for both readers of them: the build's and the runtime's.</summary>
internal static class HostileFiles
{
    /// <summary>A small file of every kind of tensor that the mutations start from.</summary>
    public static byte[] Valid { get; } = new SafetensorsBuilder()
        .AddMetadata("format", "pt")
        .Add("conv1.weight", [2, 1, 2, 2], 1, 2, 3, 4, 5, 6, 7, 8)
        .Add("conv1.bias", "F16", [2], [0, 0x3c, 0, 0x40])
        .Add("steps", "I64", [], [1, 0, 0, 0, 0, 0, 0, 0])
        .Add("fc", "BF16", [1, 3], [0x80, 0x3f, 0, 0x40, 0x40, 0x40])
        .Build();

    /// <summary>The file with one to three random edits: bytes, bits, digits, cuts and insertions.</summary>
    public static byte[] Mutate(int seed)
    {
        var random = new Random(seed);
        List<byte> bytes = [.. Valid];
        for (int edits = random.Next(1, 4); edits > 0; edits--)
        {
            int at = random.Next(bytes.Count);
            switch (random.Next(6))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 9), bytes.Count - at));
                    break;
                case 3:
                    bytes.InsertRange(at, bytes.GetRange(random.Next(bytes.Count), 1));
                    break;
                case 4:
                    // A digit for a digit: other numbers, still JSON.
                    int digit = bytes.FindIndex(at, b => b is >= (byte)'0' and <= (byte)'9');
                    if (digit >= 0)
                        bytes[digit] = (byte)('0' + random.Next(10));
                    break;
                default:
                    bytes[^(1 + random.Next(Math.Min(8, bytes.Count)))] = (byte)random.Next(256);
                    break;
            }
            if (bytes.Count == 0)
                break;
        }
        return [.. bytes];
    }
}
