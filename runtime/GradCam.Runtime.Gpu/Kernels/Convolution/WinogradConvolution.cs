using ILGPU;

namespace GradCam.Gpu.Kernels.Convolution;

/// <summary>
/// A dense 3x3 convolution of stride 1 by Winograd's algorithm, F(2x2, 3x3): 16 products for 2x2 outputs, where sums over taps take 36. In one launch and
/// without memory of its own: a group has 32 tiles of 2x2 outputs by 32 channels, and 16 threads for each of the 16 positions of a transformed tile. It goes
/// through the input channels in slices of four: half of its threads transform the inputs of the next slice, the others bring its weights, which were
/// transformed at load, while all multiply this one. Then the sums go through shared memory, half of the tiles at a time, and are transformed to outputs.
/// </summary>
/// <remarks>
/// Where a sample's groups are fewer than the processors, the sum over channels has parts: of few samples in groups of their own (z), of which the one that
/// comes last adds them up; of many in one group after the other, with the sum so far where the output will be. The order is the same, and so are the bits.
/// </remarks>
internal static class WinogradConvolution
{
    /// <summary>The kernel: x counts tiles of all samples, y blocks of output channels, z parts.</summary>
    /// <param name="arena">All samples.</param>
    /// <param name="weights">Weights [blocks of outputs, slices, <see cref="WinogradLayout"/>], then the summands.</param>
    /// <param name="parts">Room for the parts of a sum: [groups, parts, outputs].</param>
    /// <param name="arrived">How many parts of a sum are there, 0 between launches.</param>
    /// <param name="args">The convolution.</param>
    public static void Run(ArrayView<float> arena, ArrayView<float> weights, ArrayView<float> parts, ArrayView<int> arrived, WinogradArgs args)
    {
        ArrayView<Float4> shared = SharedMemory.Allocate<Float4>(WinogradLayout.Length);
        WinogradPlace place = WinogradPlace.Find(args);
        WinogradProduct product = default;
        int splits = args.Convolution.Splits;
        int firstPart = splits > 1 ? Grid.IdxZ : 0;
        int endPart = splits > 1 ? firstPart + 1 : args.Parts;
        for (int part = firstPart; part < endPart; part++)
        {
            product.Clear();
            int firstSlice = part * args.PartSlices;
            int endSlice = firstSlice + args.PartSlices;
            endSlice = endSlice < args.Slices ? endSlice : args.Slices;
            AddSlices(ref product, arena, weights, shared, args, place, firstSlice, endSlice);
            Finish(product, arena, weights, shared, parts, arrived, args, part);
        }

        if (args.ClearsHalo != 0)
        {
            int group = (Grid.IdxZ * Grid.DimY + Grid.IdxY) * Grid.DimX + Grid.IdxX;
            Halo.Clear(
                arena, args.Convolution.Samples, args.Convolution.Output, group * WinogradLayout.Threads + Group.IdxX,
                Grid.DimZ * Grid.DimY * Grid.DimX * WinogradLayout.Threads);
        }
    }

    private static void AddSlices(
        ref WinogradProduct product, ArrayView<float> arena, ArrayView<float> weights, ArrayView<Float4> shared, WinogradArgs args, WinogradPlace place,
        int first, int end)
    {
        const int Half = WinogradLayout.Threads / 2;
        int step = args.InputPixelStride;
        int input = place.Input + first * WinogradLayout.Depth;
        int weight = (Grid.IdxY * args.Slices + first) * WinogradLayout.WeightSlice + Group.IdxX - Half;
        int buffer = 1;
        // The first round brings a slice and multiplies none.
        for (int slice = first - 1; slice < end; slice++)
        {
            bool hasNext = slice + 1 < end;
            var quad0 = new Float4(0, 0, 0, 0);
            var quad1 = new Float4(0, 0, 0, 0);
            var quad2 = new Float4(0, 0, 0, 0);
            var quad3 = new Float4(0, 0, 0, 0);
            if (hasNext)
            {
                if (WinogradPlace.BringsInputs)
                {
                    quad0 = WinogradPlace.LoadRow(arena, input, step, place.LastColumn);
                    quad1 = WinogradPlace.LoadRow(arena, input + args.InputRowStride, step, place.LastColumn);
                    quad2 = WinogradPlace.LoadRow(arena, input + 2 * args.InputRowStride, step, place.LastColumn);
                    quad3 = WinogradPlace.LoadRow(arena, input + place.LastRow, step, place.LastColumn);
                    input += WinogradLayout.Depth;
                }
                else
                {
                    ArrayView<Float4> at = weights.Cast<Float4>().SubView(weight);
                    quad0 = at[0];
                    quad1 = at[Half];
                    quad2 = at[2 * Half];
                    quad3 = at[3 * Half];
                    weight += WinogradLayout.WeightSlice;
                }
            }

            if (slice >= first)
                product.Add(shared, buffer);
            buffer ^= 1;
            if (hasNext)
            {
                if (WinogradPlace.BringsInputs)
                {
                    ArrayView<float> at = shared.Cast<float>().SubView(buffer * (4 * WinogradLayout.InputSlice) + place.Target);
                    WinogradTransform.StoreInputs(at, quad0, quad1, quad2, quad3);
                }
                else
                {
                    ArrayView<Float4> at = shared.SubView(buffer * WinogradLayout.WeightSlice + (WinogradLayout.Weights - Half + Group.IdxX));
                    at[0] = quad0;
                    at[Half] = quad1;
                    at[2 * Half] = quad2;
                    at[3 * Half] = quad3;
                }
            }

            Group.Barrier();
        }
    }

