using System.ComponentModel;

namespace GradCam.Contract;

/// <summary>
/// Where a feature map lies in the workspace: NHWC, channels contiguous, batch 1, in floats from the workspace's start.
/// Element (y, x, c) is at <c>Offset + y * RowStride + x * PixelStride + c</c>. Around the map lies a halo of zeros
/// that the next convolution reads as its padding, so <c>y</c> may run from <c>-Halo.Top</c> to <c>Height + Halo.Bottom - 1</c>.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly record struct Tensor
{
    /// <summary>A whole buffer of the workspace.</summary>
    /// <param name="offset">The buffer's first float (the halo's top left corner).</param>
    /// <param name="channels">Channels.</param>
    /// <param name="height">Rows, without halo.</param>
    /// <param name="width">Columns, without halo.</param>
    /// <param name="halo">The halo.</param>
    public Tensor(int offset, int channels, int height, int width, Edges halo = default)
    {
        Channels = channels;
        Height = height;
        Width = width;
        Halo = halo;
        PixelStride = channels;
        RowStride = (halo.Left + width + halo.Right) * channels;
        Offset = offset + halo.Top * RowStride + halo.Left * PixelStride;
    }

    /// <summary>Position of element (0, 0, 0).</summary>
    public int Offset { get; init; }

    /// <summary>Channels.</summary>
    public int Channels { get; init; }

    /// <summary>Rows, without halo.</summary>
    public int Height { get; init; }

    /// <summary>Columns, without halo.</summary>
    public int Width { get; init; }

    /// <summary>Floats from a pixel to its right neighbour; more than <see cref="Channels"/> in a slice.</summary>
    public int PixelStride { get; init; }

    /// <summary>Floats from a pixel to the one below.</summary>
    public int RowStride { get; init; }

    /// <summary>The zeros around the map.</summary>
    public Edges Halo { get; init; }

    /// <summary>Pixels, without halo.</summary>
    public int Pixels => Height * Width;

    /// <summary>Elements, without halo.</summary>
    public int Length => Height * Width * Channels;

    /// <summary>True for the default value, which stands for no tensor.</summary>
    public bool IsEmpty => Channels == 0;

    /// <summary>True when the pixels follow each other without gaps, so that the map is one span of <see cref="Length"/> floats.</summary>
    public bool IsDense => PixelStride == Channels && RowStride == Width * Channels;

    /// <summary>Some of the channels, in place: how a concatenation's operands lie in its output.</summary>
    /// <param name="start">First channel.</param>
    /// <param name="count">Number of channels.</param>
    public Tensor Slice(int start, int count) => this with { Offset = Offset + start, Channels = count };

    /// <summary>Whether all elements, and there are some, lie in the first so many floats.</summary>
    internal bool IsWithin(int length)
    {
        if (Channels <= 0 || Height <= 0 || Width <= 0 || Offset < 0 || PixelStride < 0 || RowStride < 0)
            return false;
        // Each product is below 2^62, and their sum with the rest below 2^64.
        ulong last = (ulong)((long)(Height - 1) * RowStride) + (ulong)((long)(Width - 1) * PixelStride) + (ulong)Offset + (ulong)(Channels - 1);
        return last < (ulong)Math.Max(length, 0) && (Int128)Height * Width * Channels <= int.MaxValue;
    }
}
