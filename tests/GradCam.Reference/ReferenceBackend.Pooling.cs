namespace GradCam.Reference;

/// <content>Pooling.</content>
public readonly partial struct ReferenceBackend
{
    /// <inheritdoc/>
    public void MaxPool(in Window window, in Tensor input, in Tensor output)
    {
        Require(input.Channels == output.Channels, "equal channels", input, output);
        workspace.Store(output, Maximum(input, output, Taps(window, input, output)).Values);
    }

    /// <inheritdoc/>
    public void MaxPoolBackward(
        in Window window, in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        ReferenceWorkspace.RequireSameShape(input, inputGradient);
        double[] dx = ToMaximum(input, outputGradient, Taps(window, input, outputGradient));
        workspace.StoreGradient(inputGradient, dx, accumulate, gate);
    }

    /// <inheritdoc/>
    public void AdaptiveMaxPool(in Tensor input, in Tensor output)
    {
        Require(input.Channels == output.Channels, "equal channels", input, output);
        workspace.Store(output, Maximum(input, output, Bins(input, output)).Values);
    }

    /// <inheritdoc/>
    public void AdaptiveMaxPoolBackward(in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        ReferenceWorkspace.RequireSameShape(input, inputGradient);
        workspace.StoreGradient(inputGradient, ToMaximum(input, outputGradient, Bins(input, outputGradient)), accumulate, gate);
    }

    /// <inheritdoc/>
    public void AveragePool(in AveragePool op, in Tensor input, in Tensor output)
    {
        double[] x = workspace.Load(input);
        double[] y = new double[output.Length];
        List<(int Y, int X)>[] taps = Taps(op.Window, input, output);
        for (int p = 0; p < taps.Length; p++)
        {
            foreach ((int iy, int ix) in taps[p])
                for (int c = 0; c < output.Channels; c++)
                    y[p * output.Channels + c] += x[Index(input, iy, ix, c)] / Divisor(op, input, output, p, taps[p].Count);
        }

        workspace.Store(output, y);
    }

    /// <inheritdoc/>
    public void AveragePoolBackward(in AveragePool op, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        double[] dy = workspace.Load(outputGradient);
        double[] dx = new double[inputGradient.Length];
        List<(int Y, int X)>[] taps = Taps(op.Window, inputGradient, outputGradient);
        for (int p = 0; p < taps.Length; p++)
        {
            foreach ((int iy, int ix) in taps[p])
            {
                for (int c = 0; c < outputGradient.Channels; c++)
                {
                    dx[Index(inputGradient, iy, ix, c)] +=
                        dy[p * outputGradient.Channels + c] / Divisor(op, inputGradient, outputGradient, p, taps[p].Count);
                }
            }
        }

        workspace.StoreGradient(inputGradient, dx, accumulate, gate);
    }

    /// <inheritdoc/>
    public void AdaptiveAveragePool(in Tensor input, in Tensor output)
    {
        double[] x = workspace.Load(input);
        double[] y = new double[output.Length];
        List<(int Y, int X)>[] bins = Bins(input, output);
        for (int p = 0; p < bins.Length; p++)
            foreach ((int iy, int ix) in bins[p])
                for (int c = 0; c < output.Channels; c++)
                    y[p * output.Channels + c] += x[Index(input, iy, ix, c)] / bins[p].Count;
        workspace.Store(output, y);
    }

    /// <inheritdoc/>
    public void AdaptiveAveragePoolBackward(in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        double[] dy = workspace.Load(outputGradient);
        double[] dx = new double[inputGradient.Length];
        List<(int Y, int X)>[] bins = Bins(inputGradient, outputGradient);
        for (int p = 0; p < bins.Length; p++)
            foreach ((int iy, int ix) in bins[p])
                for (int c = 0; c < outputGradient.Channels; c++)
                    dx[Index(inputGradient, iy, ix, c)] += dy[p * outputGradient.Channels + c] / bins[p].Count;
        workspace.StoreGradient(inputGradient, dx, accumulate, gate);
    }

    /// <summary>For each output pixel, the input pixels on the map that its window covers, in row order.</summary>
    private static List<(int Y, int X)>[] Taps(in Window window, in Tensor input, in Tensor output)
    {
        var taps = new List<(int Y, int X)>[output.Pixels];
        for (int p = 0; p < taps.Length; p++)
        {
            taps[p] = [];
            for (int ky = 0; ky < window.Kernel.Height; ky++)
            {
                for (int kx = 0; kx < window.Kernel.Width; kx++)
                {
                    int iy = p / output.Width * window.Stride.Height - window.Pad.Top + ky * window.Dilation.Height;
                    int ix = p % output.Width * window.Stride.Width - window.Pad.Left + kx * window.Dilation.Width;
                    if (IsOnMap(input, iy, ix))
                        taps[p].Add((iy, ix));
                }
            }
        }

        return taps;
    }

    /// <summary>For each output pixel, the input pixels of its bin, in row order.</summary>
    private static List<(int Y, int X)>[] Bins(in Tensor input, in Tensor output)
    {
        var bins = new List<(int Y, int X)>[output.Pixels];
        for (int p = 0; p < bins.Length; p++)
        {
            bins[p] = [];
            int oy = p / output.Width;
            int ox = p % output.Width;
            for (int iy = 0; iy < input.Height; iy++)
                for (int ix = 0; ix < input.Width; ix++)
                    if (IsInBin(iy, oy, input.Height, output.Height) && IsInBin(ix, ox, input.Width, output.Width))
                        bins[p].Add((iy, ix));
        }

        return bins;
    }

    /// <summary>floor(o * inputs / outputs) &lt;= i &lt; ceil((o + 1) * inputs / outputs).</summary>
    private static bool IsInBin(long i, long o, long inputs, long outputs) =>
        i >= o * inputs / outputs && i < ((o + 1) * inputs + outputs - 1) / outputs;

    private (double[] Values, int[] Places) Maximum(in Tensor input, in Tensor output, List<(int Y, int X)>[] windows)
    {
        double[] x = workspace.Load(input);
        double[] values = new double[output.Length];
        int[] places = new int[output.Length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = double.NegativeInfinity;
            places[i] = -1;
            foreach ((int iy, int ix) in windows[i / output.Channels])
            {
                int place = Index(input, iy, ix, i % output.Channels);
                if (places[i] < 0 || x[place] > values[i] || double.IsNaN(x[place]))
                {
                    values[i] = x[place];
                    places[i] = place;
                }
            }
        }

        return (values, places);
    }

    private double[] ToMaximum(in Tensor input, in Tensor outputGradient, List<(int Y, int X)>[] windows)
    {
        double[] dy = workspace.Load(outputGradient);
        double[] dx = new double[input.Length];
        int[] places = Maximum(input, outputGradient, windows).Places;
        for (int i = 0; i < dy.Length; i++)
            if (places[i] >= 0)
                dx[places[i]] += dy[i];
        return dx;
    }

    /// <summary>What the sum over the window of output pixel p is divided by.</summary>
    private static int Divisor(in AveragePool op, in Tensor input, in Tensor output, int p, int tapsOnMap)
    {
        if (!op.CountPadding)
            return tapsOnMap;
        Window window = op.Window;
        int count = 0;
        for (int ky = 0; ky < window.Kernel.Height; ky++)
        {
            for (int kx = 0; kx < window.Kernel.Width; kx++)
            {
                int iy = p / output.Width * window.Stride.Height - window.Pad.Top + ky;
                int ix = p % output.Width * window.Stride.Width - window.Pad.Left + kx;
                if (iy < input.Height + window.Pad.Bottom && ix < input.Width + window.Pad.Right)
                    count++;
            }
        }

        return count;
    }
}
