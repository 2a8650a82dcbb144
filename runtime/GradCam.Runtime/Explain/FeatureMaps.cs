using System.Diagnostics;
using System.Numerics.Tensors;

namespace GradCam;

/// <summary>
/// A read-only view on feature maps: a layer's activations, the gradients of a logit, or an output. It looks at the session's memory, channels contiguous
/// ([height, width, channels]), and is valid until the session's next forward pass (gradients: until those of another class are asked for at the same layer).
/// </summary>
[DebuggerDisplay("{Channels} maps of {Height}x{Width}")]
public readonly ref struct FeatureMaps
{
    internal FeatureMaps(ReadOnlySpan<float> values, Tensor shape)
    {
        Values = values;
        Channels = shape.Channels;
        Height = shape.Height;
        Width = shape.Width;
    }

    /// <summary>All values, packed [height, width, channels].</summary>
    public ReadOnlySpan<float> Values { get; }

    /// <summary>The number of maps.</summary>
    public int Channels { get; }

    /// <summary>Rows of a map.</summary>
    public int Height { get; }

    /// <summary>Columns of a map.</summary>
    public int Width { get; }

    /// <summary>One value.</summary>
    /// <param name="channel">The map.</param>
    /// <param name="y">Its row.</param>
    /// <param name="x">Its column.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such position.</exception>
    public float this[int channel, int y, int x]
    {
        get
        {
            Check(channel, Channels, nameof(channel));
            Check(y, Height, nameof(y));
            Check(x, Width, nameof(x));
            return Values[(y * Width + x) * Channels + channel];
        }
    }

    /// <summary>Copies one map.</summary>
    /// <param name="channel">Which one.</param>
    /// <param name="destination">[height, width], at least.</param>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    public void CopyChannelTo(int channel, Span<float> destination)
    {
        Check(channel, Channels, nameof(channel));
        int pixels = Height * Width;
        CheckDestination(destination, pixels);
        for (int p = 0; p < pixels; p++)
            destination[p] = Values[p * Channels + channel];
    }

    /// <summary>Copies all maps in the order of PyTorch's tensors.</summary>
    /// <param name="destination">[channels, height, width], at least.</param>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    public void CopyToChw(Span<float> destination)
    {
        CheckDestination(destination, Values.Length);
        int pixels = Height * Width;
        for (int c = 0; c < Channels; c++)
            CopyChannelTo(c, destination.Slice(c * pixels, pixels));
    }

    /// <summary>Copies all maps in the order of PyTorch's tensors.</summary>
    /// <returns>[channels, height, width].</returns>
    public float[] ToChwArray()
    {
        float[] result = new float[Values.Length];
        CopyToChw(result);
        return result;
    }

    /// <summary>Computes each map's mean. Of the gradients, these are Grad-CAM's weights.</summary>
    /// <param name="destination">[channels], at least.</param>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    public void GetChannelMeans(Span<float> destination)
    {
        CheckDestination(destination, Channels);
        Span<float> means = destination[..Channels];
        means.Clear();
        for (int p = 0; p < Values.Length; p += Channels)
            TensorPrimitives.Add(means, Values.Slice(p, Channels), means);
        TensorPrimitives.Divide(means, Height * Width, means);
    }

    private static void Check(int index, int count, string name)
    {
        if ((uint)index >= (uint)count)
            throw new ArgumentOutOfRangeException(name, index, $"Expected 0 to {count - 1}.");
    }

    private static void CheckDestination(Span<float> destination, int needed)
    {
        if (destination.Length < needed)
            throw new ArgumentException($"{needed} values are copied; the destination has room for {destination.Length}.", nameof(destination));
    }
}
