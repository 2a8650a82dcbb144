using System.Numerics.Tensors;

namespace GradCam.Explain.Runs;

/// <summary>
/// A layer's channels as masks of the input: enlarged to its size, half-pixel centres, then minimum to 0 and maximum to 1; zeros where a channel is constant.
/// </summary>
/// <remarks>
/// Enlarging is linear, so that the few rows of the layer are widened and normalised, and what is left for each row of the input is one interpolation, with the
/// input's channels side by side: a mask costs little beside a forward pass.
/// </remarks>
internal sealed class ActivationMasks
{
    /// <summary>Beside a channel's range: Score-CAM's.</summary>
    private const float Epsilon = 1e-8f;

    private readonly MethodRun _run;
    private readonly ResizeAxis _columns;
    private readonly ResizeAxis _lines;
    private readonly float[] _narrow;
    private readonly float[] _wide;
    private readonly float[] _row;
    private int _made = -1;

    public ActivationMasks(MethodRun run)
    {
        _run = run;
        (Tensor shape, Tensor input) = (run.Shape, run.InputShape);
        _columns = new ResizeAxis(shape.Width, 0, input.Width, 0, input.Width, alignCorners: false);
        _lines = new ResizeAxis(shape.Height, 0, input.Height, 0, input.Height, alignCorners: false);
        _narrow = new float[shape.Height * input.Width];
        _wide = new float[shape.Height * RowLength];
        _row = new float[input.Width];
    }

    private int RowLength => _run.InputShape.Width * _run.InputShape.Channels;

    /// <summary>values = x times a channel's mask, which holds for all channels of the input, times a number.</summary>
    public void Apply(int channel, float factor, Span<float> values)
    {
        Make(channel);
        ReadOnlySpan<float> input = _run.Input;
        for (int y = 0; y < _lines.End; y++)
        {
            Span<float> row = values.Slice(y * RowLength, RowLength);
            Enlarge(_wide, y, row);
            if (factor != 1)
                TensorPrimitives.Multiply(row, factor, row);
            TensorPrimitives.Multiply(row, input.Slice(y * RowLength, RowLength), row);
        }
    }

    /// <summary>A channel's mask, [height, width] of the input.</summary>
    public void Write(int channel, Span<float> mask)
    {
        Make(channel);
        for (int y = 0; y < _lines.End; y++)
            Enlarge(_narrow, y, mask.Slice(y * _row.Length, _row.Length));
    }

    /// <summary>values = x times a mask, [height, width], which holds for all channels of the input.</summary>
    public static void Apply(ReadOnlySpan<float> input, ReadOnlySpan<float> mask, Span<float> values)
    {
        int channels = input.Length / mask.Length;
        for (int p = 0, i = 0; p < mask.Length; p++)
        {
            for (int end = i + channels; i < end; i++)
                values[i] = input[i] * mask[p];
        }
    }

    /// <summary>Widens the channel's rows, and brings them to the range of the enlarged map.</summary>
    private void Make(int channel)
    {
        if (_made == channel)
            return;
        ReadOnlySpan<float> activations = _run.Activations.Span;
        (Tensor shape, int width, int channels) = (_run.Shape, _row.Length, _run.InputShape.Channels);
        _made = channel;
        // Between equal numbers lie others, by rounding.
        if (IsConstant(activations, channel, shape.Channels))
        {
            Array.Clear(_narrow);
            Array.Clear(_wide);
            return;
        }

        for (int y = 0; y < shape.Height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                (int before, int after, float t) = _columns.Between(x);
                int row = y * shape.Width;
                float left = activations[(row + before) * shape.Channels + channel];
                float right = activations[(row + after) * shape.Channels + channel];
                _narrow[y * width + x] = _run.Arithmetic.Lerp(left, right, t);
            }
        }

        float least = float.PositiveInfinity;
        float largest = float.NegativeInfinity;
        for (int y = 0; y < _lines.End; y++)
        {
            Enlarge(_narrow, y, _row);
            least = MathF.Min(least, TensorPrimitives.Min<float>(_row));
            largest = MathF.Max(largest, TensorPrimitives.Max<float>(_row));
        }

        TensorPrimitives.Subtract(_narrow, least, _narrow);
        TensorPrimitives.Divide(_narrow, largest - least + Epsilon, _narrow);
        for (int i = 0; i < _narrow.Length; i++)
            _wide.AsSpan(i * channels, channels).Fill(_narrow[i]);
    }

    private static bool IsConstant(ReadOnlySpan<float> activations, int channel, int channels)
    {
        for (int i = channel; i < activations.Length; i += channels)
        {
            if (activations[i] != activations[channel])
                return false;
        }

        return true;
    }

    /// <summary>A row of the input's height, of rows of the layer's.</summary>
    private void Enlarge(float[] rows, int y, Span<float> row)
    {
        (int above, int below, float t) = _lines.Between(y);
        _run.Arithmetic.Lerp(rows.AsSpan(above * row.Length, row.Length), rows.AsSpan(below * row.Length, row.Length), t, row);
    }
}
