using System.Numerics.Tensors;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Wasm;

namespace GradCam.Numerics;

/// <summary>Whether numbers are finite.</summary>
internal static class Finite
{
    /// <summary>True where none is NaN or infinite. WebAssembly's runtime takes the framework's own question for single numbers in software.</summary>
    public static unsafe bool All(ReadOnlySpan<float> values)
    {
        if (!PackedSimd.IsSupported)
            return TensorPrimitives.IsFiniteAll(values);

        // A finite number times zero is a zero, of either sign; the others' is NaN, and so is every sum with it.
        Vector128<float> zero = default, zeros = default;
        float sum = 0;
        fixed (float* first = values)
        {
            nint from = (nint)first;
            nint end = from + (values.Length & ~15) * sizeof(float);
            for (; from < end; from += 64)
            {
                zeros += Vector128.Load((float*)from) * zero + Vector128.Load((float*)(from + 16)) * zero;
                zeros += Vector128.Load((float*)(from + 32)) * zero + Vector128.Load((float*)(from + 48)) * zero;
            }
        }

        for (int i = values.Length & ~15; i < values.Length; i++)
            sum += values[i] * 0;
        return sum + Vector128.Sum(zeros) == 0;
    }
}
