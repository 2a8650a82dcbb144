namespace GradCam.Reference;

/// <summary>
/// A workspace of doubles with the layout of the tensors' floats. It starts full of NaN, so that what nothing has written shows.
/// Maps pass in and out as packed [height, width, channels] arrays, so an operation never sees its own output while it reads.
/// </summary>
public sealed class ReferenceWorkspace
{
    /// <summary>Makes a workspace full of NaN.</summary>
    /// <param name="length">Number of elements.</param>
    public ReferenceWorkspace(int length)
    {
        Values = new double[length];
        Array.Fill(Values, double.NaN);
    }

    /// <summary>The elements.</summary>
    public double[] Values { get; }

    /// <summary>Tensors written so far.</summary>
    public int Writes { get; private set; }

    /// <summary>Called after a tensor was written (or added to), with the number of writes before it. May change the workspace.</summary>
    public Action<int, Tensor>? Written { get; set; }

    /// <summary>Position of element (y, x, c), which may lie in the halo.</summary>
    public static int Position(in Tensor tensor, int y, int x, int c)
    {
        bool inside = y >= -tensor.Halo.Top && y < tensor.Height + tensor.Halo.Bottom
            && x >= -tensor.Halo.Left && x < tensor.Width + tensor.Halo.Right
            && c >= 0 && c < tensor.Channels;
        if (!inside)
            throw new InvalidOperationException($"({y}, {x}, {c}) is outside {tensor}.");
        return tensor.Offset + y * tensor.RowStride + x * tensor.PixelStride + c;
    }

    /// <summary>A copy of a tensor's map, packed.</summary>
    public double[] Load(in Tensor tensor)
    {
        if (tensor.IsEmpty)
            throw new InvalidOperationException("An operation reads a tensor that is not there.");
        double[] map = new double[tensor.Length];
        int i = 0;
        for (int y = 0; y < tensor.Height; y++)
            for (int x = 0; x < tensor.Width; x++)
                for (int c = 0; c < tensor.Channels; c++)
                    map[i++] = Values[Position(tensor, y, x, c)];
        return map;
    }

    /// <summary>Writes a packed map to a tensor and zeroes the tensor's halo.</summary>
    public void Store(in Tensor tensor, ReadOnlySpan<double> map)
    {
        RequireLength(tensor, map);
        for (int y = -tensor.Halo.Top; y < tensor.Height + tensor.Halo.Bottom; y++)
        {
            for (int x = -tensor.Halo.Left; x < tensor.Width + tensor.Halo.Right; x++)
            {
                bool onMap = y >= 0 && y < tensor.Height && x >= 0 && x < tensor.Width;
                for (int c = 0; c < tensor.Channels; c++)
                    Values[Position(tensor, y, x, c)] = onMap ? map[(y * tensor.Width + x) * tensor.Channels + c] : 0;
            }
        }

        Written?.Invoke(Writes, tensor);
        Writes++;
    }

    /// <summary>Writes a gradient, or adds it to the one that is there, and multiplies the result by the gate's derivative.</summary>
    public void StoreGradient(in Tensor tensor, double[] gradient, bool accumulate, in Gate gate)
    {
        RequireLength(tensor, gradient);
        if (accumulate)
        {
            double[] sum = Load(tensor);
            for (int i = 0; i < sum.Length; i++)
                sum[i] += gradient[i];
            gradient = sum;
        }

        if (gate.Activation.Kind != ActivationKind.None)
        {
            RequireSameShape(tensor, gate.Output);
            double[] output = Load(gate.Output);
            double[] gated = new double[gradient.Length];
            for (int i = 0; i < gated.Length; i++)
                gated[i] = gradient[i] * ReferenceActivation.DerivativeFromOutput(gate.Activation, output[i]);
            gradient = gated;
        }

        if (!accumulate)
        {
            Store(tensor, gradient);
            return;
        }

        // The halo is left alone: who wrote the tensor first has zeroed it.
        int position = 0;
        for (int y = 0; y < tensor.Height; y++)
            for (int x = 0; x < tensor.Width; x++)
                for (int c = 0; c < tensor.Channels; c++)
                    Values[Position(tensor, y, x, c)] = gradient[position++];
        Written?.Invoke(Writes, tensor);
        Writes++;
    }

    /// <summary>Checks that a tensor has a halo of at least the given size around it and that it holds zeros.</summary>
    /// <exception cref="InvalidOperationException">The halo is too small, or has been overwritten.</exception>
    public void RequireZeroHalo(in Tensor tensor, in Edges needed)
    {
        Edges halo = tensor.Halo;
        if (halo.Top < needed.Top || halo.Left < needed.Left || halo.Bottom < needed.Bottom || halo.Right < needed.Right)
            throw new InvalidOperationException($"The operation reads {needed} beyond the map, but the halo is {halo}: {tensor}.");
        for (int y = -needed.Top; y < tensor.Height + needed.Bottom; y++)
        {
            for (int x = -needed.Left; x < tensor.Width + needed.Right; x++)
            {
                if (y >= 0 && y < tensor.Height && x >= 0 && x < tensor.Width)
                    continue;
                for (int c = 0; c < tensor.Channels; c++)
                {
                    double value = Values[Position(tensor, y, x, c)];
                    if (value != 0)
                        throw new InvalidOperationException($"The halo holds {value} at ({y}, {x}, {c}) of {tensor}.");
                }
            }
        }
    }

    /// <summary>Checks that two tensors have one shape.</summary>
    public static void RequireSameShape(in Tensor a, in Tensor b)
    {
        if (a.Channels != b.Channels || a.Height != b.Height || a.Width != b.Width)
            throw new InvalidOperationException($"Shapes differ: {a} and {b}.");
    }

    private static void RequireLength(in Tensor tensor, ReadOnlySpan<double> map)
    {
        if (tensor.IsEmpty || map.Length != tensor.Length)
            throw new InvalidOperationException($"{map.Length} values for {tensor}.");
    }
}
