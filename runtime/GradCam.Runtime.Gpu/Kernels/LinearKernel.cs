using ILGPU;

namespace GradCam.Gpu.Kernels;

/// <summary>The arguments of <see cref="LinearKernel"/>.</summary>
internal struct LinearArgs
{
    public SampleArgs Samples;

    /// <summary>A vector, as all of these are: 1x1 maps.</summary>
    public MapArgs Output;
    public MapArgs Input;

    /// <summary>Rows of the matrix.</summary>
    public int Rows;

    /// <summary>Floats from a row to the next: a multiple of 4.</summary>
    public int RowLength;

    /// <summary>Where the summands lie in the weights, behind the matrix.</summary>
    public int Summands;

    /// <summary>Whether the input begins at a multiple of 4 floats.</summary>
    public int IsAligned;

    /// <summary>Neighbouring columns that a group of the gradient's takes.</summary>
    public int Lanes;
    public ActivationArgs Activation;
    public GradientArgs Gradient;
}

/// <summary>
/// A matrix [rows, columns] times vectors. Of one sample it is bound by memory, so the matrix is read once, in whole lines; of several, once for every four
/// of them.
/// </summary>
internal static class LinearKernel
{
    /// <summary>Threads of a group at most.</summary>
    public const int MostThreads = 256;

    /// <summary>The vectors that share a reading of the matrix.</summary>
    public const int Vectors = 4;

    /// <summary>y = activation(W x + b): a team a row.</summary>
    public static void Forward<TTeam>(ArrayView<float> arena, ArrayView<float> weights, LinearArgs args)
        where TTeam : IRowTeam
    {
        for (int row = TTeam.Team; row < args.Rows; row += TTeam.Teams)
        {
            for (int sample = 0; sample < args.Samples.Count; sample += Vectors)
            {
                Float4 sums = RowSums<TTeam>(arena, weights, args, row, sample);
                sums.X = TTeam.Sum(sums.X);
                if (sample + 1 < args.Samples.Count)
                {
                    sums.Y = TTeam.Sum(sums.Y);
                    sums.Z = TTeam.Sum(sums.Z);
                    sums.W = TTeam.Sum(sums.W);
                }

                if (TTeam.Member == 0)
                {
                    for (int i = 0; i < Vectors && sample + i < args.Samples.Count; i++)
                        Finish(arena, weights, args, row, sample + i, Select(sums, i));
                }
            }
        }

        Halo.Clear(arena, args.Samples, args.Output, SampleArgs.Thread, SampleArgs.Threads);
    }

    /// <summary>
    /// dx = dy W: a lane a column, <see cref="LinearArgs.Lanes"/> of a group every so many rows; their sums are added in their order. A group a block of
    /// columns (x) and of samples (y).
    /// </summary>
    public static void Backward(ArrayView<float> arena, ArrayView<float> weights, LinearArgs args)
    {
        ArrayView<Float4> partial = SharedMemory.Allocate<Float4>(MostThreads);
        int lanes = args.Lanes;
        int first = Group.IdxX / lanes;
        int step = Group.DimX / lanes;
        int c = Grid.IdxX * lanes + Group.IdxX % lanes;
        int sample = Grid.IdxY * Vectors;
        int start = sample * args.Samples.Stride + args.Input.Offset;
        var sums = new Float4(0, 0, 0, 0);
        if (c < args.Output.Channels)
        {
            for (int row = first; row < args.Rows; row += step)
            {
                float w = weights[row * args.RowLength + c];
                sums.X += w * arena[start + row];
                if (sample + 1 < args.Samples.Count)
                    sums.Y += w * arena[start + args.Samples.Stride + row];
                if (sample + 2 < args.Samples.Count)
                    sums.Z += w * arena[start + 2 * args.Samples.Stride + row];
                if (sample + 3 < args.Samples.Count)
                    sums.W += w * arena[start + 3 * args.Samples.Stride + row];
            }
        }

        partial[Group.IdxX] = sums;
        Group.Barrier();
        if (first == 0 && c < args.Output.Channels)
        {
            var total = new Float4(0, 0, 0, 0);
            for (int i = 0; i < step; i++)
            {
                Float4 other = partial[i * lanes + Group.IdxX];
                total.X += other.X;
                total.Y += other.Y;
                total.Z += other.Z;
                total.W += other.W;
            }

            for (int i = 0; i < Vectors && sample + i < args.Samples.Count; i++)
                Store(arena, args, sample + i, c, Select(total, i));
        }

        if (args.Gradient.Accumulates == 0)
        {
            int thread = (Grid.IdxY * Grid.DimX + Grid.IdxX) * Group.DimX + Group.IdxX;
            Halo.Clear(arena, args.Samples, args.Output, thread, Grid.DimY * Grid.DimX * Group.DimX);
        }
    }

