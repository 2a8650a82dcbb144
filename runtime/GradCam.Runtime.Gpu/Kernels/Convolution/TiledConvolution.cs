using ILGPU;

namespace GradCam.Gpu.Kernels.Convolution;

/// <summary>
/// Convolution as an implicit matrix product: pixels by terms, times terms by channels. A group has a tile of pixels and channels, and goes through the terms
/// in steps. For each step its threads copy a slice of both operands to shared memory, the next one while they multiply this one, so that a step takes one
/// barrier. Sums are in registers. Bias, residual, activation and gate come last, in the same launch.
/// </summary>
/// <remarks>
/// Where the tiles are fewer than the processors the sum is divided into parts (z). Each group writes its part to memory, and the one that comes last adds
/// all of them up, in the order of the parts and not of their coming: the same bits every time.
/// </remarks>
internal static class TiledConvolution
{
    /// <summary>The kernel.</summary>
    /// <typeparam name="TTile">The shape of the tile.</typeparam>
    /// <typeparam name="TProduct">How it is multiplied.</typeparam>
    /// <param name="arena">All samples.</param>
    /// <param name="weights">Weights [phases, groups, terms, channels], then the summands.</param>
    /// <param name="table">The phases (<see cref="PhaseTable"/>).</param>
    /// <param name="parts">Room for the parts of a sum: [tiles, parts, tile].</param>
    /// <param name="arrived">How many parts of a tile's sum are there, 0 between launches.</param>
    /// <param name="args">The convolution.</param>
    public static void Run<TTile, TProduct>(
        ArrayView<float> arena, ArrayView<float> weights, ArrayView<int> table, ArrayView<float> parts, ArrayView<int> arrived, ConvolutionArgs args)
        where TTile : struct, ITile
        where TProduct : struct, IProduct
    {
        TTile tile = default;
        TProduct product = default;
        product.Clear();
        int threads = tile.ThreadsX * tile.ThreadsY;
        int height = tile.ThreadsY * (tile.IsTall ? 8 : 4);
        int width = tile.ThreadsX * (tile.IsWide ? 8 : 4);

        // In Float4: two slices of pixels, [depth, pixels and a gap], and two of channels, [depth, channels and a gap].
        int pixelStride = (height + product.Gap) / 4;
        int channelQuads = width / 4;
        int channelStride = channelQuads + product.ChannelGap / 4;
        int channelsStart = 2 * tile.Depth * pixelStride;
        int slices = channelsStart + 2 * tile.Depth * channelStride;
        ArrayView<Float4> shared = SharedMemory.Allocate<Float4>(slices > 4 * threads ? slices : 4 * threads);
        ArrayView<float> sharedFloats = shared.Cast<float>();

        TilePlace place = TilePlace.Find(table, args, height, width, tile.Depth);
        int thread = Group.IdxX;
        int quadsDeep = tile.Depth / 4;
        int pixelLoads = (height * quadsDeep + threads - 1) / threads;
        int channelLoads = (channelQuads * tile.Depth + threads - 1) / threads;
        int input0 = TilePlace.InputOf(table, args, place, place.FirstPixel + thread / quadsDeep);
        int input1 = pixelLoads > 1 ? TilePlace.InputOf(table, args, place, place.FirstPixel + (thread + threads) / quadsDeep) : -1;

        int slice = 0;

        // The first slice.
        if (place.FirstTerm < place.EndTerm)
        {
            for (int i = 0; i < pixelLoads; i++)
            {
                int input = i == 0 ? input0 : TilePlace.InputOf(table, args, place, place.FirstPixel + (thread + i * threads) / quadsDeep);
                StorePixels(sharedFloats, pixelStride, tile.Depth, 0, thread + i * threads, quadsDeep, height,
                    LoadPixels(arena, table, args, place, input, place.FirstTerm + (thread + i * threads) % quadsDeep * 4));
            }

            for (int i = 0; i < channelLoads; i++)
            {
                StoreChannels(shared, channelsStart, channelQuads, channelStride, tile.Depth, 0, thread + i * threads,
                    LoadChannels(weights, args, place, place.FirstTerm, thread + i * threads, channelQuads, tile.Depth));
            }
        }

        Group.Barrier();
        for (int term = place.FirstTerm; term < place.EndTerm; term += tile.Depth)
        {
            int next = term + tile.Depth;
            bool hasNext = next < place.EndTerm;
            var pixels0 = new Float4(0, 0, 0, 0);
            var pixels1 = new Float4(0, 0, 0, 0);
            var channels0 = new Float4(0, 0, 0, 0);
            var channels1 = new Float4(0, 0, 0, 0);
            if (hasNext)
            {
                pixels0 = LoadPixels(arena, table, args, place, input0, next + thread % quadsDeep * 4);
                if (pixelLoads > 1)
                    pixels1 = LoadPixels(arena, table, args, place, input1, next + (thread + threads) % quadsDeep * 4);
                channels0 = LoadChannels(weights, args, place, next, thread, channelQuads, tile.Depth);
                if (channelLoads > 1)
                    channels1 = LoadChannels(weights, args, place, next, thread + threads, channelQuads, tile.Depth);
            }

            product.Add(
                shared, slice * tile.Depth * pixelStride, pixelStride, channelsStart + slice * tile.Depth * channelStride, channelStride);
            if (args.FoldLength > 0 && (!hasNext || next % args.FoldLength == 0))
                product.Fold();
            slice ^= 1;
            if (hasNext)
            {
                StorePixels(sharedFloats, pixelStride, tile.Depth, slice, thread, quadsDeep, height, pixels0);
                if (pixelLoads > 1)
                    StorePixels(sharedFloats, pixelStride, tile.Depth, slice, thread + threads, quadsDeep, height, pixels1);
                StoreChannels(shared, channelsStart, channelQuads, channelStride, tile.Depth, slice, thread, channels0);
                if (channelLoads > 1)
                    StoreChannels(shared, channelsStart, channelQuads, channelStride, tile.Depth, slice, thread + threads, channels1);

                // None on a GPU.
                for (int i = 2; i < pixelLoads; i++)
                {
                    int input = TilePlace.InputOf(table, args, place, place.FirstPixel + (thread + i * threads) / quadsDeep);
                    StorePixels(sharedFloats, pixelStride, tile.Depth, slice, thread + i * threads, quadsDeep, height,
                        LoadPixels(arena, table, args, place, input, next + (thread + i * threads) % quadsDeep * 4));
                }

                for (int i = 2; i < channelLoads; i++)
                {
                    StoreChannels(shared, channelsStart, channelQuads, channelStride, tile.Depth, slice, thread + i * threads,
                        LoadChannels(weights, args, place, next, thread + i * threads, channelQuads, tile.Depth));
                }
            }

            Group.Barrier();
        }

        int blocks = (tile.IsTall ? 2 : 1) * (tile.IsWide ? 2 : 1);
        int blockLength = 4 * threads;
        int firstPart = (Grid.IdxY * Grid.DimX + Grid.IdxX) * args.Splits * blocks * blockLength;
        ArrayView<Float4> partQuads = parts.Cast<Float4>();
        // First what this group has added up; of a divided sum then, in the group that comes last, what all of them have. One loop for both, since what
        // becomes of a sum is most of a kernel's code, which takes its time to compile.
        int rounds = args.Splits > 1 ? 2 * blocks : blocks;
        for (int round = 0; round < rounds; round++)
        {
            bool isOwn = round < blocks;
            int block = isOwn ? round : round - blocks;
            // A quarter of the tile at a time, through shared memory, so that neighbours write neighbouring channels.
            if (isOwn)
                product.Store(shared, block);
            else if (round == blocks && !IsLast(arrived, args.Splits))
                break;
            Group.Barrier();
            for (int i = 0; i < 4; i++)
            {
                int quad = thread + i * threads;
                int at = firstPart + block * blockLength + quad;
                if (isOwn && args.Splits > 1)
                {
                    partQuads[at + Grid.IdxZ * blocks * blockLength] = shared[quad];
                }
                else
                {
                    if (!isOwn)
                        shared[quad] = SumParts(partQuads, at, blocks * blockLength, args.Splits);
                    Finish<TTile>(arena, weights, table, sharedFloats, args, place, block, quad);
                }
            }

            Group.Barrier();
        }

        if (args.Gradient.Accumulates == 0)
        {
            int group = (Grid.IdxZ * Grid.DimY + Grid.IdxY) * Grid.DimX + Grid.IdxX;
            Halo.Clear(arena, args.Samples, args.Output, group * threads + thread, Grid.DimZ * Grid.DimY * Grid.DimX * threads);
        }
    }

