using ILGPU;

namespace GradCam.Gpu.Kernels.Convolution;

/// <summary>
/// On tensor cores, in TF32 or half precision with sums in float32: of 8 warps each has 32 pixels by 64 channels of a wide tile, by 32 of another.
/// </summary>
/// <typeparam name="TTile">A tall tile of 16x16 threads.</typeparam>
/// <typeparam name="TFormat">In what the operands are rounded.</typeparam>
internal readonly struct TensorProduct<TTile, TFormat> : IProduct
    where TTile : struct, ITile
    where TFormat : struct, ITensorFormat
{
    private const int WarpPixels = 32;

    // Four terms of 8 neighbours each are read together: they begin 8 banks apart.
    public int Gap => 8;

    public int ChannelGap => 8;

    private static int WarpChannels => default(TTile).IsWide ? 64 : 32;

    private static int WarpX => Group.IdxX / Warp.WarpSize % 2;

    private static int WarpY => Group.IdxX / Warp.WarpSize / 2;

    public void Clear() => TensorCore.Clear();

    public void Add(ArrayView<Float4> shared, int pixels, int pixelStride, int channels, int channelStride)
    {
        TTile tile = default;
        TFormat format = default;
        ArrayView<float> floats = shared.Cast<float>();
        int p = 4 * pixels + WarpY * WarpPixels;
        int c = 4 * channels + WarpX * WarpChannels;
        for (int i = 0; i < tile.Depth; i += format.Terms)
        {
            if (format.IsHalf)
                TensorCore.AddHalf(floats, p, 4 * pixelStride, c, 4 * channelStride, tile.IsWide);
            else
                TensorCore.AddTf32(floats, p, 4 * pixelStride, c, 4 * channelStride, tile.IsWide);
            p += format.Terms * 4 * pixelStride;
            c += format.Terms * 4 * channelStride;
        }
    }

    public void Fold()
    {
    }

    public void Store(ArrayView<Float4> shared, int block)
    {
        // A quarter is 64x64: two warps', one above the other. A half of a tile that is not wide is four warps'.
        bool isWide = default(TTile).IsWide;
        if ((isWide ? WarpY / 2 * 2 + WarpX : WarpY / 2) != block)
            return;

        int first = WarpY % 2 * WarpPixels * 64 + (isWide ? 0 : WarpX * WarpChannels);
        TensorCore.Store(shared.Cast<float>(), first, 64, isWide);
    }
}

/// <summary>In what a tensor core's operands are rounded.</summary>
internal interface ITensorFormat
{
    bool IsHalf { get; }

    /// <summary>Terms of an instruction.</summary>
    int Terms { get; }
}

/// <summary>8 bits of exponent, 10 of mantissa.</summary>
internal readonly struct Tf32Format : ITensorFormat
{
    public bool IsHalf => false;

    public int Terms => 8;
}

/// <summary>5 bits of exponent, 10 of mantissa.</summary>
internal readonly struct HalfFormat : ITensorFormat
{
    public bool IsHalf => true;

    public int Terms => 16;
}
