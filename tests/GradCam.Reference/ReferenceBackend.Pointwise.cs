namespace GradCam.Reference;

/// <content>Activations, sums and products.</content>
public readonly partial struct ReferenceBackend
{
    /// <inheritdoc/>
    public void Activate(in Activation activation, in Tensor input, in Tensor output)
    {
        ReferenceWorkspace.RequireSameShape(input, output);
        double[] y = workspace.Load(input);
        ApplyActivation(activation, y);
        workspace.Store(output, y);
    }

    /// <inheritdoc/>
    public void ActivationBackward(in Activation activation, in Tensor saved, in Tensor outputGradient, in Tensor inputGradient, bool accumulate)
    {
        ReferenceWorkspace.RequireSameShape(outputGradient, inputGradient);
        ReferenceWorkspace.RequireSameShape(saved, inputGradient);
        double[] s = workspace.Load(saved);
        double[] dx = workspace.Load(outputGradient);
        for (int i = 0; i < dx.Length; i++)
        {
            dx[i] *= activation.GradientFromOutput
                ? ReferenceActivation.DerivativeFromOutput(activation, s[i])
                : ReferenceActivation.Derivative(activation, s[i]);
        }

        workspace.StoreGradient(inputGradient, dx, accumulate, default);
    }

    /// <inheritdoc/>
    public void ParametricRelu(in ParametricRelu op, in Tensor input, in Tensor output)
    {
        ReferenceWorkspace.RequireSameShape(input, output);
        double[] y = workspace.Load(input);
        for (int i = 0; i < y.Length; i++)
            y[i] = y[i] > 0 ? y[i] : weights.PerChannel(op.Slope, i % input.Channels, 0) * y[i];
        workspace.Store(output, y);
    }

    /// <inheritdoc/>
    public void ParametricReluBackward(
        in ParametricRelu op, in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        ReferenceWorkspace.RequireSameShape(input, inputGradient);
        ReferenceWorkspace.RequireSameShape(outputGradient, inputGradient);
        double[] x = workspace.Load(input);
        double[] dx = workspace.Load(outputGradient);
        for (int i = 0; i < dx.Length; i++)
            dx[i] *= x[i] > 0 ? 1 : weights.PerChannel(op.Slope, i % input.Channels, 0);
        workspace.StoreGradient(inputGradient, dx, accumulate, gate);
    }

    /// <inheritdoc/>
    public void Add(in Tensor a, in Tensor b, in Activation activation, in Tensor output)
    {
        double[] y = workspace.Load(a);
        double[] other = Spread(b, a);
        ReferenceWorkspace.RequireSameShape(a, output);
        for (int i = 0; i < y.Length; i++)
            y[i] += other[i];
        ApplyActivation(activation, y);
        workspace.Store(output, y);
    }

    /// <inheritdoc/>
    public void Multiply(in Tensor a, in Tensor b, in Activation activation, in Tensor output)
    {
        double[] y = workspace.Load(a);
        double[] other = Spread(b, a);
        ReferenceWorkspace.RequireSameShape(a, output);
        for (int i = 0; i < y.Length; i++)
            y[i] *= other[i];
        ApplyActivation(activation, y);
        workspace.Store(output, y);
    }

    /// <inheritdoc/>
    public void MultiplyBackward(in Tensor other, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        double[] dx = workspace.Load(outputGradient);
        double[] factor = Spread(other, outputGradient);
        for (int i = 0; i < dx.Length; i++)
            dx[i] *= factor[i];
        workspace.StoreGradient(inputGradient, SumTo(dx, outputGradient, inputGradient), accumulate, gate);
    }

    private static void ApplyActivation(in Activation activation, double[] map)
    {
        for (int i = 0; i < map.Length; i++)
            map[i] = ReferenceActivation.Value(activation, map[i]);
    }

    /// <summary>A tensor's map in another's shape: itself, or its only pixel at every pixel.</summary>
    private double[] Spread(in Tensor tensor, in Tensor over)
    {
        double[] map = workspace.Load(tensor);
        if (!IsPixel(tensor) || IsPixel(over))
        {
            ReferenceWorkspace.RequireSameShape(tensor, over);
            return map;
        }

        Require(tensor.Channels == over.Channels, "equal channels", tensor, over);
        double[] spread = new double[over.Length];
        for (int i = 0; i < spread.Length; i++)
            spread[i] = map[i % over.Channels];
        return spread;
    }

    /// <summary>A map in the shape of another tensor: itself, or summed over its pixels.</summary>
    private static double[] SumTo(double[] map, in Tensor from, in Tensor to)
    {
        if (!IsPixel(to) || IsPixel(from))
        {
            ReferenceWorkspace.RequireSameShape(from, to);
            return map;
        }

        Require(from.Channels == to.Channels, "equal channels", from, to);
        double[] sums = new double[to.Channels];
        for (int i = 0; i < map.Length; i++)
            sums[i % to.Channels] += map[i];
        return sums;
    }
}