    /// <summary>A thread's part of the products of a row with up to four vectors.</summary>
    private static Float4 RowSums<TTeam>(ArrayView<float> arena, ArrayView<float> weights, LinearArgs args, int row, int sample)
        where TTeam : IRowTeam
    {
        ArrayView<Float4> rows = weights.Cast<Float4>();
        ArrayView<Float4> vectors = arena.Cast<Float4>();
        int count = args.Samples.Count - sample;
        int columns = args.Input.Channels;
        int first = sample * args.Samples.Stride + args.Input.Offset;
        int stride = args.Samples.Stride;
        var sums = new Float4(0, 0, 0, 0);
        int quads = args.IsAligned != 0 ? columns >> 2 : 0;
        int rowQuad = row * (args.RowLength >> 2);
        int firstQuad = first >> 2;
        int strideQuads = stride >> 2;
        for (int i = TTeam.Member; i < quads; i += TTeam.Members)
        {
            Float4 w = rows[rowQuad + i];
            sums.X = AddProducts(sums.X, w, vectors[firstQuad + i]);
            if (count > 1)
                sums.Y = AddProducts(sums.Y, w, vectors[firstQuad + strideQuads + i]);
            if (count > 2)
                sums.Z = AddProducts(sums.Z, w, vectors[firstQuad + 2 * strideQuads + i]);
            if (count > 3)
                sums.W = AddProducts(sums.W, w, vectors[firstQuad + 3 * strideQuads + i]);
        }

        for (int i = 4 * quads + TTeam.Member; i < columns; i += TTeam.Members)
        {
            float w = weights[row * args.RowLength + i];
            sums.X += w * arena[first + i];
            if (count > 1)
                sums.Y += w * arena[first + stride + i];
            if (count > 2)
                sums.Z += w * arena[first + 2 * stride + i];
            if (count > 3)
                sums.W += w * arena[first + 3 * stride + i];
        }

        return sums;
    }

    private static void Finish(ArrayView<float> arena, ArrayView<float> weights, LinearArgs args, int row, int sample, float sum)
    {
        int position = sample * args.Samples.Stride + args.Output.Offset + row;
        arena[position] = ActivationArgs.Value(args.Activation, sum + weights[args.Summands + row]);
    }

    private static void Store(ArrayView<float> arena, LinearArgs args, int sample, int c, float sum)
    {
        int start = sample * args.Samples.Stride;
        int position = start + args.Output.Offset + c;
        arena[position] = GradientArgs.Complete(arena, args.Gradient, sum, start, position, 0, 0, c);
    }

    private static float Select(Float4 values, int i) => i == 0 ? values.X : i == 1 ? values.Y : i == 2 ? values.Z : values.W;

    private static float AddProducts(float sum, Float4 a, Float4 b)
    {
        sum += a.X * b.X;
        sum += a.Y * b.Y;
        sum += a.Z * b.Z;
        return sum + a.W * b.W;
    }
}
