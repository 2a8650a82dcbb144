namespace GradCam.Gen.Build.Onnx;

/// <summary>Index arithmetic on row-major shapes.</summary>
internal static class Indexing
{
    /// <summary>A possibly negative axis as one from 0 to rank - 1.</summary>
    public static int Axis(long axis, int rank) =>
        axis >= -rank && axis < rank ? (int)(axis < 0 ? axis + rank : axis) : throw new OnnxImportException($"axis {axis} of a tensor of {rank} dimensions");

    /// <summary>A possibly negative index as one from 0 to size - 1.</summary>
    public static int Index(long index, int size) =>
        index >= -size && index < size ? (int)(index < 0 ? index + size : index) : throw new OnnxImportException($"index {index} of an axis of size {size}");

    /// <summary>The same for several axes; each may occur once.</summary>
    public static int[] Axes(IEnumerable<long> axes, int rank)
    {
        int[] result = axes.Select(axis => Axis(axis, rank)).ToArray();
        return result.Distinct().Count() == result.Length ? result : throw new OnnxImportException("an axis is named twice");
    }

    public static int[] Strides(IReadOnlyList<int> shape)
    {
        var strides = new int[shape.Count];
        int stride = 1;
        for (int i = shape.Count - 1; i >= 0; i--)
        {
            strides[i] = stride;
            stride = unchecked(stride * shape[i]);
        }
        return strides;
    }

    /// <summary>The shape that several broadcast to.</summary>
    public static int[] Broadcast(params int[][] shapes)
    {
        int rank = shapes.Max(shape => shape.Length);
        var result = new int[rank];
        for (int i = 0; i < rank; i++)
        {
            result[i] = 1;
            foreach (int[] shape in shapes)
            {
                int at = i - rank + shape.Length;
                if (at < 0 || shape[at] == 1)
                    continue;
                if (result[i] != 1 && result[i] != shape[at])
                    throw new OnnxImportException($"shapes {string.Join(" and ", shapes.Select(ShapeText.Format))} do not broadcast");
                result[i] = shape[at];
            }
        }
        return result;
    }

    /// <summary>The shape that Reshape's second input asks for: 0 keeps a size, -1 takes what is left.</summary>
    public static int[] ReshapeTarget(IReadOnlyList<int> shape, IReadOnlyList<long> target, bool allowZero)
    {
        long total = 1;
        foreach (int size in shape)
            total *= size;
        var result = new int[target.Count];
        long known = 1;
        int open = -1;
        for (int i = 0; i < result.Length; i++)
        {
            long size = target[i];
            if (size == 0 && !allowZero)
                size = i < shape.Count ? shape[i] : throw Impossible();
            if (size == -1)
            {
                open = open < 0 ? i : throw Impossible();
                continue;
            }
            if (size is < 0 or > int.MaxValue)
                throw Impossible();
            result[i] = (int)size;
            known *= size;
            if (known > int.MaxValue)
                throw Impossible();
        }
        if (open >= 0)
        {
            if (known == 0 || total % known != 0)
                throw Impossible();
            result[open] = (int)(total / known);
            known *= result[open];
        }
        return known == total ? result : throw Impossible();

        OnnxImportException Impossible() => new($"a tensor of shape {ShapeText.Format(shape)} cannot be reshaped to [{string.Join(", ", target)}]");
    }

    /// <summary>First index, step and number of indices of a Slice along an axis (ONNX's clamping of negative and out-of-range bounds).</summary>
    public static (int Start, int Step, int Count) Slice(long start, long end, long step, int size)
    {
        if (step == 0)
            throw new OnnxImportException("a slice with step 0");
        if (start < 0)
            start = start < -size ? 0 : start + size;
        if (end < 0)
            end = end < -size ? -1 : end + size;
        if (step > 0)
        {
            start = Math.Min(start, size);
            end = Math.Min(Math.Max(end, 0), size);
            return ((int)start, (int)Math.Min(step, int.MaxValue), (int)(end > start ? (end - start - 1) / step + 1 : 0));
        }
        step = Math.Max(step, -int.MaxValue);
        start = Math.Min(start, size - 1);
        end = Math.Min(end, size - 1);
        return ((int)start, (int)step, (int)(start > end ? (start - end - 1) / -step + 1 : 0));
    }
}
