namespace GradCam.Reference;

/// <summary>
/// Every operation by its definition, in double precision: loops over all indices, padding by index arithmetic, nothing folded. It shares no code with
/// other backends. It also holds the schedule to its contract: halos must be large enough and zero where they stand for padding, and shapes must fit.
/// </summary>
/// <param name="workspace">Where the tensors lie.</param>
/// <param name="weights">The weights.</param>
public readonly partial struct ReferenceBackend(ReferenceWorkspace workspace, ReferenceWeights weights) : IBackend
{
    private static void Require(bool condition, string expected, in Tensor a, in Tensor b)
    {
        if (!condition)
            throw new InvalidOperationException($"Expected {expected}: {a} and {b}.");
    }

    private static int Index(in Tensor tensor, int y, int x, int c) => (y * tensor.Width + x) * tensor.Channels + c;

    private static bool IsOnMap(in Tensor tensor, int y, int x) => y >= 0 && y < tensor.Height && x >= 0 && x < tensor.Width;

    private static Extent Size(in Tensor tensor) => new(tensor.Height, tensor.Width);

    private static bool IsPixel(in Tensor tensor) => tensor.Height == 1 && tensor.Width == 1;

    /// <summary>The a of y = a x + b.</summary>
    private double AffineFactor(in AffineWeights affine, int channel)
    {
        double factor = weights.PerChannel(affine.Scale, channel, 1);
        if (affine.Variance.IsPresent)
            factor *= weights.PerChannel(affine.Weight, channel, 1) / Math.Sqrt(weights.PerChannel(affine.Variance, channel, 1) + affine.Epsilon);
        return factor;
    }

    /// <summary>The formula of <see cref="AffineWeights"/>, step by step.</summary>
    private double ApplyAffine(in AffineWeights affine, int channel, double x)
    {
        if (affine.Variance.IsPresent)
        {
            x = (x - weights.PerChannel(affine.Mean, channel, 0)) / Math.Sqrt(weights.PerChannel(affine.Variance, channel, 1) + affine.Epsilon);
            x = x * weights.PerChannel(affine.Weight, channel, 1) + weights.PerChannel(affine.Bias, channel, 0);
        }

        return x * weights.PerChannel(affine.Scale, channel, 1) + weights.PerChannel(affine.Shift, channel, 0);
    }
}
