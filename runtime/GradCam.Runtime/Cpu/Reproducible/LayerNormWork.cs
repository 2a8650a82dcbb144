using GradCam.Cpu.Pointwise;

namespace GradCam.Cpu.Reproducible;

/// <summary>Layer norm of a pixel over its channels, in double precision.</summary>
internal readonly unsafe struct LayerNormWork(MapView input, MapView output, MapView weight, MapView bias, double epsilon, int channels) : IPixelWork
{
    public void Compute(int y, int x)
    {
        float* source = input.Pixel(y, x), target = output.Pixel(y, x), w = weight.Origin, b = bias.Origin;
        (double mean, double inverse) = Moments(source, channels, epsilon);
        for (int c = 0; c < channels; c++)
            target[c] = (float)((source[c] - mean) * inverse * w[c] + b[c]);
    }

    /// <summary>The mean and 1 / sqrt(variance + epsilon).</summary>
    public static (double Mean, double Inverse) Moments(float* x, int count, double epsilon)
    {
        double sum = 0;
        for (int i = 0; i < count; i++)
            sum += x[i];
        double mean = sum / count, squares = 0;
        for (int i = 0; i < count; i++)
            squares += (x[i] - mean) * (x[i] - mean);
        return (mean, 1 / Math.Sqrt(squares / count + epsilon));
    }
}

/// <summary>
/// Its gradient: with h = (x - mean) / deviation and u = weight * gradient, (u - mean(u) - h mean(u h)) / deviation.
/// </summary>
internal readonly unsafe struct LayerNormGradient(
    MapView input, MapView outputGradient, MapView inputGradient, MapView weight, double epsilon, int channels, bool accumulate) : IPixelWork
{
    public void Compute(int y, int x)
    {
        float* source = input.Pixel(y, x), gradient = outputGradient.Pixel(y, x), target = inputGradient.Pixel(y, x), w = weight.Origin;
        (double mean, double inverse) = LayerNormWork.Moments(source, channels, epsilon);
        double sum = 0, product = 0;
        for (int c = 0; c < channels; c++)
        {
            double u = (double)w[c] * gradient[c];
            sum += u;
            product += u * ((source[c] - mean) * inverse);
        }

        for (int c = 0; c < channels; c++)
        {
            double u = (double)w[c] * gradient[c], h = (source[c] - mean) * inverse;
            float result = (float)((u - sum / channels - h * (product / channels)) * inverse);
            target[c] = accumulate ? target[c] + result : result;
        }
    }
}
