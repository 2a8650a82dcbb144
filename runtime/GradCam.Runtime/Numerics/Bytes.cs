using System.Numerics;
using System.Runtime.CompilerServices;

namespace GradCam.Numerics;

/// <summary>Vectors of bytes to floats.</summary>
internal static class Bytes
{
    /// <summary>The four quarters.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Widen(Vector<byte> source, out Vector<float> a, out Vector<float> b, out Vector<float> c, out Vector<float> d)
    {
        Vector.Widen(source, out Vector<ushort> low, out Vector<ushort> high);
        Vector.Widen(low, out Vector<uint> i, out Vector<uint> j);
        Vector.Widen(high, out Vector<uint> k, out Vector<uint> l);
        // Signed conversion has an instruction everywhere; 0 to 255 is the same in both.
        a = Vector.ConvertToSingle(Vector.AsVectorInt32(i));
        b = Vector.ConvertToSingle(Vector.AsVectorInt32(j));
        c = Vector.ConvertToSingle(Vector.AsVectorInt32(k));
        d = Vector.ConvertToSingle(Vector.AsVectorInt32(l));
    }
}
