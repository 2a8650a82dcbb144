namespace GradCam.Reference;

/// <content>Maps into the workspace, out of it and within it.</content>
public readonly partial struct ReferenceBackend
{
    /// <inheritdoc/>
    public void Write(ReadOnlySpan<float> source, TensorLayout layout, in Tensor destination)
    {
        double[] map = new double[source.Length];
        for (int i = 0; i < map.Length; i++)
        {
            (int pixel, int channel) = Math.DivRem(i, destination.Channels);
            map[i] = source[layout == TensorLayout.Chw ? channel * destination.Pixels + pixel : i];
        }

        workspace.Store(destination, map);
    }

    /// <inheritdoc/>
    public void Read(in Tensor source, Span<float> destination)
    {
        double[] map = workspace.Load(source);
        for (int i = 0; i < map.Length; i++)
            destination[i] = (float)map[i];
    }

    /// <inheritdoc/>
    public void OneHot(int @class, float seed, in Tensor gradient)
    {
        Require(IsPixel(gradient) && @class >= 0 && @class < gradient.Channels, $"a 1x1 map with class {@class}", gradient, gradient);
        double[] map = new double[gradient.Length];
        map[@class] = seed;
        workspace.Store(gradient, map);
    }

    /// <inheritdoc/>
    public void Copy(in Tensor source, in Tensor destination, bool accumulate = false, in Gate gate = default) =>
        workspace.StoreGradient(destination, SumTo(workspace.Load(source), source, destination), accumulate, gate);

    /// <inheritdoc/>
    public void Clear(in Tensor destination) => workspace.Store(destination, new double[destination.Length]);
}
