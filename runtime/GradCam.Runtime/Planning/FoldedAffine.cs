using System.ComponentModel;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Wasm;
using GradCam.Numerics;

namespace GradCam.Planning;

/// <summary>A per-channel y = Scale x + Shift, folded in double precision from a bias, a batch norm, a factor and a summand.</summary>
/// <param name="Scale">One factor a channel.</param>
/// <param name="Shift">One summand a channel.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed record FoldedAffine(double[] Scale, double[] Shift)
{
    /// <summary>Folds what follows a layer's product with its weights: the layer's bias, then its affine.</summary>
    /// <param name="weights">The network's weights.</param>
    /// <param name="bias">The layer's bias; none for 0.</param>
    /// <param name="affine">What is applied then.</param>
    /// <param name="channels">Output channels.</param>
    public static FoldedAffine Read(NetworkWeights weights, WeightRef bias, in AffineWeights affine, int channels)
    {
        var scale = new double[channels];
        for (int c = 0; c < channels; c++)
            scale[c] = 1;
        double[] shift = ReadChannels(weights, bias, channels, 0);
        if (affine.Variance.IsPresent)
        {
            float[] gamma = ReadFloats(weights, affine.Weight, channels, 1);
            float[] beta = ReadFloats(weights, affine.Bias, channels, 0);
            float[] mean = ReadFloats(weights, affine.Mean, channels, 0);
            float[] variance = ReadFloats(weights, affine.Variance, channels, 1);
            for (int c = 0; c < channels; c++)
            {
                double factor = gamma[c] / Math.Sqrt(variance[c] + affine.Epsilon);
                scale[c] = factor;
                shift[c] = (shift[c] - mean[c]) * factor + beta[c];
            }
        }

        if (affine.Scale.IsPresent)
        {
            double[] factor = ReadChannels(weights, affine.Scale, channels, 1);
            for (int c = 0; c < channels; c++)
            {
                scale[c] *= factor[c];
                shift[c] *= factor[c];
            }
        }

        if (affine.Shift.IsPresent)
        {
            double[] summand = ReadChannels(weights, affine.Shift, channels, 0);
            for (int c = 0; c < channels; c++)
                shift[c] += summand[c];
        }

        return new FoldedAffine(scale, shift);
    }

    /// <summary>Whether the factors change nothing.</summary>
    public bool IsShiftAlone { get; } = AreOnes(Scale);

    /// <summary>Multiplies weights by an output channel's factor: in double precision, rounded once.</summary>
    public void ScaleInPlace(int channel, Span<float> weights)
    {
        if (IsShiftAlone)
            return;
        if (PackedSimd.IsSupported)
            MultiplyInSingle(weights, (float)Scale[channel]);
        else
            Multiply(weights, Scale[channel]);
    }

    /// <summary>Writes the summands of some channels in single precision, and zeros behind the last.</summary>
    public void WriteShift(int channel, int count, Span<float> destination)
    {
        for (int i = 0; i < count; i++)
            destination[i] = (float)Shift[channel + i];
        destination[count..].Clear();
    }

    private static bool AreOnes(double[] values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            if (values[i] != 1)
                return false;
        }

        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Multiply(Span<float> values, double factor)
    {
        int i = 0;
        var factors = new Vector<double>(factor);
        ref float first = ref MemoryMarshal.GetReference(values);
        int whole = values.Length - values.Length % Vector<float>.Count;
        for (; i < whole; i += Vector<float>.Count)
        {
            ref float part = ref Unsafe.Add(ref first, i);
            Doubles.Widen(Vector.LoadUnsafe(ref part), out Vector<double> low, out Vector<double> high);
            Doubles.Narrow(low * factors, high * factors).StoreUnsafe(ref part);
        }

        for (; i < values.Length; i++)
            values[i] = (float)(values[i] * factor);
    }

    /// <summary>WebAssembly's: the factor is rounded too, as the conversions cost more than the rest of loading.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe void MultiplyInSingle(Span<float> values, float factor)
    {
        Vector128<float> factors = Vector128.Create(factor);
        int whole = values.Length & ~15;
        fixed (float* first = values)
        {
            nint from = (nint)first;
            for (nint end = from + whole * sizeof(float); from < end; from += 64)
            {
                (Vector128.Load((float*)from) * factors).Store((float*)from);
                (Vector128.Load((float*)(from + 16)) * factors).Store((float*)(from + 16));
                (Vector128.Load((float*)(from + 32)) * factors).Store((float*)(from + 32));
                (Vector128.Load((float*)(from + 48)) * factors).Store((float*)(from + 48));
            }
        }

        for (int i = whole; i < values.Length; i++)
            values[i] *= factor;
    }

    /// <summary>Reads one value a channel: the tensor's, or its only one for all channels, or <paramref name="absent"/> where there is none.</summary>
    public static double[] ReadChannels(NetworkWeights weights, WeightRef reference, int channels, double absent)
    {
        var values = new double[channels];
        if (!reference.IsPresent && absent == 0)
            return values;
        float[] read = ReadFloats(weights, reference, channels, (float)absent);
        for (int c = 0; c < channels; c++)
            values[c] = read[c];
        return values;
    }

    private static float[] ReadFloats(NetworkWeights weights, WeightRef reference, int channels, float absent)
    {
        float[] read = reference.IsPresent ? weights.Read(reference) : [absent];
        if (read.Length == channels)
            return read;
        var values = new float[channels];
        for (int c = 0; c < channels; c++)
            values[c] = read.Length == 1 ? read[0] : read[c];
        return values;
    }
}
