using System.Runtime.CompilerServices;
using ILGPU;

namespace GradCam.Gpu.Kernels.Convolution;

/// <summary>In float32: a thread has blocks of 4x4 sums in registers, half a tile apart, and reads 4 pixels and 4 channels for each.</summary>
/// <typeparam name="TTile">The shape of the tile.</typeparam>
internal struct SingleProduct<TTile> : IProduct
    where TTile : struct, ITile
{
    private Block _sums00;
    private Block _sums01;
    private Block _sums10;
    private Block _sums11;

    public readonly int Gap => 4;

    public readonly int ChannelGap => 0;

    private static int X => Group.IdxX % default(TTile).ThreadsX;

    private static int Y => Group.IdxX / default(TTile).ThreadsX;

    public void Clear()
    {
        _sums00 = default;
        _sums01 = default;
        _sums10 = default;
        _sums11 = default;
    }

    public void Add(ArrayView<Float4> shared, int pixels, int pixelStride, int channels, int channelStride)
    {
        pixels += Y;
        channels += X;
        for (int i = 0; i < default(TTile).Depth; i += 8)
        {
            // From here on all places are constants away, which a load has room for.
            ArrayView<Float4> p = shared.SubView(pixels);
            ArrayView<Float4> c = shared.SubView(channels);
            AddTerm(p, 0, c, 0);
            AddTerm(p, pixelStride, c, channelStride);
            AddTerm(p, 2 * pixelStride, c, 2 * channelStride);
            AddTerm(p, 3 * pixelStride, c, 3 * channelStride);
            AddTerm(p, 4 * pixelStride, c, 4 * channelStride);
            AddTerm(p, 5 * pixelStride, c, 5 * channelStride);
            AddTerm(p, 6 * pixelStride, c, 6 * channelStride);
            AddTerm(p, 7 * pixelStride, c, 7 * channelStride);
            pixels += 8 * pixelStride;
            channels += 8 * channelStride;
        }
    }

    public readonly void Fold()
    {
    }

    public readonly void Store(ArrayView<Float4> shared, int block) => Store(shared, block, _sums00, _sums01, _sums10, _sums11);

    /// <summary>Adds the sums to others and begins with 0 again.</summary>
    public void MoveTo(ref Block sums00, ref Block sums01, ref Block sums10, ref Block sums11)
    {
        Block.Add(ref sums00, _sums00);
        if (default(TTile).IsWide)
            Block.Add(ref sums01, _sums01);
        if (default(TTile).IsTall)
            Block.Add(ref sums10, _sums10);
        if (default(TTile).IsTall && default(TTile).IsWide)
            Block.Add(ref sums11, _sums11);
        Clear();
    }

    /// <summary>Writes a thread's part of a quarter.</summary>
    public static void Store(ArrayView<Float4> shared, int block, Block sums00, Block sums01, Block sums10, Block sums11)
    {
        int threads = default(TTile).ThreadsX;
        int at = 4 * Y * threads + X;
        shared[at] = Select(block, sums00.Row0, sums01.Row0, sums10.Row0, sums11.Row0);
        shared[at + threads] = Select(block, sums00.Row1, sums01.Row1, sums10.Row1, sums11.Row1);
        shared[at + 2 * threads] = Select(block, sums00.Row2, sums01.Row2, sums10.Row2, sums11.Row2);
        shared[at + 3 * threads] = Select(block, sums00.Row3, sums01.Row3, sums10.Row3, sums11.Row3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void AddTerm(ArrayView<Float4> pixels, int pixel, ArrayView<Float4> channels, int channel)
    {
        TTile tile = default;
        Float4 p0 = pixels[pixel];
        Float4 c0 = channels[channel];
        Block.Add(ref _sums00, p0, c0);
        if (tile.IsWide)
            Block.Add(ref _sums01, p0, channels[channel + tile.ThreadsX]);
        if (tile.IsTall)
        {
            Float4 p1 = pixels[pixel + tile.ThreadsY];
            Block.Add(ref _sums10, p1, c0);
            if (tile.IsWide)
                Block.Add(ref _sums11, p1, channels[channel + tile.ThreadsX]);
        }
    }

    private static Float4 Select(int block, Float4 first, Float4 second, Float4 third, Float4 fourth)
    {
        if (block == 0)
            return first;
        if (!default(TTile).IsWide)
            return third;

        return block == 1 ? second : block == 2 ? third : fourth;
    }
}
