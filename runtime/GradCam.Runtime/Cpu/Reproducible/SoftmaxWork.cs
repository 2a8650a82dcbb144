using GradCam.Cpu.Pointwise;
using GradCam.Numerics;

namespace GradCam.Cpu.Reproducible;

/// <summary>exp(x - max x) / sum exp(x - max x) over a pixel's channels, in double precision.</summary>
internal readonly unsafe struct SoftmaxWork(MapView input, MapView output, int channels) : IPixelWork
{
    public void Compute(int y, int x)
    {
        float* source = input.Pixel(y, x), target = output.Pixel(y, x);
        double largest = double.NegativeInfinity;
        for (int c = 0; c < channels; c++)
            largest = Math.Max(largest, source[c]);
        double sum = 0;
        for (int c = 0; c < channels; c++)
            sum += PortableMath.Exp(source[c] - largest);
        for (int c = 0; c < channels; c++)
            target[c] = (float)(PortableMath.Exp(source[c] - largest) / sum);
    }
}

/// <summary>Its gradient from its output y: y (g - sum g y).</summary>
internal readonly unsafe struct SoftmaxGradient(MapView output, MapView outputGradient, MapView inputGradient, int channels, bool accumulate) : IPixelWork
{
    public void Compute(int y, int x)
    {
        float* values = output.Pixel(y, x), gradient = outputGradient.Pixel(y, x), target = inputGradient.Pixel(y, x);
        double product = 0;
        for (int c = 0; c < channels; c++)
            product += (double)gradient[c] * values[c];
        for (int c = 0; c < channels; c++)
        {
            float result = (float)(values[c] * (gradient[c] - product));
            target[c] = accumulate ? target[c] + result : result;
        }
    }
}
