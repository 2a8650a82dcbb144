using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.Wasm;

namespace GradCam.Numerics;

/// <summary>Whether numbers are finite.</summary>
internal static class Finite
{
    /// <summary>True where none is NaN or infinite. WebAssembly's runtime takes the framework's own question for single numbers in software.</summary>
    public static bool All(ReadOnlySpan<float> values)
    {
        if (!PackedSimd.IsSupported)
            return TensorPrimitives.IsFiniteAll(values);

        // A finite number times zero is a zero, of either sign; the others' is NaN, and so is every sum with it.
        Vector<float> zeros = Vector<float>.Zero;
        ref float first = ref MemoryMarshal.GetReference(values);
        int i = 0;
        for (; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
            zeros += Vector.LoadUnsafe(ref first, (nuint)i) * Vector<float>.Zero;
        float sum = Vector.Sum(zeros);
        for (; i < values.Length; i++)
            sum += values[i] * 0;
        return sum == 0;
    }
}
