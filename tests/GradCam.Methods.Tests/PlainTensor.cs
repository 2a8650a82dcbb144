namespace GradCam.Methods.Tests;

/// <summary>Maps [channels, height, width] in double precision, and what networks do with them, written as it is read.</summary>
internal sealed class PlainTensor(int channels, int height, int width)
{
    public int Channels => channels;

    public int Height => height;

    public int Width => width;

    public int Pixels => height * width;

    public double[] Values { get; } = new double[channels * height * width];

    public double this[int c, int y, int x]
    {
        get => Values[(c * height + y) * width + x];
        set => Values[(c * height + y) * width + x] = value;
    }

    public static PlainTensor Of(int channels, int height, int width, ReadOnlySpan<float> chw)
    {
        var tensor = new PlainTensor(channels, height, width);
        for (int i = 0; i < chw.Length; i++)
            tensor.Values[i] = chw[i];
        return tensor;
    }

    public PlainTensor Map(Func<double, int, double> function)
    {
        var result = new PlainTensor(channels, height, width);
        for (int i = 0; i < Values.Length; i++)
            result.Values[i] = function(Values[i], i);
        return result;
    }

    public PlainTensor Relu() => Map((v, _) => Math.Max(v, 0));

    public PlainTensor Add(PlainTensor other) => Map((v, i) => v + other.Values[i]);

    public double[] Channel(int c) => Values.AsSpan(c * Pixels, Pixels).ToArray();

    public double[] Means() => [.. Enumerable.Range(0, channels).Select(c => Channel(c).Average())];

    public PlainTensor Convolve(float[] weight, float[] bias, int stride, int pad)
    {
        int outputs = bias.Length;
        var result = new PlainTensor(outputs, (height + 2 * pad - 3) / stride + 1, (width + 2 * pad - 3) / stride + 1);
        for (int o = 0; o < outputs; o++)
        {
            for (int y = 0; y < result.Height; y++)
            {
                for (int x = 0; x < result.Width; x++)
                {
                    double sum = bias[o];
                    for (int c = 0; c < channels; c++)
                    {
                        for (int i = 0; i < 3; i++)
                        {
                            for (int j = 0; j < 3; j++)
                            {
                                (int sy, int sx) = (y * stride + i - pad, x * stride + j - pad);
                                if (sy >= 0 && sx >= 0 && sy < height && sx < width)
                                    sum += (double)weight[((o * channels + c) * 3 + i) * 3 + j] * this[c, sy, sx];
                            }
                        }
                    }

                    result[o, y, x] = sum;
                }
            }
        }

        return result;
    }

    /// <summary>Bilinear, half-pixel centres.</summary>
    public PlainTensor Resize(int newHeight, int newWidth)
    {
        var result = new PlainTensor(channels, newHeight, newWidth);
        for (int c = 0; c < channels; c++)
        {
            for (int y = 0; y < newHeight; y++)
            {
                for (int x = 0; x < newWidth; x++)
                {
                    double sy = Math.Clamp((y + 0.5) * height / newHeight - 0.5, 0, height - 1);
                    double sx = Math.Clamp((x + 0.5) * width / newWidth - 0.5, 0, width - 1);
                    (int y0, int x0) = ((int)sy, (int)sx);
                    (int y1, int x1) = (Math.Min(y0 + 1, height - 1), Math.Min(x0 + 1, width - 1));
                    (double ty, double tx) = (sy - y0, sx - x0);
                    result[c, y, x] = (1 - ty) * ((1 - tx) * this[c, y0, x0] + tx * this[c, y0, x1]) + ty * ((1 - tx) * this[c, y1, x0] + tx * this[c, y1, x1]);
                }
            }
        }

        return result;
    }
}
