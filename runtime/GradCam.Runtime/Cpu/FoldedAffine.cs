using System.Runtime.CompilerServices;

namespace GradCam.Cpu;

/// <summary>A per-channel y = Scale x + Shift, folded in double precision from a bias, a batch norm, a factor and a summand.</summary>
/// <param name="Scale">One factor a channel.</param>
/// <param name="Shift">One summand a channel.</param>
internal sealed record FoldedAffine(double[] Scale, double[] Shift)
{
    /// <summary>Folds what follows a layer's product with its weights: the layer's bias, then its affine.</summary>
    /// <param name="plan">Where the weights are read.</param>
    /// <param name="bias">The layer's bias; none for 0.</param>
    /// <param name="affine">What is applied then.</param>
    /// <param name="channels">Output channels.</param>
    public static FoldedAffine Read(CpuPlan plan, WeightRef bias, in AffineWeights affine, int channels)
    {
        var scale = new double[channels];
        Array.Fill(scale, 1);
        double[] shift = ReadChannels(plan, bias, channels, 0);
        if (affine.Variance.IsPresent)
        {
            double[] gamma = ReadChannels(plan, affine.Weight, channels, 1);
            double[] beta = ReadChannels(plan, affine.Bias, channels, 0);
            double[] mean = ReadChannels(plan, affine.Mean, channels, 0);
            double[] variance = ReadChannels(plan, affine.Variance, channels, 1);
            for (int c = 0; c < channels; c++)
            {
                double factor = gamma[c] / Math.Sqrt(variance[c] + affine.Epsilon);
                scale[c] = factor;
                shift[c] = (shift[c] - mean[c]) * factor + beta[c];
            }
        }

        if (affine.Scale.IsPresent)
        {
            double[] factor = ReadChannels(plan, affine.Scale, channels, 1);
            for (int c = 0; c < channels; c++)
            {
                scale[c] *= factor[c];
                shift[c] *= factor[c];
            }
        }

        if (affine.Shift.IsPresent)
        {
            double[] summand = ReadChannels(plan, affine.Shift, channels, 0);
            for (int c = 0; c < channels; c++)
                shift[c] += summand[c];
        }

        return new FoldedAffine(scale, shift);
    }

    /// <summary>Multiplies the weights of each output channel, the tensor's first axis, by its factor, in place.</summary>
    public Span<float> FoldInto(Span<float> weights, int channels)
    {
        if (Array.TrueForAll(Scale, scale => scale == 1))
            return weights;
        int length = weights.Length / channels;
        for (int c = 0; c < channels; c++)
            Multiply(weights.Slice(c * length, length), Scale[c]);
        return weights;
    }

    /// <summary>The same where output channels are the second axis: [groups * inputs, outputs, taps].</summary>
    public Span<float> FoldIntoSecondAxis(Span<float> weights, int groups, int inputs, int outputs)
    {
        int taps = weights.Length / (groups * inputs * outputs);
        for (int row = 0; row < groups * inputs; row++)
        {
            for (int o = 0; o < outputs; o++)
                Multiply(weights.Slice((row * outputs + o) * taps, taps), Scale[row / inputs * outputs + o]);
        }

        return weights;
    }

    /// <summary>The summands in single precision.</summary>
    public float[] ToBias() => Array.ConvertAll(Shift, value => (float)value);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Multiply(Span<float> values, double factor)
    {
        foreach (ref float value in values)
            value = (float)(value * factor);
    }

    /// <summary>Reads one value a channel: the tensor's, or its only one for all channels, or <paramref name="absent"/> where there is none.</summary>
    public static double[] ReadChannels(CpuPlan plan, WeightRef reference, int channels, double absent)
    {
        var values = new double[channels];
        if (!reference.IsPresent)
        {
            Array.Fill(values, absent);
            return values;
        }

        float[] read = plan.Read(reference);
        for (int c = 0; c < channels; c++)
            values[c] = read.Length == 1 ? read[0] : read[c];
        return values;
    }
}
