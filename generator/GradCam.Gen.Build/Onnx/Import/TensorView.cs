namespace GradCam.Gen.Build.Onnx;

/// <summary>A part of a map's axis: indices i * Stride, i = 0 … Size - 1. An axis split in (outer, inner) has the strides (inner's size, 1).</summary>
/// <param name="Axis">C, H or W.</param>
/// <param name="Stride">Steps of the axis from index to index.</param>
/// <param name="Size">Number of indices, more than 1.</param>
internal readonly record struct Factor(char Axis, int Stride, int Size);

/// <summary>
/// An ONNX tensor as a way to look at a map: each dimension is a row-major product of parts of the map's axes. Reshape, Transpose, Squeeze, Unsqueeze and
/// Flatten then only rearrange factors, and a channel-last graph, a flattening or a channel shuffle is recognised by what it comes to, however it is written.
/// Axes of size 1 have no factors; the batch is a dimension without any.
/// </summary>
internal sealed class TensorView
{
    public TensorView(NetValue value, IReadOnlyList<IReadOnlyList<Factor>> dimensions)
    {
        if (dimensions.Count > OnnxTensor.MaximumRank)
            throw new OnnxImportException($"a tensor of {dimensions.Count} dimensions; {OnnxTensor.MaximumRank} are supported");
        Value = value;
        Dimensions = dimensions;
    }

    public NetValue Value { get; }

    public IReadOnlyList<IReadOnlyList<Factor>> Dimensions { get; }

    public int Rank => Dimensions.Count;

    public int[] Shape => Dimensions.Select(SizeOf).ToArray();

    /// <summary>[1, C, H, W].</summary>
    public static TensorView Map(NetValue value) => new(value, [[], Whole(value, 'C'), Whole(value, 'H'), Whole(value, 'W')]);

    /// <summary>[1, C] of a vector.</summary>
    public static TensorView Vector(NetValue value) => new(value, [[], Whole(value, 'C')]);

    /// <summary>The factors of a whole axis: none where its size is 1.</summary>
    public static IReadOnlyList<Factor> Whole(NetValue value, char axis) => value.Size(axis) == 1 ? [] : [new Factor(axis, 1, value.Size(axis))];

    public static int SizeOf(IEnumerable<Factor> factors)
    {
        int size = 1;
        foreach (Factor factor in factors)
            size = checked(size * factor.Size);
        return size;
    }

    /// <summary>The same look at another map of the same axes.</summary>
    public TensorView Of(NetValue value) => new(value, Dimensions);

    /// <summary>The same look with the channel axis of another map, wherever the whole of it stands; null where it is split up.</summary>
    public TensorView? WithChannels(NetValue value)
    {
        var dimensions = new List<IReadOnlyList<Factor>>();
        bool found = Value.Channels == 1;
        foreach (IReadOnlyList<Factor> dimension in Dimensions)
        {
            int at = dimension.ToList().FindIndex(factor => factor.Axis == 'C');
            if (at < 0)
            {
                dimensions.Add(dimension);
                continue;
            }
            if (dimension[at].Size != Value.Channels)
                return null;
            found = true;
            dimensions.Add([.. dimension.Take(at), .. Whole(value, 'C'), .. dimension.Skip(at + 1)]);
        }
        return found ? new TensorView(value, dimensions) : null;
    }

    public TensorView Replace(int dimension, NetValue value, IReadOnlyList<Factor> factors) =>
        new(value, Dimensions.Select((old, i) => i == dimension ? factors : old).ToList());

    public TensorView Transpose(IReadOnlyList<int> permutation) => new(Value, permutation.Select(i => Dimensions[i]).ToList());

    public TensorView Unsqueeze(int at)
    {
        List<IReadOnlyList<Factor>> dimensions = [.. Dimensions];
        dimensions.Insert(at, []);
        return new TensorView(Value, dimensions);
    }

    public TensorView Remove(IReadOnlyCollection<int> axes) => new(Value, Dimensions.Where((_, i) => !axes.Contains(i)).ToList());

    /// <summary>Row-major reshape; null where a new dimension would cut a factor unevenly.</summary>
    public TensorView? Reshape(IReadOnlyList<int> shape)
    {
        var rest = new Stack<Factor>(Dimensions.SelectMany(dimension => dimension).Reverse());
        var dimensions = new List<IReadOnlyList<Factor>>();
        foreach (int size in shape)
        {
            int open = size;
            var factors = new List<Factor>();
            while (open > 1)
            {
                if (rest.Count == 0)
                    return null;
                Factor next = rest.Pop();
                if (open % next.Size == 0)
                {
                    open /= next.Size;
                }
                else if (next.Size % open == 0)
                {
                    int inner = next.Size / open;
                    rest.Push(next with { Size = inner });
                    next = new Factor(next.Axis, next.Stride * inner, open);
                    open = 1;
                }
                else
                {
                    return null;
                }
                if (factors.Count > 0 && factors[factors.Count - 1] is var last && last.Axis == next.Axis && last.Stride == next.Stride * next.Size)
                    factors[factors.Count - 1] = new Factor(next.Axis, next.Stride, last.Size * next.Size);
                else
                    factors.Add(next);
            }
            dimensions.Add(factors);
        }
        return rest.Count == 0 ? new TensorView(Value, dimensions) : null;
    }

    /// <summary>The dimension that holds all factors, where the others hold none (a flattened map or a vector); -1 where there is no such dimension.</summary>
    public int OnlyDimension()
    {
        int only = -1;
        for (int i = 0; i < Rank; i++)
        {
            if (Dimensions[i].Count == 0)
                continue;
            if (only >= 0)
                return -1;
            only = i;
        }
        return only < 0 ? Rank - 1 : only;
    }

    /// <summary>For each index along a dimension, the index in the map flattened as channels, rows, columns.</summary>
    public int[] Positions(int dimension)
    {
        int[] positions = [0];
        foreach (Factor factor in Dimensions[dimension])
        {
            int step = factor.Stride * (factor.Axis == 'C' ? Value.Height * Value.Width : factor.Axis == 'H' ? Value.Width : 1);
            var longer = new int[positions.Length * factor.Size];
            for (int i = 0; i < longer.Length; i++)
                longer[i] = positions[i / factor.Size] + i % factor.Size * step;
            positions = longer;
        }
        return positions;
    }

    public bool SameFactors(int dimension, IReadOnlyList<Factor> factors) => Dimensions[dimension].SequenceEqual(factors);
}
