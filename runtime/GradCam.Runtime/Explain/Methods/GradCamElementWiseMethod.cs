using System.Numerics;

namespace GradCam.Explain.Methods;

/// <summary><see cref="CamMethod.GradCamElementWise"/>: map = sum relu(g_c A_c).</summary>
internal static class GradCamElementWiseMethod
{
    public static void Compute(ReadOnlySpan<float> activations, ReadOnlySpan<float> gradients, Span<float> map)
    {
        int channels = activations.Length / map.Length;
        for (int p = 0; p < map.Length; p++)
        {
            ReadOnlySpan<float> a = activations.Slice(p * channels, channels);
            ReadOnlySpan<float> g = gradients.Slice(p * channels, channels);
            Vector<float> sums = Vector<float>.Zero;
            int c = 0;
            for (; c <= channels - Vector<float>.Count; c += Vector<float>.Count)
                sums += Vector.Max(new Vector<float>(g[c..]) * new Vector<float>(a[c..]), Vector<float>.Zero);
            float sum = Vector.Sum(sums);
            for (; c < channels; c++)
                sum += MathF.Max(g[c] * a[c], 0);
            map[p] = sum;
        }
    }
}
