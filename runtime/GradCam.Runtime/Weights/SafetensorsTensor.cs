namespace GradCam.Weights;

/// <summary>One tensor of a safetensors header.</summary>
/// <param name="Name">Its key.</param>
/// <param name="Type">The type of its elements.</param>
/// <param name="TypeName">The type as the file names it.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="Begin">First byte, counted from the end of the header.</param>
/// <param name="End">The byte after its last.</param>
internal sealed record SafetensorsTensor(string Name, WeightType Type, string TypeName, int[] Shape, long Begin, long End)
{
    /// <summary>Bytes.</summary>
    public long Length => End - Begin;

    /// <summary>Elements.</summary>
    public long Count
    {
        get
        {
            long count = 1;
            foreach (int size in Shape)
                count *= size;
            return count;
        }
    }
}
