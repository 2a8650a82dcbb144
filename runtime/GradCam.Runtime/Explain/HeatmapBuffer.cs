using System.Globalization;
using System.Numerics.Tensors;
using GradCam.Numerics;

namespace GradCam.Explain;

/// <summary>What a <see cref="Heatmap"/> looks at: a session's, which the session's next call overwrites, or a copy's, which stays.</summary>
/// <param name="arithmetic">How it is computed.</param>
internal sealed class HeatmapBuffer(Arithmetic arithmetic)
{
    private float[] _raw = [];
    private float[] _values = [];
    private volatile int _version;

    /// <summary>How it is computed.</summary>
    public Arithmetic Arithmetic => arithmetic;

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

    public IExplanationMethod Method { get; set; } = CamMethod.GradCam;

    public bool IsCounterfactual { get; set; }

    public Target? Target { get; set; }

    public Memory<float> RawMemory => _raw.AsMemory(0, Width * Height);

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
        IsFinite = Finite.All(Raw);
        if (!IsFinite)
            arithmetic.CanonicaliseNaN(Raw);
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

    /// <summary>Takes a map over that is normalised.</summary>
    /// <param name="raw">The map.</param>
    /// <param name="values">The map as <see cref="Normalise"/> makes it.</param>
    /// <param name="max">Its largest value; NaN where the map is not finite.</param>
    public void Take(ReadOnlySpan<float> raw, ReadOnlySpan<float> values, float max)
    {
        raw.CopyTo(Raw);
        values.CopyTo(_values);
        (Max, IsFinite) = (max, !float.IsNaN(max));
        if (!IsFinite)
            arithmetic.CanonicaliseNaN(Raw);
    }

    /// <summary>How the map lies on some rows of the photo, or of a scaled version of it.</summary>
    public (ResizeAxis Columns, ResizeAxis Lines) Axes(int width, int height, int firstRow, int rows, bool alignCorners = false)
    {
        double scaleX = (double)width / Region.PhotoWidth;
        double scaleY = (double)height / Region.PhotoHeight;
        return (new ResizeAxis(Width, Region.Left * scaleX, Region.Width * scaleX, 0, width, alignCorners),
            new ResizeAxis(Height, Region.Top * scaleY, Region.Height * scaleY, firstRow, rows, alignCorners));
    }

    /// <summary>Lays cells over some rows of the photo, or of a scaled version of it.</summary>
    public void Place(
        ReadOnlySpan<float> cells, Span<float> destination, int width, int height, int firstRow, int rows,
        HeatmapResampling resampling = HeatmapResampling.Bilinear)
    {
        (ResizeAxis columns, ResizeAxis lines) = Axes(width, height, firstRow, rows, resampling == HeatmapResampling.BilinearAlignedCorners);
        MapResize.Place(arithmetic, cells, columns, lines, destination, width, rows, resampling);
    }

    /// <summary>What a debugger shows.</summary>
    public override string ToString()
    {
        string what = Target is not null ? Target.ToString()
            : ClassName.Length > 0 ? ClassName
            : string.Create(CultureInfo.InvariantCulture, $"class {ClassIndex}");
        string range = IsFinite
            ? string.Create(CultureInfo.InvariantCulture, $"raw {TensorPrimitives.Min<float>(Raw):g3} to {Max:g3}")
            : "not finite";
        return string.Create(
            CultureInfo.InvariantCulture, $"{Method} {(IsCounterfactual ? "against" : "for")} {what} at {LayerName}, {Height}x{Width}, {range}");
    }

    /// <summary>Takes over what another map is of, but for its layer and numbers.</summary>
    public void Describe(HeatmapBuffer other)
    {
        Region = other.Region;
        ClassIndex = other.ClassIndex;
        ClassName = other.ClassName;
        Method = other.Method;
        IsCounterfactual = other.IsCounterfactual;
        Target = other.Target;
    }

    public HeatmapBuffer Copy()
    {
        var copy = new HeatmapBuffer(arithmetic) { LayerName = LayerName };
        copy.Describe(this);
        copy.Resize(Width, Height);
        Raw.CopyTo(copy.Raw);
        Values.CopyTo(copy._values);
        (copy.Max, copy.IsFinite) = (Max, IsFinite);
        return copy;
    }
}
