using GradCam.Cpu.Normalization;
using GradCam.Cpu.Pointwise;
using GradCam.Numerics;

namespace GradCam.Cpu.Reproducible;

/// <summary>Local response normalisation over a pixel's channels, in double precision: x_c s_c^-beta, s_c = k + alpha / size * (sum of x^2 around c).</summary>
internal readonly unsafe struct LocalResponseNormWork(MapView input, MapView output, LocalResponseNorm op, int channels) : IPixelWork
{
    public void Compute(int y, int x)
    {
        float* source = input.Pixel(y, x), target = output.Pixel(y, x);
        for (int c = 0; c < channels; c++)
            target[c] = (float)(source[c] * Power(Denominator(source, c, op, channels), -op.Beta));
    }

    /// <summary>s_c.</summary>
    public static double Denominator(float* x, int channel, in LocalResponseNorm op, int channels)
    {
        var neighbours = new Neighbourhood(op.Size, channels);
        double sum = 0;
        for (int i = Math.Max(channel - neighbours.Before, 0); i <= Math.Min(channel + neighbours.After, channels - 1); i++)
            sum += (double)x[i] * x[i];
        return op.Bias + (double)op.Alpha / op.Size * sum;
    }

    /// <summary>s to a power.</summary>
    public static double Power(double s, double exponent) =>
        // What C says of the others is the same in all libraries.
        double.IsNormal(s) && s > 0 ? PortableMath.Exp(exponent * PortableMath.Log(s)) : Math.Pow(s, exponent);
}

/// <summary>
/// Its gradient: g_c s_c^-beta - 2 alpha beta / size * x_c * (sum of g_i x_i s_i^(-beta - 1) over the channels i in whose neighbourhood c is).
/// </summary>
internal readonly unsafe struct LocalResponseNormGradient(
    MapView input, MapView outputGradient, MapView inputGradient, LocalResponseNorm op, int channels, bool accumulate) : IPixelWork
{
    public void Compute(int y, int x)
    {
        float* source = input.Pixel(y, x), gradient = outputGradient.Pixel(y, x), target = inputGradient.Pixel(y, x);
        Neighbourhood around = new Neighbourhood(op.Size, channels).Reversed;
        for (int c = 0; c < channels; c++)
        {
            double sum = 0;
            for (int i = Math.Max(c - around.Before, 0); i <= Math.Min(c + around.After, channels - 1); i++)
            {
                double s = LocalResponseNormWork.Denominator(source, i, op, channels);
                sum += (double)gradient[i] * source[i] * LocalResponseNormWork.Power(s, -op.Beta - 1);
            }

            double own = gradient[c] * LocalResponseNormWork.Power(LocalResponseNormWork.Denominator(source, c, op, channels), -op.Beta);
            float result = (float)(own - 2.0 * op.Alpha * op.Beta / op.Size * source[c] * sum);
            target[c] = accumulate ? target[c] + result : result;
        }
    }
}
