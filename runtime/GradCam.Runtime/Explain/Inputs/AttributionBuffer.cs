using System.Numerics.Tensors;
using GradCam.Numerics;

namespace GradCam.Explain.Inputs;

/// <summary>What an <see cref="Attribution"/> looks at: a session's, which the session's next call overwrites, or a copy's, which stays.</summary>
internal sealed class AttributionBuffer(InputInfo info, Arithmetic arithmetic)
{
    private readonly Tensor _input = info.Tensor;
    private float[] _values = [];
    private volatile int _version;

    /// <summary>Counts the calls that overwrote the buffer.</summary>
    public int Version => _version;

    /// <summary>Channels of the values: the input's, or 1.</summary>
    public int Channels { get; private set; }

    /// <summary>The values, packed [height, width, channels].</summary>
    public FeatureMaps Values => new(Span, new Tensor(0, Channels, _input.Height, _input.Width));

    /// <summary>The values, to be written.</summary>
    public Span<float> Span => _values.AsSpan(0, _input.Pixels * Channels);

    public HeatmapBuffer Map { get; private init; } = new(arithmetic) { LayerName = info.Name };

    public double Score { get; set; }

    public double? CompletenessDelta { get; set; }

    public long Forwards { get; set; }

    public long Backwards { get; set; }

    public InputMethod Method { get; set; } = InputMethod.Saliency;

    public bool IsFinite { get; private set; }

    /// <summary>Makes all attributions and heatmaps that look at this buffer invalid.</summary>
    public void Invalidate()
    {
        _version++;
        Map.Invalidate();
    }

    /// <summary>Gives the values their number of channels, and clears them. Allocates only when there are more than ever before.</summary>
    public void Reset(int channels)
    {
        Channels = channels;
        if (_values.Length < _input.Pixels * channels)
            _values = new float[_input.Pixels * channels];
        Span.Clear();
    }

    /// <summary>Makes the map, unless the method made it, and what is known of both.</summary>
    /// <param name="reduction">How; null where the map is there.</param>
    public void Finish(ChannelReduction? reduction)
    {
        IsFinite = TensorPrimitives.IsFiniteAll<float>(Span);
        if (!IsFinite)
            arithmetic.CanonicaliseNaN(Span);
        if (reduction is { } how)
        {
            Map.Resize(_input.Width, _input.Height);
            Reduce(Span, Channels, how, Map.Raw);
        }

        Map.Normalise();
    }

    public AttributionBuffer Copy()
    {
        var copy = new AttributionBuffer(info, arithmetic)
        {
            Map = Map.Copy(),
            Score = Score,
            CompletenessDelta = CompletenessDelta,
            Forwards = Forwards,
            Backwards = Backwards,
            Method = Method,
        };
        copy.Reset(Channels);
        Span.CopyTo(copy.Span);
        copy.IsFinite = IsFinite;
        return copy;
    }

    /// <summary>A copy whose values are those times a heatmap's positive part.</summary>
    public AttributionBuffer Within(Heatmap heatmap, HeatmapResampling resampling)
    {
        float[] mask = new float[_input.Pixels];
        heatmap.ResizeTo(mask, _input.Width, _input.Height, HeatmapScale.Raw, resampling);
        AttributionBuffer copy = Copy();
        copy.CompletenessDelta = null;
        Span<float> values = copy.Span;
        for (int i = 0; i < values.Length; i++)
            values[i] *= MathF.Max(mask[i / Channels], 0);
        copy.Finish(Method.Reduction);
        return copy;
    }

    /// <summary>What a debugger shows.</summary>
    public override string ToString() => Map.ToString();

    private static void Reduce(ReadOnlySpan<float> values, int channels, ChannelReduction reduction, Span<float> map)
    {
        for (int p = 0; p < map.Length; p++)
        {
            ReadOnlySpan<float> pixel = values.Slice(p * channels, channels);
            float result = 0;
            foreach (float value in pixel)
                result = reduction == ChannelReduction.Sum ? result + value : MathF.Max(result, MathF.Abs(value));
            map[p] = result;
        }
    }
}
