namespace GradCam.Reference;

/// <content>Per-channel affine, softmax, layer norm, group norm, local response norm.</content>
public readonly partial struct ReferenceBackend
{
    /// <inheritdoc/>
    public void Affine(in ChannelAffine op, in Tensor input, in Tensor output)
    {
        ReferenceWorkspace.RequireSameShape(input, output);
        double[] y = workspace.Load(input);
        for (int i = 0; i < y.Length; i++)
            y[i] = ApplyAffine(op.Affine, i % input.Channels, y[i]);
        ApplyActivation(op.Activation, y);
        workspace.Store(output, y);
    }

    /// <inheritdoc/>
    public void AffineBackward(in ChannelAffine op, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        ReferenceWorkspace.RequireSameShape(outputGradient, inputGradient);
        double[] dx = workspace.Load(outputGradient);
        for (int i = 0; i < dx.Length; i++)
            dx[i] *= AffineFactor(op.Affine, i % inputGradient.Channels);
        workspace.StoreGradient(inputGradient, dx, accumulate, gate);
    }

    /// <inheritdoc/>
    public void Softmax(in Tensor input, in Tensor output)
    {
        ReferenceWorkspace.RequireSameShape(input, output);
        double[] x = workspace.Load(input);
        double[] y = new double[x.Length];
        int n = input.Channels;
        for (int p = 0; p < input.Pixels; p++)
        {
            double max = double.NegativeInfinity;
            for (int c = 0; c < n; c++)
                max = Math.Max(max, x[p * n + c]);
            double sum = 0;
            for (int c = 0; c < n; c++)
                sum += Math.Exp(x[p * n + c] - max);
            for (int c = 0; c < n; c++)
                y[p * n + c] = Math.Exp(x[p * n + c] - max) / sum;
        }

        workspace.Store(output, y);
    }

    /// <inheritdoc/>
    public void SoftmaxBackward(in Tensor output, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        ReferenceWorkspace.RequireSameShape(output, inputGradient);
        ReferenceWorkspace.RequireSameShape(outputGradient, inputGradient);
        double[] y = workspace.Load(output);
        double[] dy = workspace.Load(outputGradient);
        double[] dx = new double[y.Length];
        int n = output.Channels;
        for (int p = 0; p < output.Pixels; p++)
        {
            // dy_i/dx_j = y_i ([i = j] - y_j)
            double mean = 0;
            for (int i = 0; i < n; i++)
                mean += dy[p * n + i] * y[p * n + i];
            for (int j = 0; j < n; j++)
                dx[p * n + j] = y[p * n + j] * (dy[p * n + j] - mean);
        }

        workspace.StoreGradient(inputGradient, dx, accumulate, gate);
    }

    /// <inheritdoc/>
    public void LayerNorm(in LayerNorm op, in Tensor input, in Tensor output)
    {
        ReferenceWorkspace.RequireSameShape(input, output);
        double[] x = workspace.Load(input);
        double[] y = new double[x.Length];
        int n = input.Channels;
        for (int p = 0; p < input.Pixels; p++)
        {
            (double mean, double deviation) = Moments(x.AsSpan(p * n, n), op.Epsilon);
            for (int c = 0; c < n; c++)
                y[p * n + c] = (x[p * n + c] - mean) / deviation * weights.PerChannel(op.Weight, c, 1) + weights.PerChannel(op.Bias, c, 0);
        }

        workspace.Store(output, y);
    }

    /// <inheritdoc/>
    public void LayerNormBackward(in LayerNorm op, in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        ReferenceWorkspace.RequireSameShape(input, inputGradient);
        ReferenceWorkspace.RequireSameShape(outputGradient, inputGradient);
        double[] x = workspace.Load(input);
        double[] dy = workspace.Load(outputGradient);
        double[] dx = new double[x.Length];
        int n = input.Channels;
        for (int p = 0; p < input.Pixels; p++)
        {
            (double mean, double deviation) = Moments(x.AsSpan(p * n, n), op.Epsilon);

            // With h = (x - mean) / deviation: dh_i/dx_j = ([i = j] - 1/n - h_i h_j / n) / deviation
            for (int j = 0; j < n; j++)
            {
                for (int i = 0; i < n; i++)
                {
                    double hi = (x[p * n + i] - mean) / deviation;
                    double hj = (x[p * n + j] - mean) / deviation;
                    double derivative = ((i == j ? 1 : 0) - 1.0 / n - hi * hj / n) / deviation;
                    dx[p * n + j] += dy[p * n + i] * weights.PerChannel(op.Weight, i, 1) * derivative;
                }
            }
        }

        workspace.StoreGradient(inputGradient, dx, accumulate, gate);
    }

    /// <inheritdoc/>
    public void GroupNorm(in GroupNorm op, in Tensor input, in Tensor output)
    {
        ReferenceWorkspace.RequireSameShape(input, output);
        double[] x = workspace.Load(input);
        double[] y = new double[x.Length];
        for (int group = 0; group < op.Groups; group++)
        {
            int[] members = Members(op, input, group);
            (double mean, double deviation) = Moments(Array.ConvertAll(members, i => x[i]), op.Epsilon);
            foreach (int i in members)
            {
                int c = i % input.Channels;
                y[i] = (x[i] - mean) / deviation * weights.PerChannel(op.Weight, c, 1) + weights.PerChannel(op.Bias, c, 0);
            }
        }

        workspace.Store(output, y);
    }

    /// <inheritdoc/>
    public void GroupNormBackward(in GroupNorm op, in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        ReferenceWorkspace.RequireSameShape(input, inputGradient);
        ReferenceWorkspace.RequireSameShape(outputGradient, inputGradient);
        double[] x = workspace.Load(input);
        double[] dy = workspace.Load(outputGradient);
        double[] dx = new double[x.Length];
        for (int group = 0; group < op.Groups; group++)
        {
            int[] members = Members(op, input, group);
            (double mean, double deviation) = Moments(Array.ConvertAll(members, i => x[i]), op.Epsilon);

            // As in layer norm, sum_i dy_i w_i dh_i/dx_j; the sums over i do not depend on j.
            double sum = 0, product = 0;
            foreach (int i in members)
            {
                double u = dy[i] * weights.PerChannel(op.Weight, i % input.Channels, 1);
                sum += u;
                product += u * (x[i] - mean) / deviation;
            }

            foreach (int j in members)
            {
                double u = dy[j] * weights.PerChannel(op.Weight, j % input.Channels, 1);
                dx[j] = (u - sum / members.Length - (x[j] - mean) / deviation * product / members.Length) / deviation;
            }
        }

        workspace.StoreGradient(inputGradient, dx, accumulate, gate);
    }

    /// <inheritdoc/>
    public void LocalResponseNorm(in LocalResponseNorm op, in Tensor input, in Tensor output)
    {
        ReferenceWorkspace.RequireSameShape(input, output);
        double[] x = workspace.Load(input);
        double[] y = new double[x.Length];
        int n = input.Channels;
        for (int p = 0; p < input.Pixels; p++)
            for (int c = 0; c < n; c++)
                y[p * n + c] = x[p * n + c] * Math.Pow(NeighbourhoodDenominator(op, x.AsSpan(p * n, n), c), -op.Beta);
        workspace.Store(output, y);
    }

    /// <inheritdoc/>
    public void LocalResponseNormBackward(
        in LocalResponseNorm op, in Tensor input, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        ReferenceWorkspace.RequireSameShape(input, inputGradient);
        ReferenceWorkspace.RequireSameShape(outputGradient, inputGradient);
        double[] x = workspace.Load(input);
        double[] dy = workspace.Load(outputGradient);
        double[] dx = new double[x.Length];
        int n = input.Channels;
        for (int p = 0; p < input.Pixels; p++)
        {
            for (int i = 0; i < n; i++)
            {
                // y_i = x_i d_i^-beta with d_i = k + alpha / size * sum x_j^2
                double denominator = NeighbourhoodDenominator(op, x.AsSpan(p * n, n), i);
                double g = dy[p * n + i];
                dx[p * n + i] += g * Math.Pow(denominator, -op.Beta);
                for (int j = 0; j < n; j++)
                {
                    if (IsNeighbour(op.Size, i, j))
                    {
                        dx[p * n + j] -= g * x[p * n + i] * op.Beta * Math.Pow(denominator, -op.Beta - 1.0)
                            * (2.0 * op.Alpha / op.Size) * x[p * n + j];
                    }
                }
            }
        }

        workspace.StoreGradient(inputGradient, dx, accumulate, gate);
    }

    /// <summary>The elements of a group, all pixels of its channels.</summary>
    private static int[] Members(in GroupNorm op, in Tensor map, int group)
    {
        int all = map.Channels, own = map.Channels / op.Groups;
        return [.. Enumerable.Range(0, map.Pixels).SelectMany(p => Enumerable.Range(p * all + group * own, own))];
    }

    private static (double Mean, double Deviation) Moments(ReadOnlySpan<double> x, double epsilon)
    {
        double mean = 0;
        foreach (double value in x)
            mean += value / x.Length;
        double variance = 0;
        foreach (double value in x)
            variance += (value - mean) * (value - mean) / x.Length;
        return (mean, Math.Sqrt(variance + epsilon));
    }

    private static double NeighbourhoodDenominator(in LocalResponseNorm op, ReadOnlySpan<double> x, int channel)
    {
        double sum = 0;
        for (int j = 0; j < x.Length; j++)
            if (IsNeighbour(op.Size, channel, j))
                sum += x[j] * x[j];
        return op.Bias + (double)op.Alpha / op.Size * sum;
    }

    /// <summary>Is channel j in the neighbourhood of channel i? PyTorch's: of an even size, the extra channel is the one before.</summary>
    private static bool IsNeighbour(int size, int i, int j) => j >= i - size / 2 && j <= i + (size - 1) / 2;
}