    /// <summary>Whether the calling group is the last of its tile to have written its part, so that all of them are there to read.</summary>
    public static bool IsLast(ArrayView<int> arrived, int splits)
    {
        int tile = Grid.IdxY * Grid.DimX + Grid.IdxX;
        ArrayView<int> isLast = SharedMemory.Allocate<int>(1);
        MemoryFence.DeviceLevel();
        Group.Barrier();
        if (Group.IdxX == 0)
        {
            int others = Atomic.Add(ref arrived[tile], 1);
            isLast[0] = others == splits - 1 ? 1 : 0;
            if (others == splits - 1)
                arrived[tile] = 0;
        }

        Group.Barrier();
        bool result = isLast[0] != 0;
        MemoryFence.DeviceLevel();
        return result;
    }

    /// <summary>Adds up the parts of four sums, in their order.</summary>
    private static Float4 SumParts(ArrayView<Float4> parts, int first, int stride, int splits)
    {
        var sum = new Float4(0, 0, 0, 0);
        for (int part = 0; part < splits; part++)
        {
            Float4 other = parts[first + part * stride];
            sum.X += other.X;
            sum.Y += other.Y;
            sum.Z += other.Z;
            sum.W += other.W;
        }

        return sum;
    }

    /// <summary>Takes four neighbouring channels' sums out of shared memory and stores what becomes of them.</summary>
    private static void Finish<TTile>(
        ArrayView<float> arena, ArrayView<float> weights, ArrayView<int> table, ArrayView<float> shared, ConvolutionArgs args, TilePlace place, int block,
        int quad)
        where TTile : struct, ITile
    {
        TTile tile = default;
        int row = (tile.IsWide ? block / 2 : block) * tile.ThreadsY * 4 + quad / tile.ThreadsX;
        int column = (tile.IsWide ? block % 2 : 0) * tile.ThreadsX * 4 + quad % tile.ThreadsX * 4;
        int pixel = place.FirstPixel + row;
        int channel = place.FirstChannel + column;
        if (pixel >= place.Pixels || channel >= args.GroupOutputs)
            return;

        int columns = table[place.Phase + PhaseTable.Columns];
        int rows = table[place.Phase + PhaseTable.Rows];
        int rest = pixel / columns;
        int x = table[place.Phase + PhaseTable.FirstColumn] + pixel % columns * table[place.Phase + PhaseTable.StepX];
        int y = table[place.Phase + PhaseTable.FirstRow] + rest % rows * table[place.Phase + PhaseTable.StepY];
        ConvolutionOutput.Store(arena, weights, shared, args, quad * 4, rest / rows * args.Samples.Stride, y, x, place.Group, channel);
    }

