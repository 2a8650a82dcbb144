using System.Numerics.Tensors;

namespace GradCam.Explain;

/// <summary>What a <see cref="Heatmap"/> looks at: a session's, which the session's next call overwrites, or a copy's, which stays.</summary>
internal sealed class HeatmapBuffer
{
    private float[] _raw = [];
    private float[] _values = [];
    private volatile int _version;

    /// <summary>Counts the calls that overwrote the buffer.</summary>
    public int Version => _version;

    public int Width { get; private set; }

    public int Height { get; private set; }

    public float Max { get; private set; }

    public bool IsFinite { get; private set; }

    public PhotoRegion Region { get; set; }

    public int ClassIndex { get; set; }

    public string ClassName { get; set; } = "";

    public string LayerName { get; set; } = "";

    public CamMethod Method { get; set; }

    public bool IsCounterfactual { get; set; }

    public Span<float> Raw => _raw.AsSpan(0, Width * Height);

    public ReadOnlySpan<float> Values => _values.AsSpan(0, Width * Height);

    /// <summary>Makes all heatmaps that look at this buffer invalid.</summary>
    public void Invalidate() => _version++;

    /// <summary>Gives the map its size. Allocates only when it is larger than ever before.</summary>
    public void Resize(int width, int height)
    {
        Width = width;
        Height = height;
        if (_raw.Length < width * height)
        {
            _raw = new float[width * height];
            _values = new float[width * height];
        }
    }

    /// <summary>Relu, then min-max to [0, 1]; zeros for a map that is constant after the relu or not finite.</summary>
    public void Normalise()
    {
        Span<float> values = _values.AsSpan(0, Width * Height);
        IsFinite = TensorPrimitives.IsFiniteAll<float>(Raw);
        Max = IsFinite ? TensorPrimitives.Max<float>(Raw) : float.NaN;
        float top = MathF.Max(Max, 0);
        float bottom = IsFinite ? MathF.Max(TensorPrimitives.Min<float>(Raw), 0) : 0;
        if (!IsFinite || top <= bottom)
        {
            values.Clear();
            return;
        }

        TensorPrimitives.Max(Raw, 0, values);
        TensorPrimitives.Subtract(values, bottom, values);
        TensorPrimitives.Divide(values, top - bottom, values);
    }

    public HeatmapBuffer Copy()
    {
        var copy = new HeatmapBuffer
        {
            Region = Region,
            ClassIndex = ClassIndex,
            ClassName = ClassName,
            LayerName = LayerName,
            Method = Method,
            IsCounterfactual = IsCounterfactual,
        };
        copy.Resize(Width, Height);
        Raw.CopyTo(copy.Raw);
        Values.CopyTo(copy._values);
        (copy.Max, copy.IsFinite) = (Max, IsFinite);
        return copy;
    }
}
