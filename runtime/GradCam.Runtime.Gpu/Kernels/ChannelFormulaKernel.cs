using GradCam.Explain.Maps;
using ILGPU;

namespace GradCam.Gpu.Kernels;

/// <summary>The arguments of <see cref="ChannelFormulaKernel"/>.</summary>
internal struct FormulaArgs
{
    // First, so that no gap is before it.
    public double Scalar;

    /// <summary>Numbers of all samples.</summary>
    public int Count;

    /// <summary>Whether there are first and second ones; without they are zeros.</summary>
    public int HasFirst;
    public int HasSecond;
}

/// <summary>A formula of each channel's numbers: weights of sums.</summary>
internal static class ChannelFormulaKernel
{
    /// <summary>A thread a number.</summary>
    /// <typeparam name="TFormula">The formula.</typeparam>
    /// <param name="first">[samples, channels].</param>
    /// <param name="second">[samples, channels].</param>
    /// <param name="results">[samples, channels].</param>
    /// <param name="args">How many.</param>
    public static void Run<TFormula>(ArrayView<double> first, ArrayView<double> second, ArrayView<double> results, FormulaArgs args)
        where TFormula : IChannelFormula
    {
        for (int i = SampleArgs.Thread; i < args.Count; i += SampleArgs.Threads)
        {
            var a = new DoubleNumber(args.HasFirst != 0 ? first[i] : 0);
            var b = new DoubleNumber(args.HasSecond != 0 ? second[i] : 0);
            results[i] = TFormula.Of(a, b, new DoubleNumber(args.Scalar)).Value;
        }
    }
}
