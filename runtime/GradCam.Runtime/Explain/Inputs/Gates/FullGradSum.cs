using GradCam.Numerics;

namespace GradCam.Explain.Inputs.Gates;

/// <summary>The sum of what layers contribute, and of their maps: each channel's magnitudes from 0 to 1, enlarged to the input.</summary>
/// <param name="arithmetic">How maps are enlarged.</param>
/// <param name="height">The input's rows.</param>
/// <param name="width">The input's columns.</param>
internal sealed class FullGradSum(Arithmetic arithmetic, int height, int width)
{
    private readonly double[] _map = new double[height * width];
    private readonly float[] _enlarged = new float[height * width];
    private double[] _sums = [];
    private float[] _layer = [];

    /// <summary>The sum of all contributions.</summary>
    public double Total { get; private set; }

    /// <summary>Begins anew.</summary>
    public void Clear()
    {
        Array.Clear(_map);
        Total = 0;
    }

    /// <summary>Adds a layer. Enlarging is linear, so that the channels' sum is enlarged once.</summary>
    /// <param name="factors">What each channel is multiplied with; empty for 1.</param>
    /// <param name="values">Packed [rows, columns, channels].</param>
    /// <param name="channels">Channels.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Columns.</param>
    public void Add(ReadOnlySpan<float> factors, ReadOnlySpan<float> values, int channels, int rows, int columns)
    {
        int pixels = rows * columns;
        if (_sums.Length < pixels)
            (_sums, _layer) = (new double[pixels], new float[pixels]);
        Span<double> sums = _sums.AsSpan(0, pixels);
        sums.Clear();
        for (int c = 0; c < channels; c++)
        {
            double factor = factors.IsEmpty ? 1 : factors[c];
            (double least, double most, double total) = (double.PositiveInfinity, 0, 0);
            for (int p = 0; p < pixels; p++)
            {
                double product = factor * values[p * channels + c];
                total += product;
                // NaN stays.
                (least, most) = (Math.Min(least, Math.Abs(product)), Math.Max(most, Math.Abs(product)));
            }

            Total += total;
            if (most == least)
                continue;
            for (int p = 0; p < pixels; p++)
                sums[p] += (Math.Abs(factor * values[p * channels + c]) - least) / (most - least);
        }

        Span<float> layer = _layer.AsSpan(0, pixels);
        for (int p = 0; p < pixels; p++)
            layer[p] = (float)sums[p];
        MapResize.Resize(arithmetic, layer, columns, rows, _enlarged, width, height);
        for (int p = 0; p < _map.Length; p++)
            _map[p] += _enlarged[p];
    }

    /// <summary>Writes the map.</summary>
    public void Write(Span<float> map)
    {
        for (int p = 0; p < map.Length; p++)
            map[p] = (float)_map[p];
    }
}
