using Microsoft.Win32.SafeHandles;

namespace GradCam.Weights;

/// <summary>
/// Where a tensor lies in an open file. What is read once and soon is read by calls, not from the mapping: a mapped page costs a fault and its unmapping, more
/// than to copy it (in a virtual machine several times as much), and counts as memory of the process.
/// </summary>
/// <param name="Type">The type of its elements.</param>
/// <param name="File">The file.</param>
/// <param name="Offset">Its first byte.</param>
/// <param name="Length">Its bytes.</param>
internal sealed record StoredPlace(WeightType Type, SafeFileHandle File, long Offset, long Length)
{
    /// <summary>Reads some of its bytes. Safe for several threads.</summary>
    /// <returns>False when the file ends before.</returns>
    public bool TryRead(long start, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start + destination.Length, Length);
        for (int done = 0; done < destination.Length;)
        {
            int count = RandomAccess.Read(File, destination[done..], Offset + start + done);
            if (count == 0)
                return false;
            done += count;
        }

        return true;
    }
}
