using System.Diagnostics;
using GradCam.Explain.Inputs;

namespace GradCam;

/// <summary>Why a network gave a class its score, as numbers at the input: <see cref="InputMethod"/> says what they mean.</summary>
/// <remarks>
/// It looks at its session's memory. The session's next call that attributes or runs forward overwrites it, after which any use throws
/// <see cref="InvalidOperationException"/>: call <see cref="Copy"/> to keep one.
/// </remarks>
[DebuggerDisplay("{DebuggerText,nq}")]
public readonly struct Attribution
{
    private readonly AttributionBuffer? _buffer;
    private readonly int _version;

    internal Attribution(AttributionBuffer buffer)
    {
        _buffer = buffer;
        _version = buffer.Version;
    }

    /// <summary>
    /// The signed values, of the input's shape: positive where the element speaks for the class. Of methods that change all channels of a pixel together one
    /// map.
    /// </summary>
    public FeatureMaps Values => Buffer.Values;

    /// <summary>
    /// One number a pixel, or a cell of the method's grid: the sum over the channels, or of methods that show sensitivity the largest magnitude. It can be
    /// laid over the photo, resized and measured as any heatmap.
    /// </summary>
    public Heatmap Heatmap => new(Buffer.Map);

    /// <summary>The score y of the input.</summary>
    public double Score => Buffer.Score;

    /// <summary>
    /// How far the values are from explaining all of the score: their sum less y(x) - y(x'), x' being the baseline. Null of methods whose values have no such
    /// sum.
    /// </summary>
    public double? CompletenessDelta => Buffer.CompletenessDelta;

    /// <summary>Forward passes that were run.</summary>
    public long Forwards => Buffer.Forwards;

    /// <summary>Backward passes that were run.</summary>
    public long Backwards => Buffer.Backwards;

    /// <summary>The method, with its parameters.</summary>
    public InputMethod Method => Buffer.Method;

    /// <summary>The target that is explained, where it is not a class by its index: then that is null.</summary>
    public Target? Target => Buffer.Map.Target;

    /// <summary>Index of the class that is explained; -1 where it is a <see cref="Target"/>.</summary>
    public int ClassIndex => Buffer.Map.ClassIndex;

    /// <summary>The class's name; empty where the network came without labels.</summary>
    public string ClassName => Buffer.Map.ClassName;

    /// <summary>False when a value is NaN or infinite, as after NaN in the input.</summary>
    public bool IsFinite => Buffer.IsFinite;

    private string DebuggerText => _buffer is null ? "empty" : _buffer.Version != _version ? "overwritten" : _buffer.ToString();

    private AttributionBuffer Buffer
    {
        get
        {
            if (_buffer is null)
                throw new InvalidOperationException("This attribution is empty (the default value): Attribute makes one.");
            return _buffer.Version == _version
                ? _buffer
                : throw new InvalidOperationException(
                    "This attribution was overwritten by a later call on its session (or the session was disposed). Call Copy() on an attribution to keep it.");
        }
    }

    /// <summary>
    /// The values times the positive part of a heatmap of the same input: fine values, where a layer sees the class. Of guided backpropagation and Grad-CAM
    /// it is Guided Grad-CAM. Selvaraju et al., "Grad-CAM: Visual Explanations from Deep Networks via Gradient-based Localization", ICCV 2017,
    /// arXiv:1610.02391.
    /// </summary>
    /// <param name="heatmap">A layer's; its <see cref="Heatmap.Raw"/> is taken, in its unit.</param>
    /// <param name="resampling">How the heatmap is enlarged to the input: the nearest cell as in Captum, or bilinear as in the paper.</param>
    /// <returns>A copy, whose heatmap is made of the new values as the method's is.</returns>
    /// <exception cref="InvalidOperationException">The attribution or the heatmap was overwritten.</exception>
    public Attribution Within(Heatmap heatmap, HeatmapResampling resampling = HeatmapResampling.Nearest) => new(Buffer.Within(heatmap, resampling));

    /// <summary>An attribution with memory of its own, which stays whatever the session does.</summary>
    public Attribution Copy()
    {
        var copy = new Attribution(Buffer.Copy());
        // Once more: another thread may have begun a call of the session meanwhile.
        _ = Buffer;
        return copy;
    }
}
