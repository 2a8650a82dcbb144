using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Wasm;

namespace GradCam.Numerics;

/// <summary>Vectors of floats to doubles and back: <c>Vector.Widen</c> and <c>Narrow</c>, for which WebAssembly's runtime takes no instructions.</summary>
internal static class Doubles
{
    /// <summary>The lower half and the upper half in double precision.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Widen(Vector<float> value, out Vector<double> low, out Vector<double> high)
    {
        if (!PackedSimd.IsSupported)
        {
            Vector.Widen(value, out low, out high);
            return;
        }

        Vector128<float> four = value.AsVector128();
        low = PackedSimd.ConvertToDoubleLower(four).AsVector();
        high = PackedSimd.ConvertToDoubleLower(Vector128.Shuffle(four, Vector128.Create(2, 3, 2, 3))).AsVector();
    }

    /// <summary>Both halves rounded to floats.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Narrow(Vector<double> low, Vector<double> high)
    {
        if (!PackedSimd.IsSupported)
            return Vector.Narrow(low, high);
        // Each fills the lower half of a vector, with zeros above.
        Vector128<float> upper = Vector128.Shuffle(PackedSimd.ConvertToSingle(high.AsVector128()), Vector128.Create(2, 3, 0, 1));
        return (PackedSimd.ConvertToSingle(low.AsVector128()) | upper).AsVector();
    }
}
