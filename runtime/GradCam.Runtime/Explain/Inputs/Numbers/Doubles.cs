using System.Numerics.Tensors;

namespace GradCam.Explain.Inputs.Numbers;

/// <summary>Maps between single and double precision.</summary>
internal static class Doubles
{
    public static double[] Of(ReadOnlySpan<float> values)
    {
        double[] result = new double[values.Length];
        TensorPrimitives.ConvertTruncating(values, result);
        return result;
    }

    public static void Round(ReadOnlySpan<double> values, Span<float> destination)
    {
        for (int i = 0; i < values.Length; i++)
            destination[i] = (float)values[i];
    }
}
