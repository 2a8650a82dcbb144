using System.Numerics;

namespace GradCam.Explain.Methods;

/// <summary>Sums over the pixels of each channel, in double, channels contiguous.</summary>
internal static class ChannelSums
{
    /// <summary>sums[c] += sum over p of x[p, c].</summary>
    public static void Add(ReadOnlySpan<float> x, Span<double> sums)
    {
        int channels = sums.Length;
        for (int p = 0; p < x.Length; p += channels)
        {
            ReadOnlySpan<float> pixel = x.Slice(p, channels);
            int c = 0;
            for (; c <= channels - Vector<float>.Count; c += Vector<float>.Count)
            {
                Vector.Widen(new Vector<float>(pixel[c..]), out Vector<double> low, out Vector<double> high);
                Accumulate(sums[c..], low, high);
            }

            for (; c < channels; c++)
                sums[c] += pixel[c];
        }
    }

    /// <summary>sums[c] += sum over p of x[p, c] y[p, c]; the products are exact.</summary>
    public static void AddProducts(ReadOnlySpan<float> x, ReadOnlySpan<float> y, Span<double> sums)
    {
        int channels = sums.Length;
        for (int p = 0; p < x.Length; p += channels)
        {
            ReadOnlySpan<float> a = x.Slice(p, channels);
            ReadOnlySpan<float> b = y.Slice(p, channels);
            int c = 0;
            for (; c <= channels - Vector<float>.Count; c += Vector<float>.Count)
            {
                Vector.Widen(new Vector<float>(a[c..]), out Vector<double> aLow, out Vector<double> aHigh);
                Vector.Widen(new Vector<float>(b[c..]), out Vector<double> bLow, out Vector<double> bHigh);
                Accumulate(sums[c..], aLow * bLow, aHigh * bHigh);
            }

            for (; c < channels; c++)
                sums[c] += (double)a[c] * b[c];
        }
    }

    /// <summary>Adds to the first two vectors of sums.</summary>
    public static void Accumulate(Span<double> sums, Vector<double> low, Vector<double> high)
    {
        Span<double> second = sums[Vector<double>.Count..];
        (new Vector<double>(sums) + low).CopyTo(sums);
        (new Vector<double>(second) + high).CopyTo(second);
    }
}
