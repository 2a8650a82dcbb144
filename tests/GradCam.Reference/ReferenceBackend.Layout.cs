namespace GradCam.Reference;

/// <content>Operations that move elements: flatten, shuffle, pad, upsample.</content>
public readonly partial struct ReferenceBackend
{
    /// <inheritdoc/>
    public void Flatten(in Tensor input, in Tensor output)
    {
        Require(IsPixel(output) && output.Length == input.Length, "a vector of equal length", input, output);
        double[] x = workspace.Load(input);
        double[] y = new double[x.Length];
        for (int i = 0; i < x.Length; i++)
            y[FlatIndex(input, i)] = x[i];
        workspace.Store(output, y);
    }

    /// <inheritdoc/>
    public void FlattenBackward(in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        Require(IsPixel(outputGradient) && outputGradient.Length == inputGradient.Length, "a vector of equal length", inputGradient, outputGradient);
        double[] dy = workspace.Load(outputGradient);
        double[] dx = new double[dy.Length];
        for (int i = 0; i < dx.Length; i++)
            dx[i] = dy[FlatIndex(inputGradient, i)];
        workspace.StoreGradient(inputGradient, dx, accumulate, gate);
    }

    /// <inheritdoc/>
    public void ChannelShuffle(int groups, in Tensor input, in Tensor output)
    {
        ReferenceWorkspace.RequireSameShape(input, output);
        double[] x = workspace.Load(input);
        double[] y = new double[x.Length];
        for (int i = 0; i < x.Length; i++)
            y[i - i % input.Channels + ShuffledChannel(groups, input.Channels, i % input.Channels)] = x[i];
        workspace.Store(output, y);
    }

    /// <inheritdoc/>
    public void ChannelShuffleBackward(int groups, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        ReferenceWorkspace.RequireSameShape(outputGradient, inputGradient);
        double[] dy = workspace.Load(outputGradient);
        double[] dx = new double[dy.Length];
        for (int i = 0; i < dx.Length; i++)
            dx[i] = dy[i - i % inputGradient.Channels + ShuffledChannel(groups, inputGradient.Channels, i % inputGradient.Channels)];
        workspace.StoreGradient(inputGradient, dx, accumulate, gate);
    }

    /// <inheritdoc/>
    public void Pad(in Edges edges, bool reflect, in Tensor input, in Tensor output)
    {
        RequirePadded(edges, input, output);
        double[] x = workspace.Load(input);
        double[] y = new double[output.Length];
        for (int i = 0; i < y.Length; i++)
        {
            int source = PadSource(edges, reflect, input, output, i);
            y[i] = source < 0 ? 0 : x[source];
        }

        workspace.Store(output, y);
    }

    /// <inheritdoc/>
    public void PadBackward(in Edges edges, bool reflect, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        RequirePadded(edges, inputGradient, outputGradient);
        double[] dy = workspace.Load(outputGradient);
        double[] dx = new double[inputGradient.Length];
        for (int i = 0; i < dy.Length; i++)
        {
            int source = PadSource(edges, reflect, inputGradient, outputGradient, i);
            if (source >= 0)
                dx[source] += dy[i];
        }

        workspace.StoreGradient(inputGradient, dx, accumulate, gate);
    }

    /// <inheritdoc/>
    public void Upsample(Interpolation interpolation, in Tensor input, in Tensor output)
    {
        Require(input.Channels == output.Channels, "equal channels", input, output);
        double[] x = workspace.Load(input);
        double[] y = new double[output.Length];
        for (int oy = 0; oy < output.Height; oy++)
            for (int ox = 0; ox < output.Width; ox++)
                foreach ((int iy, double wy) in Sources(interpolation, oy, input.Height, output.Height))
                    foreach ((int ix, double wx) in Sources(interpolation, ox, input.Width, output.Width))
                        for (int c = 0; c < output.Channels; c++)
                            y[Index(output, oy, ox, c)] += wy * wx * x[Index(input, iy, ix, c)];
        workspace.Store(output, y);
    }

    /// <inheritdoc/>
    public void UpsampleBackward(Interpolation interpolation, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        Require(inputGradient.Channels == outputGradient.Channels, "equal channels", inputGradient, outputGradient);
        double[] dy = workspace.Load(outputGradient);
        double[] dx = new double[inputGradient.Length];
        for (int oy = 0; oy < outputGradient.Height; oy++)
            for (int ox = 0; ox < outputGradient.Width; ox++)
                foreach ((int iy, double wy) in Sources(interpolation, oy, inputGradient.Height, outputGradient.Height))
                    foreach ((int ix, double wx) in Sources(interpolation, ox, inputGradient.Width, outputGradient.Width))
                        for (int c = 0; c < inputGradient.Channels; c++)
                            dx[Index(inputGradient, iy, ix, c)] += wy * wx * dy[Index(outputGradient, oy, ox, c)];
        workspace.StoreGradient(inputGradient, dx, accumulate, gate);
    }

    /// <summary>Where element i of a packed [height, width, channels] map lies in [channels, height, width].</summary>
    private static int FlatIndex(in Tensor map, int i) => i % map.Channels * map.Pixels + i / map.Channels;

    private static int ShuffledChannel(int groups, int channels, int channel)
    {
        int n = channels / groups;
        return channel % n * groups + channel / n;
    }

    private static void RequirePadded(in Edges edges, in Tensor map, in Tensor padded)
    {
        bool fits = padded.Height == map.Height + edges.Top + edges.Bottom && padded.Width == map.Width + edges.Left + edges.Right;
        Require(fits && map.Channels == padded.Channels, $"a map padded by {edges}", map, padded);
    }

    /// <summary>The element of the map that element i of the padded map copies; -1 for a zero.</summary>
    private static int PadSource(in Edges edges, bool reflect, in Tensor map, in Tensor padded, int i)
    {
        int p = i / padded.Channels;
        int y = p / padded.Width - edges.Top;
        int x = p % padded.Width - edges.Left;
        if (reflect)
        {
            y = Reflect(y, map.Height);
            x = Reflect(x, map.Width);
        }

        return IsOnMap(map, y, x) ? Index(map, y, x, i % padded.Channels) : -1;
    }

    private static int Reflect(int i, int size) => i < 0 ? -i : i >= size ? 2 * (size - 1) - i : i;

    /// <summary>The rows (or columns) that an upsampled one is made from, and their weights.</summary>
    private static (int Source, double Weight)[] Sources(Interpolation interpolation, int o, int inputs, int outputs)
    {
        if (interpolation == Interpolation.Nearest)
            return [((int)((long)o * inputs / outputs), 1)];
        double position = interpolation == Interpolation.BilinearAlignCorners
            ? (outputs > 1 ? o * (inputs - 1.0) / (outputs - 1.0) : 0)
            : Math.Max((o + 0.5) * inputs / outputs - 0.5, 0);
        int first = Math.Min((int)position, inputs - 1);
        int second = Math.Min(first + 1, inputs - 1);
        return [(first, 1 - (position - first)), (second, position - first)];
    }
}
