using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Wasm;

namespace GradCam.Numerics;

/// <summary>
/// a b + c, rounded once where the machine can. WebAssembly cannot, and its runtime takes twenty times as long over <c>MultiplyAddEstimate</c>, which it does
/// in software, as over a product and a sum. Elsewhere <see cref="PackedSimd.IsSupported"/> is a constant false, and nothing is left of the question.
/// </summary>
internal static class Fused
{
    /// <summary>a b + c.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float MultiplyAdd(float a, float b, float c) => PackedSimd.IsSupported ? a * b + c : float.MultiplyAddEstimate(a, b, c);

    /// <summary>a b + c, lane by lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> MultiplyAdd(Vector128<float> a, Vector128<float> b, Vector128<float> c) =>
        PackedSimd.IsSupported ? a * b + c : Vector128.MultiplyAddEstimate(a, b, c);

    /// <summary>a b + c, lane by lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> MultiplyAdd(Vector<float> a, Vector<float> b, Vector<float> c) =>
        PackedSimd.IsSupported ? a * b + c : Vector.MultiplyAddEstimate(a, b, c);

    /// <summary>values = values factors + summands, element by element.</summary>
    public static void MultiplyAdd(Span<float> values, ReadOnlySpan<float> factors, ReadOnlySpan<float> summands)
    {
        if (!PackedSimd.IsSupported)
        {
            TensorPrimitives.MultiplyAddEstimate(values, factors, summands, values);
            return;
        }

        TensorPrimitives.Multiply(values, factors, values);
        TensorPrimitives.Add(values, summands, values);
    }
}
