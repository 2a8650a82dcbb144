using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace GradCam.Reference;

/// <content>Convolutions, transposed convolutions, chains.</content>
public readonly partial struct ReferenceBackend
{
    /// <inheritdoc/>
    public void Convolution(in Convolution op, in Tensor input, in Tensor output) => Convolution(op, input, default, output);

    /// <inheritdoc/>
    public void Convolution(in Convolution op, in Tensor input, in Tensor residual, in Tensor output)
    {
        workspace.RequireZeroHalo(input, WindowReach.Gather(op.Window, Size(input), Size(output)));
        Finish(op, Convolve(op, workspace.Load(input), input, output), residual, output);
    }

    /// <inheritdoc/>
    public void ConvolutionChain(
        ReadOnlySpan<Convolution> chain, ReadOnlySpan<MapSize> between, in Tensor input, in Tensor residual, in Tensor output)
    {
        (double[] x, Tensor read) = Links(chain[..^1], between, input);
        Finish(chain[^1], Convolve(chain[^1], x, read, output), residual, output);
    }

    /// <inheritdoc/>
    public void ConvolutionChain(
        ReadOnlySpan<Convolution> chain, ReadOnlySpan<MapSize> between, in Window maxPool, in Tensor input, in Tensor output)
    {
        (double[] x, Tensor read) = Links(chain, between, input);
        var maps = new ReferenceWorkspace(read.Length + output.Length);
        Tensor pooled = new(read.Length, output.Channels, output.Height, output.Width);
        maps.Store(read, x);
        new ReferenceBackend(maps, weights).MaxPool(maxPool, read, pooled);
        workspace.Store(output, maps.Load(pooled));
    }

    /// <inheritdoc/>
    public void ConvolutionBackward(in Convolution op, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        Window window = op.Window;
        workspace.RequireZeroHalo(outputGradient, WindowReach.Scatter(window, Size(outputGradient), Size(inputGradient)));
        double[] dy = workspace.Load(outputGradient);
        double[] w = TapsOf(ConvolutionKernel(op, inputGradient, outputGradient), outputGradient.Channels, window.Kernel);
        double[] dx = new double[inputGradient.Length];
        int inputs = inputGradient.Channels / op.Groups;
        int outputs = outputGradient.Channels / op.Groups;
        int taps = window.Kernel.Height * window.Kernel.Width;
        for (int oy = 0; oy < outputGradient.Height; oy++)
        {
            for (int oc = 0; oc < outputGradient.Channels; oc++)
            {
                for (int ox = 0; ox < outputGradient.Width; ox++)
                {
                    double g = dy[Index(outputGradient, oy, ox, oc)] * AffineFactor(op.Affine, oc);
                    for (int tap = 0; tap < taps && g != 0; tap++)
                    {
                        int iy = oy * window.Stride.Height - window.Pad.Top + tap / window.Kernel.Width * window.Dilation.Height;
                        int ix = ox * window.Stride.Width - window.Pad.Left + tap % window.Kernel.Width * window.Dilation.Width;
                        if (!IsOnMap(inputGradient, iy, ix))
                            continue;
                        Span<double> pixel = dx.AsSpan(Index(inputGradient, iy, ix, oc / outputs * inputs), inputs);
                        TensorPrimitives.MultiplyAdd(w.AsSpan((oc * taps + tap) * inputs, inputs), g, pixel, pixel);
                    }
                }
            }
        }

        workspace.StoreGradient(inputGradient, dx, accumulate, gate);
    }

    /// <inheritdoc/>
    public void ConvolutionBackwardChannel(
        in Convolution op, int channel, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        Window window = op.Window;
        double[] dy = workspace.Load(outputGradient);
        double[] w = weights[op.Weight];
        double[] dx = new double[inputGradient.Length];
        int inputs = inputGradient.Channels;
        for (int oy = 0; oy < outputGradient.Height; oy++)
        {
            for (int ox = 0; ox < outputGradient.Width; ox++)
            {
                double g = dy[Index(outputGradient, oy, ox, 0)] * AffineFactor(op.Affine, channel);
                for (int ky = 0; ky < window.Kernel.Height; ky++)
                {
                    for (int kx = 0; kx < window.Kernel.Width; kx++)
                    {
                        int iy = oy * window.Stride.Height - window.Pad.Top + ky * window.Dilation.Height;
                        int ix = ox * window.Stride.Width - window.Pad.Left + kx * window.Dilation.Width;
                        if (!IsOnMap(inputGradient, iy, ix))
                            continue;
                        for (int ic = 0; ic < inputs; ic++)
                            dx[Index(inputGradient, iy, ix, ic)] += g * w[((channel * inputs + ic) * window.Kernel.Height + ky) * window.Kernel.Width + kx];
                    }
                }
            }
        }

        workspace.StoreGradient(inputGradient, dx, accumulate, gate);
    }

    /// <inheritdoc/>
    public void TransposedConvolution(in TransposedConvolution op, in Tensor input, in Tensor output)
    {
        Window window = op.Window;
        workspace.RequireZeroHalo(input, WindowReach.Scatter(window, Size(input), Size(output)));
        double[] x = workspace.Load(input);
        double[] w = TransposedKernel(op, input, output);
        double[] y = new double[output.Length];
        int inputs = input.Channels / op.Groups;
        int outputs = output.Channels / op.Groups;
        for (int iy = 0; iy < input.Height; iy++)
        {
            for (int ix = 0; ix < input.Width; ix++)
            {
                for (int ic = 0; ic < input.Channels; ic++)
                {
                    for (int ky = 0; ky < window.Kernel.Height; ky++)
                    {
                        for (int kx = 0; kx < window.Kernel.Width; kx++)
                        {
                            int oy = iy * window.Stride.Height - window.Pad.Top + ky * window.Dilation.Height;
                            int ox = ix * window.Stride.Width - window.Pad.Left + kx * window.Dilation.Width;
                            if (!IsOnMap(output, oy, ox))
                                continue;
                            for (int o = 0; o < outputs; o++)
                            {
                                int oc = ic / inputs * outputs + o;
                                y[Index(output, oy, ox, oc)] +=
                                    x[Index(input, iy, ix, ic)] * w[((ic * outputs + o) * window.Kernel.Height + ky) * window.Kernel.Width + kx];
                            }
                        }
                    }
                }
            }
        }

        for (int i = 0; i < y.Length; i++)
            y[i] = ApplyAffine(op.Affine, i % output.Channels, y[i] + weights.PerChannel(op.Bias, i % output.Channels, 0));
        ApplyActivation(op.Activation, y);
        workspace.Store(output, y);
    }

    /// <inheritdoc/>
    public void TransposedConvolutionBackward(
        in TransposedConvolution op, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        Window window = op.Window;
        workspace.RequireZeroHalo(outputGradient, WindowReach.Gather(window, Size(outputGradient), Size(inputGradient)));
        double[] dy = workspace.Load(outputGradient);
        double[] w = TransposedKernel(op, inputGradient, outputGradient);
        double[] dx = new double[inputGradient.Length];
        int inputs = inputGradient.Channels / op.Groups;
        int outputs = outputGradient.Channels / op.Groups;
        for (int iy = 0; iy < inputGradient.Height; iy++)
        {
            for (int ix = 0; ix < inputGradient.Width; ix++)
            {
                for (int ic = 0; ic < inputGradient.Channels; ic++)
                {
                    double sum = 0;
                    for (int ky = 0; ky < window.Kernel.Height; ky++)
                    {
                        for (int kx = 0; kx < window.Kernel.Width; kx++)
                        {
                            int oy = iy * window.Stride.Height - window.Pad.Top + ky * window.Dilation.Height;
                            int ox = ix * window.Stride.Width - window.Pad.Left + kx * window.Dilation.Width;
                            if (!IsOnMap(outputGradient, oy, ox))
                                continue;
                            for (int o = 0; o < outputs; o++)
                            {
                                int oc = ic / inputs * outputs + o;
                                sum += dy[Index(outputGradient, oy, ox, oc)] * AffineFactor(op.Affine, oc)
                                    * w[((ic * outputs + o) * window.Kernel.Height + ky) * window.Kernel.Width + kx];
                            }
                        }
                    }

                    dx[Index(inputGradient, iy, ix, ic)] = sum;
                }
            }
        }

        workspace.StoreGradient(inputGradient, dx, accumulate, gate);
    }

    private double[] ConvolutionKernel(in Convolution op, in Tensor input, in Tensor output)
    {
        double[] kernel = weights[op.Weight];
        int expected = output.Channels * (input.Channels / op.Groups) * op.Window.Kernel.Height * op.Window.Kernel.Width;
        Require(kernel.Length == expected && input.Channels % op.Groups == 0 && output.Channels % op.Groups == 0, $"a kernel of {expected}", input, output);
        return kernel;
    }

    /// <summary>A kernel [out, in, height, width] as [out, height, width, in]: the inputs of a tap are neighbours, as the channels of a pixel are.</summary>
    private static double[] TapsOf(double[] kernel, int outputs, Extent size)
    {
        int taps = size.Height * size.Width;
        int inputs = kernel.Length / outputs / taps;
        double[] byTap = new double[kernel.Length];
        for (int o = 0; o < outputs; o++)
            for (int i = 0; i < inputs; i++)
                for (int tap = 0; tap < taps; tap++)
                    byTap[(o * taps + tap) * inputs + i] = kernel[(o * inputs + i) * taps + tap];
        return byTap;
    }

    private double[] TransposedKernel(in TransposedConvolution op, in Tensor input, in Tensor output)
    {
        double[] kernel = weights[op.Weight];
        int expected = input.Channels * (output.Channels / op.Groups) * op.Window.Kernel.Height * op.Window.Kernel.Width;
        Require(kernel.Length == expected && input.Channels % op.Groups == 0 && output.Channels % op.Groups == 0, $"a kernel of {expected}", input, output);
        return kernel;
    }

    /// <summary>Convolutions that read one another; the last one's output, packed, and its shape.</summary>
    private (double[] Map, Tensor Shape) Links(ReadOnlySpan<Convolution> chain, ReadOnlySpan<MapSize> between, in Tensor input)
    {
        double[] x = workspace.Load(input);
        Tensor read = input;
        if (between.Length != chain.Length)
            throw new InvalidOperationException($"Expected the sizes of {chain.Length} maps between, found {between.Length}.");
        for (int i = 0; i < chain.Length; i++)
        {
            Convolution op = chain[i];
            Window window = op.Window;
            int outputs = weights[op.Weight].Length / (read.Channels / op.Groups * window.Kernel.Height * window.Kernel.Width);
            Tensor made = new(
                0, outputs,
                OutputSize(window.Pad.Top + read.Height + window.Pad.Bottom, window.Kernel.Height, window.Stride.Height, window.Dilation.Height),
                OutputSize(window.Pad.Left + read.Width + window.Pad.Right, window.Kernel.Width, window.Stride.Width, window.Dilation.Width));
            if (between[i] != new MapSize(made.Channels, made.Height, made.Width))
                throw new InvalidOperationException($"Expected {made} of convolution {i} of the chain, found {between[i]}.");
            x = Convolve(op, x, read, made);
            ApplyActivation(op.Activation, x);
            read = made;
        }

        return (x, read);
    }

    /// <summary>How many outputs have all their taps on the padded map.</summary>
    private static int OutputSize(int padded, int kernel, int stride, int dilation)
    {
        int outputs = 0;
        while (outputs * stride + (kernel - 1) * dilation < padded)
            outputs++;
        return outputs;
    }

    /// <summary>affine(conv(x) + bias), packed.</summary>
    private double[] Convolve(in Convolution op, double[] x, in Tensor input, in Tensor output)
    {
        Window window = op.Window;
        double[] w = TapsOf(ConvolutionKernel(op, input, output), output.Channels, window.Kernel);
        double[] y = new double[output.Length];
        int inputs = input.Channels / op.Groups;
        int outputs = output.Channels / op.Groups;
        int taps = window.Kernel.Height * window.Kernel.Width;
        for (int oy = 0; oy < output.Height; oy++)
        {
            for (int oc = 0; oc < output.Channels; oc++)
            {
                for (int ox = 0; ox < output.Width; ox++)
                {
                    double sum = 0;
                    for (int tap = 0; tap < taps; tap++)
                    {
                        int iy = oy * window.Stride.Height - window.Pad.Top + tap / window.Kernel.Width * window.Dilation.Height;
                        int ix = ox * window.Stride.Width - window.Pad.Left + tap % window.Kernel.Width * window.Dilation.Width;
                        if (!IsOnMap(input, iy, ix))
                            continue;
                        ReadOnlySpan<double> pixel = x.AsSpan(Index(input, iy, ix, oc / outputs * inputs), inputs);
                        sum += TensorPrimitives.Dot(pixel, w.AsSpan((oc * taps + tap) * inputs, inputs));
                    }

                    y[Index(output, oy, ox, oc)] = ApplyAffine(op.Affine, oc, sum + weights.PerChannel(op.Bias, oc, 0));
                }
            }
        }

        return y;
    }

    /// <summary>Adds the residual, applies the activation, stores.</summary>
    private void Finish(in Convolution op, double[] y, in Tensor residual, in Tensor output)
    {
        if (!residual.IsEmpty)
        {
            ReferenceWorkspace.RequireSameShape(residual, output);
            double[] r = workspace.Load(residual);
            for (int i = 0; i < y.Length; i++)
                y[i] += r[i];
        }

        ApplyActivation(op.Activation, y);
        workspace.Store(output, y);
    }
}
