using ILGPU;

namespace GradCam.Gpu.Kernels.Convolution;

/// <summary>
/// Depthwise convolutions, each output channel of one input channel. A thread has four neighbouring channels of four neighbouring columns of a phase, so that
/// it reads and writes 16 bytes at a time, and a weight once for four pixels. Weights are [phases, terms, channels].
/// </summary>
internal static class DepthwiseConvolution
{
    /// <summary>The kernel: x counts pieces of a phase's blocks, of all samples, and y phases. All that is read begins at multiples of four floats.</summary>
    public static void Run(ArrayView<float> arena, ArrayView<float> weights, ArrayView<int> table, ConvolutionArgs args)
    {
        ArrayView<Float4> quads = arena.Cast<Float4>();
        ArrayView<Float4> weightQuads = weights.Cast<Float4>();
        int phase = Grid.IdxY * PhaseTable.Length;
        PhaseOutputs outputs = PhaseOutputs.Read(table, phase);
        Divisor byBlocks = PhaseTable.DivisorAt(table, phase + PhaseTable.ByBlocks);
        int blocks = (outputs.Columns + PhaseTable.BlockColumns - 1) / PhaseTable.BlockColumns;
        int terms = table[phase + PhaseTable.Terms];
        int list = table[phase + PhaseTable.List];
        int matrix = table[phase + PhaseTable.Weights] >> 2;
        int inputStart = args.InputOffset + table[phase + PhaseTable.Start];
        int inputStepY = table[phase + PhaseTable.InputStepY];
        int inputStepX = table[phase + PhaseTable.InputStepX];
        int channelQuads = args.Output.Channels >> 2;
        int total = args.Samples.Count * outputs.Rows * blocks * channelQuads;
        for (int i = SampleArgs.Thread; i < total; i += SampleArgs.Threads)
        {
            int piece = Divisor.Quotient(i, args.ByQuads);
            int quad = i - piece * channelQuads;
            int line = Divisor.Quotient(piece, byBlocks);
            int column = (piece - line * blocks) * PhaseTable.BlockColumns;
            int sample = Divisor.Quotient(line, outputs.ByRows);
            int row = line - sample * outputs.Rows;
            int start = sample * args.Samples.Stride;
            // In place of a column that is not there the last one is computed again.
            int last = outputs.Columns - 1 - column;
            int step = inputStepX >> 2;
            int step1 = last > 0 ? step : 0;
            int step2 = last > 1 ? 2 * step : step1;
            int step3 = last > 2 ? 3 * step : step2;
            int input = ((start + inputStart + row * inputStepY + column * inputStepX) >> 2) + quad;
            var sums0 = new Float4(0, 0, 0, 0);
            var sums1 = new Float4(0, 0, 0, 0);
            var sums2 = new Float4(0, 0, 0, 0);
            var sums3 = new Float4(0, 0, 0, 0);
            int weight = matrix + quad;
            for (int term = 0; term < terms; term++)
            {
                Float4 w = weightQuads[weight];
                weight += channelQuads;
                int at = input + (table[list + term] >> 2);
                Add(ref sums0, quads[at], w);
                Add(ref sums1, quads[at + step1], w);
                Add(ref sums2, quads[at + step2], w);
                Add(ref sums3, quads[at + step3], w);
            }

            int y = outputs.FirstRow + row * outputs.StepY;
            int here = last < PhaseTable.BlockColumns - 1 ? last : PhaseTable.BlockColumns - 1;
            for (int p = 0; p <= here; p++)
            {
                int x = outputs.FirstColumn + (column + p) * outputs.StepX;
                Float4 value = p == 0 ? sums0 : p == 1 ? sums1 : p == 2 ? sums2 : sums3;
                Store(arena, weights, args, start, y, x, 4 * quad, value);
            }
        }

        if (args.Gradient.Accumulates == 0)
        {
            int thread = (Grid.IdxY * Grid.DimX + Grid.IdxX) * Group.DimX + Group.IdxX;
            Halo.Clear(arena, args.Samples, args.Output, thread, Grid.DimY * Grid.DimX * Group.DimX);
        }
    }

    /// <summary>
    /// Activations that are not simple are computed of one channel after the other, by way of where they are stored: a kernel has their code once. There is no
    /// residual then, nor anything of a gradient, which might be in the output's place.
    /// </summary>
    private static void Store(ArrayView<float> arena, ArrayView<float> weights, ConvolutionArgs args, int start, int y, int x, int c, Float4 value)
    {
        if (args.WritesQuads != 0)
        {
            ConvolutionOutput.StoreQuad(arena, weights, value, args, start, y, x, c);
            return;
        }

        int position = start + MapArgs.At(args.Output, y, x, c);
        arena.Cast<Float4>()[position >> 2] = value;
        for (int i = 0; i < 4 && c + i < args.Output.Channels; i++)
            ConvolutionOutput.Store(arena, weights, arena[position + i], args, start, position + i, y, x, c + i);
    }

    private static void Add(ref Float4 sums, Float4 input, Float4 weight)
    {
        sums.X += input.X * weight.X;
        sums.Y += input.Y * weight.Y;
        sums.Z += input.Z * weight.Z;
        sums.W += input.W * weight.W;
    }
}
