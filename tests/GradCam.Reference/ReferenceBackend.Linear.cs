using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace GradCam.Reference;

/// <content>Linear layers.</content>
public readonly partial struct ReferenceBackend
{
    /// <inheritdoc/>
    public void Linear(in Linear op, in Tensor input, in Tensor output)
    {
        double[] x = workspace.Load(input);
        double[] w = LinearMatrix(op, input, output);
        double[] y = new double[output.Length];
        for (int o = 0; o < output.Channels; o++)
        {
            double sum = TensorPrimitives.Dot(w.AsSpan(o * input.Channels, input.Channels), x);
            y[o] = ApplyAffine(op.Affine, o, sum + weights.PerChannel(op.Bias, o, 0));
        }

        ApplyActivation(op.Activation, y);
        workspace.Store(output, y);
    }

    /// <inheritdoc/>
    public void LinearBackward(in Linear op, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        double[] dy = workspace.Load(outputGradient);
        double[] w = LinearMatrix(op, inputGradient, outputGradient);
        double[] dx = new double[inputGradient.Length];
        for (int o = 0; o < outputGradient.Channels; o++)
            TensorPrimitives.MultiplyAdd(w.AsSpan(o * inputGradient.Channels, inputGradient.Channels), dy[o] * AffineFactor(op.Affine, o), dx, dx);
        workspace.StoreGradient(inputGradient, dx, accumulate, gate);
    }

    /// <inheritdoc/>
    public void LinearBackwardRow(in Linear op, int @class, float seed, in Tensor inputGradient, bool accumulate, in Gate gate = default)
    {
        double[] w = weights[op.Weight];
        double[] dx = new double[inputGradient.Length];
        for (int i = 0; i < inputGradient.Channels; i++)
            dx[i] = seed * AffineFactor(op.Affine, @class) * w[@class * inputGradient.Channels + i];
        workspace.StoreGradient(inputGradient, dx, accumulate, gate);
    }

    /// <inheritdoc/>
    public void LinearBackwardSums(in Linear op, in Tensor outputGradient, in Tensor sums)
    {
        double[] w = weights[op.Weight];
        double[] dy = workspace.Load(outputGradient);
        int columns = w.Length / dy.Length;
        Require(columns % sums.Channels == 0 && sums.Pixels == 1, "one channel for as many columns", outputGradient, sums);
        double[] dx = new double[sums.Channels];
        for (int o = 0; o < dy.Length; o++)
            for (int i = 0; i < columns; i++)
                dx[i / (columns / sums.Channels)] += dy[o] * AffineFactor(op.Affine, o) * w[o * columns + i];
        workspace.Store(sums, dx);
    }

    private double[] LinearMatrix(in Linear op, in Tensor input, in Tensor output)
    {
        double[] matrix = weights[op.Weight];
        Require(IsPixel(input) && IsPixel(output) && matrix.Length == input.Channels * output.Channels, "1x1 maps that fit the matrix", input, output);
        return matrix;
    }
}