    /// <summary>Makes outputs of the sums. A thread has a row of two outputs of a tile, for four channels, of each half of the tiles.</summary>
    private static void Finish(
        WinogradProduct product, ArrayView<float> arena, ArrayView<float> weights, ArrayView<Float4> shared, ArrayView<float> parts, ArrayView<int> arrived,
        WinogradArgs args, int part)
    {
        const int Quads = WinogradLayout.Outputs / 4;
        const int PositionStride = WinogradLayout.Tiles / 2 * Quads;
        int splits = args.Convolution.Splits;
        int thread = Group.IdxX;
        int own = thread % PositionStride;
        int row = thread / PositionStride;
        int place = own + WinogradTransform.OwnPosition(row) * PositionStride;
        int firstPart = (Grid.IdxY * Grid.DimX + Grid.IdxX) * splits * WinogradLayout.Part + thread;
        ArrayView<Float4> partQuads = parts.Cast<Float4>();
        // One loop for what this group has added up and what all of them have, as in TiledConvolution.
        int rounds = splits > 1 ? 4 : 2;
        for (int round = 0; round < rounds; round++)
        {
            bool isOwn = round < 2;
            int half = round % 2;
            if (isOwn)
                product.Store(shared, half);
            else if (round == 2 && !TiledConvolution.IsLast(arrived, splits))
                break;
            Group.Barrier();
            if (isOwn)
                WinogradTransform.ToOutputs(shared.SubView(own), PositionStride, row);
            WinogradTile tile = WinogradTile.Find(args, half * WinogradLayout.Tiles / 2 + own / Quads);
            for (int column = 0; column < 2; column++)
            {
                int at = firstPart + (2 * half + column) * WinogradLayout.Threads;
                if (isOwn && splits > 1)
                {
                    partQuads[at + Grid.IdxZ * WinogradLayout.Part] = shared[place + column * PositionStride];
                }
                else
                {
                    Complete(
                        arena, weights, shared, partQuads, args, part, at, place + column * PositionStride, tile.Sample, 2 * tile.Row + row,
                        2 * tile.Column + column, own % Quads);
                }
            }

            Group.Barrier();
        }
    }

    /// <summary>Adds up the parts of an output, for four channels, and stores what becomes of it.</summary>
    private static void Complete(
        ArrayView<float> arena, ArrayView<float> weights, ArrayView<Float4> shared, ArrayView<Float4> parts, WinogradArgs args, int part, int at, int place,
        int sample, int y, int x, int quad)
    {
        MapArgs output = args.Convolution.Output;
        int channel = Grid.IdxY * WinogradLayout.Outputs + 4 * quad;
        if (sample >= args.Convolution.Samples.Count || y >= output.Height || x >= output.Width || channel >= args.Convolution.GroupOutputs)
            return;

        int start = sample * args.Convolution.Samples.Stride;
        int position = start + MapArgs.At(output, y, x, channel);
        bool isSplit = args.Convolution.Splits > 1;
        bool isFirst = isSplit || part == 0;
        Float4 sum = isSplit ? parts[at] : shared[place];
        if (!isFirst || args.HasBase != 0)
            sum = Add(sum, Load(arena, isFirst ? start + MapArgs.At(args.Base, y, x, channel) : position));
        for (int i = 1; i < args.Convolution.Splits; i++)
            sum = Add(sum, parts[at + i * WinogradLayout.Part]);
        if (!isSplit && part + 1 < args.Parts)
        {
            arena[position] = sum.X;
            arena[position + 1] = sum.Y;
            arena[position + 2] = sum.Z;
            arena[position + 3] = sum.W;
            return;
        }

        shared[place] = sum;
        ConvolutionOutput.Store(arena, weights, shared.Cast<float>(), args.Convolution, 4 * place, start, y, x, group: 0, channel);
    }

    private static Float4 Load(ArrayView<float> arena, int at) => new(arena[at], arena[at + 1], arena[at + 2], arena[at + 3]);

    private static Float4 Add(Float4 a, Float4 b) => new(a.X + b.X, a.Y + b.Y, a.Z + b.Z, a.W + b.W);
}
