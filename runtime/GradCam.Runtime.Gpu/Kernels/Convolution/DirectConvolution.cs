using ILGPU;

namespace GradCam.Gpu.Kernels.Convolution;

/// <summary>
/// A thread an output: for convolutions of a few channels a group, which have no use for tiles; most depthwise ones are <see cref="DepthwiseConvolution"/>'s.
/// Neighbouring threads have neighbouring channels. Weights are [phases, terms, output channels].
/// </summary>
internal static class DirectConvolution
{
    /// <summary>The kernel: x counts pieces of a phase's outputs, of all samples, and y phases.</summary>
    public static void Run(ArrayView<float> arena, ArrayView<float> weights, ArrayView<int> table, ConvolutionArgs args)
    {
        int phase = Grid.IdxY * PhaseTable.Length;
        int rows = table[phase + PhaseTable.Rows];
        int columns = table[phase + PhaseTable.Columns];
        int terms = table[phase + PhaseTable.Terms];
        int list = table[phase + PhaseTable.List];
        int matrix = table[phase + PhaseTable.Weights];
        Divisor byRows = PhaseTable.DivisorAt(table, phase + PhaseTable.ByRows);
        Divisor byColumns = PhaseTable.DivisorAt(table, phase + PhaseTable.ByColumns);
        MapArgs output = args.Output;
        int total = args.Samples.Count * rows * columns * output.Channels;
        for (int i = SampleArgs.Thread; i < total; i += SampleArgs.Threads)
        {
            int pixel = Divisor.Quotient(i, output.ByChannels);
            int c = i - pixel * output.Channels;
            int line = Divisor.Quotient(pixel, byColumns);
            int column = pixel - line * columns;
            int sample = Divisor.Quotient(line, byRows);
            int row = line - sample * rows;
            int start = sample * args.Samples.Stride;
            int input = start + args.InputOffset + table[phase + PhaseTable.Start] + row * table[phase + PhaseTable.InputStepY]
                + column * table[phase + PhaseTable.InputStepX] + c / args.GroupOutputs * args.GroupInputs;
            float value = 0;
            for (int term = 0; term < terms; term++)
                value += arena[input + table[list + term]] * weights[matrix + term * output.Channels + c];
            int y = table[phase + PhaseTable.FirstRow] + row * table[phase + PhaseTable.StepY];
            int x = table[phase + PhaseTable.FirstColumn] + column * table[phase + PhaseTable.StepX];
            ConvolutionOutput.Store(arena, weights, value, args, start, start + MapArgs.At(output, y, x, c), y, x, c);
        }

        if (args.Gradient.Accumulates == 0)
        {
            int thread = (Grid.IdxY * Grid.DimX + Grid.IdxX) * Group.DimX + Group.IdxX;
            Halo.Clear(arena, args.Samples, output, thread, Grid.DimY * Grid.DimX * Group.DimX);
        }
    }
}
