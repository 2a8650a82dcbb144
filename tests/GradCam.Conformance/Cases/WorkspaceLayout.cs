namespace GradCam.Conformance.Cases;

/// <summary>
/// Lays tensors out in a workspace so that every freedom of a view is used: offsets without alignment, halos larger than needed, slices of wider buffers.
/// Whatever is not an input is NaN, so that a kernel that reads it, or writes beside its output, is found out.
/// </summary>
internal sealed class WorkspaceLayout(CaseRandom random)
{
    private const int Guard = 160;

    private readonly List<float> _values = [.. Enumerable.Repeat(float.NaN, Guard)];

    /// <summary>The workspace before the operation.</summary>
    public float[] ToArray() => [.. _values, .. Enumerable.Repeat(float.NaN, Guard)];

    /// <summary>Adds a tensor.</summary>
    /// <param name="channels">Channels.</param>
    /// <param name="size">Size of the map.</param>
    /// <param name="neededHalo">What the operation may read beyond the map.</param>
    /// <param name="values">Where the map's values come from; null for NaN.</param>
    /// <param name="zeroHalo">Whether the halo is zero; otherwise it is NaN.</param>
    public Tensor Add(int channels, Extent size, Edges neededHalo = default, Func<float>? values = null, bool zeroHalo = true)
    {
        Edges extra = random.Chance(0.5) ? default : random.Edges(3);
        var halo = new Edges(
            neededHalo.Top + extra.Top, neededHalo.Left + extra.Left, neededHalo.Bottom + extra.Bottom, neededHalo.Right + extra.Right);
        bool slice = random.Chance(0.4);
        int before = slice ? random.Between(0, 20) : 0;
        int after = slice ? random.Between(0, 20) : 0;
        int gap = random.Between(0, 40);
        _values.AddRange(Enumerable.Repeat(float.NaN, gap));
        Tensor tensor = new Tensor(_values.Count, before + channels + after, size.Height, size.Width, halo).Slice(before, channels);
        int length = (before + channels + after) * (halo.Top + size.Height + halo.Bottom) * (halo.Left + size.Width + halo.Right);
        _values.AddRange(Enumerable.Repeat(float.NaN, length));
        if (values is null)
            return tensor;
        for (int y = -halo.Top; y < size.Height + halo.Bottom; y++)
        {
            for (int x = -halo.Left; x < size.Width + halo.Right; x++)
            {
                bool onMap = y >= 0 && y < size.Height && x >= 0 && x < size.Width;
                for (int c = 0; c < channels; c++)
                    if (onMap || zeroHalo)
                        _values[tensor.Offset + y * tensor.RowStride + x * tensor.PixelStride + c] = onMap ? values() : 0;
            }
        }

        return tensor;
    }

    /// <summary>Adds a tensor of another one's shape.</summary>
    public Tensor AddLike(in Tensor shape, Func<float>? values = null) => Add(shape.Channels, (shape.Height, shape.Width), default, values);

    /// <summary>Replaces a value of a tensor's map.</summary>
    public void Set(in Tensor tensor, int y, int x, int c, float value) =>
        _values[tensor.Offset + y * tensor.RowStride + x * tensor.PixelStride + c] = value;
}
