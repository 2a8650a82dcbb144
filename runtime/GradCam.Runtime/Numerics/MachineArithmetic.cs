using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace GradCam.Numerics;

/// <summary>As the machine is fastest.</summary>
internal sealed class MachineArithmetic : Arithmetic
{
    private MachineArithmetic()
    {
    }

    /// <summary>The only one: it has no state.</summary>
    public static MachineArithmetic Instance { get; } = new();

    public override bool IsReproducible => false;

    public override float Dot(ReadOnlySpan<float> x, ReadOnlySpan<float> y) => TensorPrimitives.Dot(x, y);

    public override double Dot(ReadOnlySpan<double> x, ReadOnlySpan<double> y) => TensorPrimitives.Dot(x, y);

    public override double Sum(ReadOnlySpan<double> x) => TensorPrimitives.Sum(x);

    public override double Norm(ReadOnlySpan<double> x) => TensorPrimitives.Norm(x);

    public override void MultiplyAdd(Span<float> values, ReadOnlySpan<float> factors, ReadOnlySpan<float> summands) =>
        Fused.MultiplyAdd(values, factors, summands);

    public override void AddScaled(ReadOnlySpan<byte> source, float weight, Span<float> destination)
    {
        int i = 0;
        var factor = new Vector<float>(weight);
        ref byte bytes = ref MemoryMarshal.GetReference(source);
        // As many floats as bytes: what is read and written lies within both.
        ref float floats = ref MemoryMarshal.GetReference(destination[..source.Length]);
        for (; i <= source.Length - Vector<byte>.Count; i += Vector<byte>.Count)
        {
            Bytes.Widen(Vector.LoadUnsafe(ref bytes, (nuint)i), out Vector<float> a, out Vector<float> b, out Vector<float> c, out Vector<float> d);
            ref float target = ref Unsafe.Add(ref floats, i);
            AddTo(ref target, a, factor);
            AddTo(ref Unsafe.Add(ref target, Vector<float>.Count), b, factor);
            AddTo(ref Unsafe.Add(ref target, 2 * Vector<float>.Count), c, factor);
            AddTo(ref Unsafe.Add(ref target, 3 * Vector<float>.Count), d, factor);
        }

        for (; i < source.Length; i++)
            destination[i] = Fused.MultiplyAdd(source[i], weight, destination[i]);
    }

    public override float Lerp(float from, float to, float t) => float.Lerp(from, to, t);

    public override double Lerp(double from, double to, double t) => double.Lerp(from, to, t);

    public override void Lerp(ReadOnlySpan<float> from, ReadOnlySpan<float> to, float t, Span<float> destination) =>
        TensorPrimitives.Lerp(from, to, t, destination);

    public override void Sigmoid(ReadOnlySpan<float> x, Span<float> destination) => TensorPrimitives.Sigmoid(x, destination);

    public override void Softmax(ReadOnlySpan<float> x, Span<float> destination)
    {
        // exp(x - max) does not overflow; the quotient is the same.
        TensorPrimitives.Subtract(x, TensorPrimitives.Max(x), destination);
        TensorPrimitives.Exp(destination, destination);
        TensorPrimitives.Divide(destination, TensorPrimitives.Sum<float>(destination), destination);
    }

    public override void Tanh(ReadOnlySpan<float> x, Span<float> destination) => TensorPrimitives.Tanh(x, destination);

    public override double Exp(double x) => Math.Exp(x);

    public override double Log(double x) => Math.Log(x);

    public override double Tanh(double x) => Math.Tanh(x);

    public override double Power(double x, int exponent) => Math.Pow(x, exponent);

    public override void CanonicaliseNaN(Span<float> values)
    {
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddTo(ref float target, Vector<float> value, Vector<float> factor) =>
        Fused.MultiplyAdd(value, factor, Vector.LoadUnsafe(ref target)).StoreUnsafe(ref target);
}
