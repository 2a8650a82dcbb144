using System.Numerics.Tensors;

namespace GradCam.Explain.Runs;

/// <summary>A layer's channels as masks of the input: enlarged to its size, half-pixel centres, then minimum to 0 and maximum to 1; zeros where a channel is constant.</summary>
internal sealed class ActivationMasks(MethodRun run)
{
    /// <summary>Beside a channel's range: Score-CAM's.</summary>
    private const float Epsilon = 1e-8f;

    private readonly float[] _channel = new float[run.Shape.Pixels];
    private readonly float[] _mask = new float[run.InputShape.Pixels];
    private int _made = -1;

    /// <summary>A channel's mask, [height, width] of the input; valid until another one is asked for.</summary>
    public ReadOnlySpan<float> Of(int channel)
    {
        if (_made == channel)
            return _mask;
        ReadOnlySpan<float> activations = run.Activations.Span;
        (Tensor shape, Tensor input) = (run.Shape, run.InputShape);
        for (int p = 0; p < _channel.Length; p++)
            _channel[p] = activations[p * shape.Channels + channel];
        MapResize.Resize(_channel, shape.Width, shape.Height, _mask, input.Width, input.Height);
        MinMax(_mask);
        _made = channel;
        return _mask;
    }

    /// <summary>destination = x times a mask, which holds for all channels of the input, times a number.</summary>
    public static void Apply(ReadOnlySpan<float> input, ReadOnlySpan<float> mask, float factor, Span<float> destination)
    {
        int channels = input.Length / mask.Length;
        for (int p = 0, i = 0; p < mask.Length; p++)
        {
            float weight = factor * mask[p];
            for (int end = i + channels; i < end; i++)
                destination[i] = input[i] * weight;
        }
    }

    /// <summary>Minimum to 0, maximum to 1; NaN stays.</summary>
    private static void MinMax(Span<float> values)
    {
        float least = TensorPrimitives.Min<float>(values);
        float largest = TensorPrimitives.Max<float>(values);
        TensorPrimitives.Subtract(values, least, values);
        TensorPrimitives.Divide(values, largest - least + Epsilon, values);
    }
}
