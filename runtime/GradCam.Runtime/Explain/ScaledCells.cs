using System.Buffers;
using System.Numerics.Tensors;
using GradCam.Numerics;

namespace GradCam.Explain;

/// <summary>A heatmap's cells in the numbers of a scale; to be disposed of.</summary>
internal readonly ref struct ScaledCells
{
    private readonly float[]? _rented;
    private readonly float _least;

    public ScaledCells(HeatmapBuffer buffer, HeatmapScale scale)
    {
        if (scale.Normalisation is < HeatmapNormalisation.MinMax or > HeatmapNormalisation.None)
            throw new ArgumentOutOfRangeException(nameof(scale), scale.Normalisation, "Expected MinMax, Max, Percentile or None.");
        bool isNormalised = scale.Normalisation != HeatmapNormalisation.None;
        _least = !isNormalised ? float.NegativeInfinity : scale.IsSigned && scale.Normalisation != HeatmapNormalisation.MinMax ? -1 : 0;
        if (!scale.IsSigned && scale.Normalisation == HeatmapNormalisation.MinMax)
        {
            Values = buffer.Values;
            return;
        }

        if (scale.IsSigned && !isNormalised)
        {
            Values = buffer.Raw;
            return;
        }

        _rented = ArrayPool<float>.Shared.Rent(buffer.Raw.Length);
        Span<float> cells = _rented.AsSpan(0, buffer.Raw.Length);
        if (scale.IsSigned)
            buffer.Raw.CopyTo(cells);
        else
            TensorPrimitives.Max(buffer.Raw, 0, cells);
        if (isNormalised)
            Normalise(buffer, cells, scale);
        Values = cells;
    }

    /// <summary>[height, width].</summary>
    public ReadOnlySpan<float> Values { get; }

    /// <summary>Cuts off what a resampling of the cells made larger or smaller than they may be.</summary>
    public void Clamp(Span<float> map)
    {
        if (_least > float.NegativeInfinity)
            TensorPrimitives.Clamp(map, _least, 1, map);
    }

    public void Dispose()
    {
        if (_rented is not null)
            ArrayPool<float>.Shared.Return(_rented);
    }

    private static void Normalise(HeatmapBuffer buffer, Span<float> cells, HeatmapScale scale)
    {
        bool isFinite = buffer.IsFinite;
        float zero = isFinite && scale.Normalisation == HeatmapNormalisation.MinMax ? TensorPrimitives.Min<float>(cells) : 0;
        float one = !isFinite ? 0 : scale.Normalisation switch
        {
            HeatmapNormalisation.MinMax => TensorPrimitives.Max<float>(cells),
            HeatmapNormalisation.Max => MathF.Abs(TensorPrimitives.MaxMagnitude<float>(cells)),
            _ => Percentile(buffer.Arithmetic, cells, scale.PercentileOfMagnitudes),
        };
        if (one <= zero)
        {
            cells.Clear();
            return;
        }

        // In doubles: the range of finite floats may be beyond them.
        for (int i = 0; i < cells.Length; i++)
            cells[i] = (float)(((double)cells[i] - zero) / ((double)one - zero));
        TensorPrimitives.Clamp(cells, -1, 1, cells);
    }

    /// <summary>numpy.percentile of the magnitudes; the largest where that is 0.</summary>
    private static float Percentile(Arithmetic arithmetic, ReadOnlySpan<float> cells, double percentile)
    {
        float[] rented = ArrayPool<float>.Shared.Rent(cells.Length);
        Span<float> sorted = rented.AsSpan(0, cells.Length);
        TensorPrimitives.Abs(cells, sorted);
        sorted.Sort();
        double position = percentile / 100 * (sorted.Length - 1);
        int below = (int)position;
        double value = arithmetic.Lerp((double)sorted[below], sorted[Math.Min(below + 1, sorted.Length - 1)], position - below);
        float found = (float)value > 0 ? (float)value : sorted[^1];
        ArrayPool<float>.Shared.Return(rented);
        return found;
    }
}
