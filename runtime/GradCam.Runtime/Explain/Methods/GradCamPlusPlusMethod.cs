using System.Numerics;

namespace GradCam.Explain.Methods;

/// <summary>
/// <see cref="CamMethod.GradCamPlusPlus"/>: a = g^2 / (2 g^2 + g^3 sum(A_c) + 1e-6), 0 where g is 0; w_c = sum(a relu(g_c)); map = sum w_c A_c.
/// </summary>
internal static class GradCamPlusPlusMethod
{
    private const double Epsilon = 1e-6;

    public static void Compute(ReadOnlySpan<float> activations, ReadOnlySpan<float> gradients, CamScratch scratch, Span<float> map)
    {
        int channels = activations.Length / map.Length;
        Span<double> activationSums = scratch.Sums(channels);
        ChannelSums.Add(activations, activationSums);
        Span<double> weightSums = scratch.MoreSums(channels);
        for (int p = 0; p < gradients.Length; p += channels)
            AddTerms(gradients.Slice(p, channels), activationSums, weightSums);

        Span<float> weights = scratch.Weights(channels);
        for (int c = 0; c < channels; c++)
            weights[c] = (float)weightSums[c];
        CamScratch.WeightedSum(activations, weights, map);
    }

    /// <summary>Adds a relu(g) of one pixel. relu(g) is 0 for g up to 0, so that a matters for positive g (and NaN) alone.</summary>
    private static void AddTerms(ReadOnlySpan<float> gradients, ReadOnlySpan<double> activationSums, Span<double> weightSums)
    {
        int c = 0;
        for (; c <= gradients.Length - Vector<float>.Count; c += Vector<float>.Count)
        {
            Vector.Widen(new Vector<float>(gradients[c..]), out Vector<double> low, out Vector<double> high);
            ReadOnlySpan<double> sums = activationSums[c..];
            ChannelSums.Accumulate(weightSums[c..], Term(low, new Vector<double>(sums)), Term(high, new Vector<double>(sums[Vector<double>.Count..])));
        }

        for (; c < gradients.Length; c++)
        {
            double g = gradients[c];
            weightSums[c] += g <= 0 ? 0 : g * g * g / (2 * g * g + g * g * g * activationSums[c] + Epsilon);
        }
    }

    private static Vector<double> Term(Vector<double> g, Vector<double> activationSum)
    {
        Vector<double> square = g * g;
        Vector<double> cube = square * g;
        Vector<double> term = cube / (2 * square + cube * activationSum + new Vector<double>(Epsilon));
        return Vector.ConditionalSelect(Vector.LessThanOrEqual(g, Vector<double>.Zero), Vector<double>.Zero, term);
    }
}