    /// <summary>Four terms of a pixel; zeros where there are none.</summary>
    private static Float4 LoadPixels(ArrayView<float> arena, ArrayView<int> table, ConvolutionArgs args, TilePlace place, int input, int term)
    {
        var quad = new Float4(0, 0, 0, 0);
        if (input < 0 || term >= place.Terms)
            return quad;

        int list = place.List + term;
        if (args.ReadsQuads != 0)
            return arena.Cast<Float4>()[(input + table[list]) / 4];

        quad.X = arena[input + table[list]];
        if (term + 1 < place.Terms)
            quad.Y = arena[input + table[list + 1]];
        if (term + 2 < place.Terms)
            quad.Z = arena[input + table[list + 2]];
        if (term + 3 < place.Terms)
            quad.W = arena[input + table[list + 3]];
        return quad;
    }

    private static void StorePixels(ArrayView<float> shared, int pixelStride, int depth, int slice, int load, int quadsDeep, int height, Float4 quad)
    {
        int row = load / quadsDeep;
        if (row >= height)
            return;

        int at = (slice * depth + load % quadsDeep * 4) * pixelStride * 4 + row;
        shared[at] = quad.X;
        shared[at + pixelStride * 4] = quad.Y;
        shared[at + pixelStride * 8] = quad.Z;
        shared[at + pixelStride * 12] = quad.W;
    }

    /// <summary>A term's weights for four channels.</summary>
    private static Float4 LoadChannels(
        ArrayView<float> weights, ConvolutionArgs args, TilePlace place, int firstTerm, int load, int quads, int depth)
    {
        int channel = place.FirstChannel + load % quads * 4;
        int term = load / quads;
        if (channel >= args.WeightStride || term >= depth)
            return new Float4(0, 0, 0, 0);

        return weights.Cast<Float4>()[place.Weights + ((firstTerm + term) * args.WeightStride + channel) / 4];
    }

    private static void StoreChannels(ArrayView<Float4> shared, int start, int quads, int channelStride, int depth, int slice, int load, Float4 quad)
    {
        int term = load / quads;
        if (term < depth)
            shared[start + (slice * depth + term) * channelStride + load % quads] = quad;
    }
}
