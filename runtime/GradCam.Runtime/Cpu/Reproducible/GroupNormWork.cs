using GradCam.Cpu.Pointwise;

namespace GradCam.Cpu.Reproducible;

/// <summary>Group norm in double precision: a row of the work is a group. Sums go over the pixels, and within a pixel over the group's channels.</summary>
internal readonly unsafe struct GroupNormWork(
    MapView input, MapView output, MapView weight, MapView bias, double epsilon, Extent size, int groupChannels) : IPixelWork
{
    public void Compute(int group, int column)
    {
        int first = group * groupChannels;
        (double mean, double inverse) = Moments(input, size, first, groupChannels, epsilon);
        for (int y = 0; y < size.Height; y++)
        {
            for (int x = 0; x < size.Width; x++)
            {
                float* source = input.Pixel(y, x), target = output.Pixel(y, x);
                for (int c = first; c < first + groupChannels; c++)
                    target[c] = (float)((source[c] - mean) * inverse * weight.Origin[c] + bias.Origin[c]);
            }
        }
    }

    /// <summary>The mean and 1 / sqrt(variance + epsilon) of a group.</summary>
    public static (double Mean, double Inverse) Moments(MapView map, Extent size, int first, int channels, double epsilon)
    {
        double sum = 0, squares = 0;
        for (int y = 0; y < size.Height; y++)
        {
            for (int x = 0; x < size.Width; x++)
            {
                float* pixel = map.Pixel(y, x) + first;
                for (int c = 0; c < channels; c++)
                    sum += pixel[c];
            }
        }

        double count = (double)size.Height * size.Width * channels, mean = sum / count;
        for (int y = 0; y < size.Height; y++)
        {
            for (int x = 0; x < size.Width; x++)
            {
                float* pixel = map.Pixel(y, x) + first;
                for (int c = 0; c < channels; c++)
                    squares += (pixel[c] - mean) * (pixel[c] - mean);
            }
        }

        return (mean, 1 / Math.Sqrt(squares / count + epsilon));
    }
}

/// <summary>
/// Its gradient: with h = (x - mean) / deviation and u = weight * gradient, (u - mean(u) - h mean(u h)) / deviation, the means those of the group.
/// </summary>
internal readonly unsafe struct GroupNormGradient(
    MapView input, MapView outputGradient, MapView inputGradient, MapView weight, double epsilon, Extent size, int groupChannels, bool accumulate) : IPixelWork
{
    public void Compute(int group, int column)
    {
        int first = group * groupChannels;
        (double mean, double inverse) = GroupNormWork.Moments(input, size, first, groupChannels, epsilon);
        double sum = 0, product = 0;
        for (int y = 0; y < size.Height; y++)
        {
            for (int x = 0; x < size.Width; x++)
            {
                float* source = input.Pixel(y, x), gradient = outputGradient.Pixel(y, x);
                for (int c = first; c < first + groupChannels; c++)
                {
                    double u = (double)weight.Origin[c] * gradient[c];
                    sum += u;
                    product += u * ((source[c] - mean) * inverse);
                }
            }
        }

        double count = (double)size.Height * size.Width * groupChannels;
        for (int y = 0; y < size.Height; y++)
        {
            for (int x = 0; x < size.Width; x++)
            {
                float* source = input.Pixel(y, x), gradient = outputGradient.Pixel(y, x), target = inputGradient.Pixel(y, x);
                for (int c = first; c < first + groupChannels; c++)
                {
                    double u = (double)weight.Origin[c] * gradient[c], h = (source[c] - mean) * inverse;
                    float result = (float)((u - sum / count - h * (product / count)) * inverse);
                    target[c] = accumulate ? target[c] + result : result;
                }
            }
        }
    }
}
