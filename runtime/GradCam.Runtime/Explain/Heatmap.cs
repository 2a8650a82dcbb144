using System.Diagnostics;
using System.Numerics.Tensors;
using GradCam.Explain;

namespace GradCam;

/// <summary>Why a network gave a class its score: one number a position of the layer, [<see cref="Height"/>, <see cref="Width"/>], row by row.</summary>
/// <remarks>
/// <para>It looks at its session's memory and allocates nothing. The session's next call that makes heatmaps or runs forward overwrites it, after which any use
/// throws <see cref="InvalidOperationException"/>: call <see cref="Copy"/> to keep one.</para>
/// <para><see cref="Raw"/> is the method's sum as it is; <see cref="Values"/> is Grad-CAM as it is shown: relu, then minimum to 0 and maximum to 1.</para>
/// </remarks>
[DebuggerDisplay("{DebuggerText,nq}")]
public readonly struct Heatmap
{
    private readonly HeatmapBuffer? _buffer;
    private readonly int _version;

    internal Heatmap(HeatmapBuffer buffer)
    {
        _buffer = buffer;
        _version = buffer.Version;
    }

    /// <summary>Columns, the layer's.</summary>
    /// <exception cref="InvalidOperationException">The session has made other heatmaps since, or this is the default value. So for all members.</exception>
    public int Width => Buffer.Width;

    /// <summary>Rows, the layer's.</summary>
    public int Height => Buffer.Height;

    /// <summary>The signed map before the relu, in units of the logit.</summary>
    public ReadOnlySpan<float> Raw => Buffer.Raw;

    /// <summary>
    /// The map after the relu, scaled so that its smallest value is 0 and its largest 1. All zeros where it is constant, where no value is positive, and where
    /// <see cref="IsFinite"/> is false; never NaN.
    /// </summary>
    public ReadOnlySpan<float> Values => Buffer.Values;

    /// <summary>
    /// The largest value of <see cref="Raw"/>: how much the layer's best position speaks for the class; NaN where <see cref="IsFinite"/> is false.
    /// </summary>
    public float Max => Buffer.Max;

    /// <summary>False when <see cref="Raw"/> contains NaN or infinity, as after NaN in the input.</summary>
    public bool IsFinite => Buffer.IsFinite;

    /// <summary>The part of the photo that the network saw and the map covers. After a tensor instead of a photo: the whole input.</summary>
    public PhotoRegion Region => Buffer.Region;

    /// <summary>Index of the class that is explained; -1 where <see cref="Target"/> says what is.</summary>
    public int ClassIndex => Buffer.ClassIndex;

    /// <summary>What is explained; null where it is a class's logit, asked for as a class.</summary>
    public Target? Target => Buffer.Target;

    /// <summary>The class's name; empty where the network came without labels.</summary>
    public string ClassName => Buffer.ClassName;

    /// <summary>The layer's name in the spec.</summary>
    public string LayerName => Buffer.LayerName;

    /// <summary>What made it: a <see cref="CamMethod"/>, or of an <see cref="Attribution"/> an <see cref="InputMethod"/>.</summary>
    public IExplanationMethod Method => Buffer.Method;

    /// <summary>True when the gradient was negated: what speaks against the class.</summary>
    public bool IsCounterfactual => Buffer.IsCounterfactual;

    private string DebuggerText => _buffer is null ? "empty" : _buffer.Version != _version ? "overwritten" : _buffer.ToString();

    private HeatmapBuffer Buffer
    {
        get
        {
            if (_buffer is null)
                throw new InvalidOperationException("This heatmap is empty (the default value): GradCam makes one.");
            if (_buffer.Version != _version)
            {
                throw new InvalidOperationException(
                    "This heatmap was overwritten by a later call on its session (or the session was disposed). Call Copy() on a heatmap to keep it, " +
                    "or explain several classes in one call.");
            }

            return _buffer;
        }
    }

    /// <summary>A heatmap with memory of its own, which stays whatever the session does.</summary>
    public Heatmap Copy()
    {
        var copy = new Heatmap(Buffer.Copy());
        // Once more: another thread may have begun a call of the session meanwhile.
        _ = Buffer;
        return copy;
    }

    /// <summary>Copies the map at the layer's size.</summary>
    /// <param name="destination">[<see cref="Height"/>, <see cref="Width"/>], at least.</param>
    /// <param name="scale">Which numbers.</param>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    public void CopyTo(Span<float> destination, HeatmapScale scale = default)
    {
        HeatmapBuffer buffer = Buffer;
        CheckDestination(destination, buffer.Width, buffer.Height);
        using var cells = new ScaledCells(buffer, scale);
        cells.Values.CopyTo(destination);
    }

    /// <summary>Enlarges (or shrinks) the map: by default bilinear, half-pixel centres (align_corners = false).</summary>
    /// <param name="destination">[height, width], at least.</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <param name="scale">Which numbers.</param>
    /// <param name="resampling">How the map is enlarged.</param>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    public void ResizeTo(
        Span<float> destination, int width, int height, HeatmapScale scale = default, HeatmapResampling resampling = HeatmapResampling.Bilinear)
    {
        HeatmapBuffer buffer = Buffer;
        CheckDestination(destination, width, height);
        using var cells = new ScaledCells(buffer, scale);
        MapResize.Resize(buffer.Arithmetic, cells.Values, buffer.Width, buffer.Height, destination, width, height, resampling);
        cells.Clamp(destination[..(width * height)]);
    }

    /// <summary>Enlarges (or shrinks) the map: by default bilinear, half-pixel centres (align_corners = false).</summary>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <param name="scale">Which numbers.</param>
    /// <param name="resampling">How the map is enlarged.</param>
    /// <returns>[height, width].</returns>
    public float[] Resize(int width, int height, HeatmapScale scale = default, HeatmapResampling resampling = HeatmapResampling.Bilinear)
    {
        float[] result = new float[Length(width, height)];
        ResizeTo(result, width, height, scale, resampling);
        return result;
    }

    /// <summary>Enlarges the map to the whole photo, 0 where the network did not look (outside of <see cref="Region"/>).</summary>
    /// <param name="scale">Which numbers.</param>
    /// <param name="resampling">How the map is enlarged.</param>
    /// <returns>[<see cref="PhotoRegion.PhotoHeight"/>, <see cref="PhotoRegion.PhotoWidth"/>].</returns>
    public float[] ResizeToPhoto(HeatmapScale scale = default, HeatmapResampling resampling = HeatmapResampling.Bilinear)
    {
        PhotoRegion region = Region;
        float[] result = new float[Length(region.PhotoWidth, region.PhotoHeight)];
        ResizeToPhoto(result, region.PhotoWidth, region.PhotoHeight, scale, resampling);
        return result;
    }

    /// <summary>Enlarges the map to the whole photo or a scaled version of it, 0 where the network did not look (outside of <see cref="Region"/>).</summary>
    /// <param name="destination">[height, width], at least.</param>
    /// <param name="width">The photo's width, or a scaled one.</param>
    /// <param name="height">The photo's height, or a scaled one.</param>
    /// <param name="scale">Which numbers.</param>
    /// <param name="resampling">How the map is enlarged.</param>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    public void ResizeToPhoto(
        Span<float> destination, int width, int height, HeatmapScale scale = default, HeatmapResampling resampling = HeatmapResampling.Bilinear) =>
        ResizeRowsToPhoto(destination, width, height, 0, height, scale, resampling);

    /// <summary>
    /// Makes some rows of <see cref="ResizeToPhoto(Span{float}, int, int, HeatmapScale, HeatmapResampling)"/>: large photos are drawn strip by strip.
    /// </summary>
    /// <param name="destination">[rows, width], at least.</param>
    /// <param name="width">The photo's width, or a scaled one.</param>
    /// <param name="height">The photo's height, or a scaled one.</param>
    /// <param name="firstRow">The first row wanted.</param>
    /// <param name="rows">Rows wanted.</param>
    /// <param name="scale">Which numbers.</param>
    /// <param name="resampling">How the map is enlarged.</param>
    /// <exception cref="ArgumentException">The destination is too short, or the rows are not all of the photo's.</exception>
    public void ResizeRowsToPhoto(
        Span<float> destination, int width, int height, int firstRow, int rows, HeatmapScale scale = default,
        HeatmapResampling resampling = HeatmapResampling.Bilinear)
    {
        HeatmapBuffer buffer = Buffer;
        CheckDestination(destination, width, rows);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentOutOfRangeException.ThrowIfNegative(firstRow);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rows, height - firstRow);
        using var cells = new ScaledCells(buffer, scale);
        buffer.Place(cells.Values, destination, width, height, firstRow, rows, resampling);
        cells.Clamp(destination[..(width * rows)]);
    }

    /// <summary>
    /// Finds the largest cell of <see cref="Raw"/>, the first of equal ones: where the pointing game points. A bilinear map is flat beyond the outermost cells'
    /// centres, so that its largest pixel may be any of several; the cell's centre is one place.
    /// </summary>
    /// <returns>The peak; null where <see cref="IsFinite"/> is false.</returns>
    public HeatmapPeak? FindPeak()
    {
        HeatmapBuffer buffer = Buffer;
        if (!buffer.IsFinite)
            return null;
        int index = TensorPrimitives.IndexOfMax<float>(buffer.Raw);
        (int row, int column) = (index / buffer.Width, index % buffer.Width);
        PhotoRegion region = buffer.Region;
        return new HeatmapPeak
        {
            Row = row,
            Column = column,
            Value = buffer.Raw[index],
            PhotoX = region.Left + (column + 0.5) * region.Width / buffer.Width,
            PhotoY = region.Top + (row + 0.5) * region.Height / buffer.Height,
        };
    }

    /// <summary>
    /// Measures how much of the map lies in a rectangle of the photo: the positive part of <see cref="Raw"/> (not <see cref="Values"/>, whose smallest value is
    /// taken away), enlarged to the photo, summed over the pixels whose centres lie inside.
    /// </summary>
    /// <param name="left">The left edge, in the photo's pixels; 0 is the left edge of the first one.</param>
    /// <param name="top">The upper edge.</param>
    /// <param name="width">Width.</param>
    /// <param name="height">Height.</param>
    public HeatmapEnergy MeasureEnergy(double left, double top, double width, double height)
    {
        HeatmapBuffer buffer = Buffer;
        return EnergyMeter.Measure(buffer, left, top, width, height);
    }

    /// <summary>Measures how much of the map lies in a mask over the photo, as <see cref="MeasureEnergy(double, double, double, double)"/>.</summary>
    /// <param name="mask">[height, width]: true inside.</param>
    /// <param name="width">The photo's width, or a scaled one.</param>
    /// <param name="height">The photo's height, or a scaled one.</param>
    /// <exception cref="ArgumentException">The mask has another length.</exception>
    public HeatmapEnergy MeasureEnergy(ReadOnlySpan<bool> mask, int width, int height)
    {
        HeatmapBuffer buffer = Buffer;
        CheckMask(mask, width, height);
        return EnergyMeter.Measure(buffer, mask, width, height);
    }

    /// <summary>The pixels of a size, which is checked.</summary>
    internal static int Length(int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        return checked(width * height);
    }

    /// <summary>Checks that a mask has a value for each pixel.</summary>
    internal static void CheckMask(ReadOnlySpan<bool> mask, int width, int height)
    {
        int expected = Length(width, height);
        if (mask.Length != expected)
            throw new ArgumentException($"A mask of {width}x{height} has {expected} values; this one has {mask.Length}.", nameof(mask));
    }

    private static void CheckDestination(Span<float> destination, int width, int height)
    {
        int needed = Length(width, height);
        if (destination.Length < needed)
        {
            throw new ArgumentException(
                $"A map of {width}x{height} has {needed} values; the destination has room for {destination.Length}.", nameof(destination));
        }
    }
}
