namespace GradCam.Weights.Format;

/// <summary>One tensor of a safetensors header.</summary>
/// <param name="name">Its key.</param>
/// <param name="type">The type of its elements as the file names it: F32, F16, BF16, I64 …</param>
/// <param name="shape">Its shape; a size above <see cref="int.MaxValue"/>, which no network can read, is given as that.</param>
/// <param name="count">Elements.</param>
/// <param name="begin">First byte, counted from the end of the header.</param>
/// <param name="end">The byte after its last.</param>
internal sealed class SafetensorsTensor(string name, string type, int[] shape, long count, long begin, long end)
{
    public string Name { get; } = name;

    public string Type { get; } = type;

    public int[] Shape { get; } = shape;

    public long Count { get; } = count;

    public long Begin { get; } = begin;

    public long End { get; } = end;

    /// <summary>Bytes.</summary>
    public long Length => End - Begin;
}
