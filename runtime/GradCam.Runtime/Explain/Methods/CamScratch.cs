using System.Numerics.Tensors;

namespace GradCam.Explain.Methods;

/// <summary>Room for one number a channel, three times over. Grows to the widest layer asked for.</summary>
internal sealed class CamScratch
{
    private float[] _weights = [];
    private double[] _sums = [];
    private double[] _moreSums = [];

    /// <summary>The channels' weights.</summary>
    public Span<float> Weights(int channels) => Grow(ref _weights, channels);

    /// <summary>Zeroed sums. Doubles: a channel of a large map is a sum of tens of thousands of terms that nearly cancel.</summary>
    public Span<double> Sums(int channels) => Zeroed(Grow(ref _sums, channels));

    /// <summary>More zeroed sums.</summary>
    public Span<double> MoreSums(int channels) => Zeroed(Grow(ref _moreSums, channels));

    /// <summary>map[p] = sum over c of w_c A[p, c].</summary>
    public static void WeightedSum(ReadOnlySpan<float> activations, ReadOnlySpan<float> weights, Span<float> map)
    {
        int channels = weights.Length;
        for (int p = 0; p < map.Length; p++)
            map[p] = TensorPrimitives.Dot(activations.Slice(p * channels, channels), weights);
    }

    private static Span<T> Grow<T>(ref T[] array, int length)
    {
        if (array.Length < length)
            array = new T[length];
        return array.AsSpan(0, length);
    }

    private static Span<double> Zeroed(Span<double> span)
    {
        span.Clear();
        return span;
    }
}
