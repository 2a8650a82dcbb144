using GradCam.Cpu.Conv.Algorithm;
using GradCam.Cpu.Conv.Depthwise;
using GradCam.Cpu.Conv.Direct;
using GradCam.Cpu.Conv.Winograd;
using GradCam.Cpu.Simd;

namespace GradCam.Cpu.Conv;

/// <summary>
/// Chooses how a convolution is computed. The choice depends on shapes and options alone, not on the number of threads, so that results do not either.
/// </summary>
/// <remarks>
/// The cost model, in cycles of one core: arithmetic and the reading of weights overlap in part, cost = max(a, b) + 0.3 min(a, b). b is the bytes of packed
/// weights at 7 a cycle (a core's share of memory bandwidth: in a whole network a layer's weights come from memory); a is the multiply-adds at the rate of
/// the vector units plus, for Winograd, the transforms of each tile. A Winograd kernel is 36/9 or 16/9 of the plain one, which is what makes it lose where
/// maps are small and channels many. README.md beside this folder compares the model with measurements.
/// </remarks>
internal static class AlgorithmChoice
{
    private const double BytesPerCycle = 7;
    private const double Overlap = 0.3;

    /// <summary>Packs a convolution for the algorithm that is expected to be fastest.</summary>
    public static ConvolutionAlgorithm Make(ConvolutionShape shape, bool useWinograd)
    {
        if (useWinograd && shape.IsWinograd)
        {
            double direct = DirectCycles(shape);
            double two = WinogradCycles(shape, outputs: 2, inputTransform: 60, outputTransform: 40);
            double four = WinogradCycles(shape, outputs: 4, inputTransform: 160, outputTransform: 140);
            if (four < direct && four <= two)
                return new WinogradConvolution<Winograd4>(shape.Kernel, shape.Rows[0], shape.Columns[0]);
            if (two < direct)
                return new WinogradConvolution<Winograd2>(shape.Kernel, shape.Rows[0], shape.Columns[0]);
        }

        return MakeForRows(shape);
    }

    /// <summary>Packs a convolution for an algorithm that computes any rows of its output by themselves.</summary>
    public static ConvolutionAlgorithm MakeForRows(ConvolutionShape shape) =>
        shape.IsDepthwise
            ? new DepthwiseConvolution(shape.Kernel, shape.Rows, shape.Columns)
            : new DirectConvolution(shape.Kernel, shape.Rows, shape.Columns);

    /// <summary>The model's cost of a 3x3 convolution of stride 1 by direct sums.</summary>
    public static double DirectCycles(ConvolutionShape shape)
    {
        double products = 9.0 * shape.Kernel.Inputs * Padded(shape.Kernel.Outputs);
        return Combine(products * shape.OutputSize.Height * shape.OutputSize.Width / ProductsPerCycle, products);
    }

    /// <summary>The model's cost by Winograd's F(m x m, 3 x 3).</summary>
    /// <param name="shape">The convolution.</param>
    /// <param name="outputs">m.</param>
    /// <param name="inputTransform">Cycles to transform a vector of channels of a tile's inputs.</param>
    /// <param name="outputTransform">Cycles to transform a vector of channels of a tile's outputs.</param>
    public static double WinogradCycles(ConvolutionShape shape, int outputs, double inputTransform, double outputTransform)
    {
        int width = SimdLevels.Widest.Width();
        double tiles = Math.Ceiling((double)shape.OutputSize.Height / outputs) * Math.Ceiling((double)shape.OutputSize.Width / outputs);
        double products = (outputs + 2.0) * (outputs + 2) * shape.Kernel.Inputs * Padded(shape.Kernel.Outputs);
        double transforms = inputTransform * Padded(shape.Kernel.Inputs) / width + outputTransform * Padded(shape.Kernel.Outputs) / width;

        // The micro-kernel's setup weighs more than in the direct sums, as its loops are shorter by the number of taps.
        return Combine(tiles * (products * 1.08 / ProductsPerCycle + transforms), products);
    }

    /// <summary>Multiply-adds of floats in a cycle.</summary>
    private static double ProductsPerCycle => SimdLevels.Widest.IssueRate() * SimdLevels.Widest.Width();

    private static int Padded(int channels)
    {
        int width = SimdLevels.Widest.Width();
        return (channels + width - 1) / width * width;
    }

    private static double Combine(double arithmetic, double weights)
    {
        double memory = weights * sizeof(float) / BytesPerCycle;
        return Math.Max(arithmetic, memory) + Overlap * Math.Min(arithmetic, memory);
    }
}
