using GradCam.Gpu.Devices;
using GradCam.Gpu.Memory;

namespace GradCam.Gpu.Planning;

/// <summary>How a tiled convolution is launched: which tile, and into how many parts its sums are divided so that all processors have work.</summary>
/// <param name="Kernel">The kernel of the tile.</param>
/// <param name="PixelTiles">Tiles along the pixels of all phases and samples.</param>
/// <param name="ChannelTiles">Tiles along the channels of all groups.</param>
/// <param name="Splits">Parts of a sum.</param>
/// <param name="SplitLength">Terms of a part.</param>
internal readonly record struct TileChoice(TiledKernel Kernel, int PixelTiles, int ChannelTiles, int Splits, int SplitLength)
{
    /// <summary>A part has as many terms at least, so that its work is worth its way through memory.</summary>
    private const int LeastTerms = 128;

    /// <summary>Chooses.</summary>
    /// <param name="device">The device.</param>
    /// <param name="precision">With how many bits it multiplies, where the device can do it otherwise than with 32.</param>
    /// <param name="convolution">The convolution.</param>
    /// <param name="table">Its table.</param>
    /// <param name="samples">Samples that run together.</param>
    public static TileChoice Make(GpuDevice device, GpuPrecision precision, PackedConvolution convolution, ConvolutionTable table, int samples)
    {
        KernelSet kernels = device.Kernels;
        if (device.HasSmallGroups)
            return Split(device, kernels.TiledSimulator, convolution, table, samples);
        if (precision != GpuPrecision.Single && device.HasTensorCores && convolution.GroupOutputs > 32)
        {
            bool isWide = convolution.GroupOutputs > 64;
            TiledKernel kernel = precision == GpuPrecision.Half
                ? isWide ? kernels.HalfTiled128x128 : kernels.HalfTiled128x64
                : isWide ? kernels.Tf32Tiled128x128 : kernels.Tf32Tiled128x64;
            return Split(device, kernel, convolution, table, samples);
        }

        if (convolution.GroupOutputs <= 32)
            return Split(device, kernels.Tiled128x32, convolution, table, samples);

        // The largest tile of which there is one for each processor: it reads least.
        if (convolution.GroupOutputs > 64 && Tiles(128, 128) >= device.Processors)
            return Whole(kernels.Tiled128x128, convolution, table, samples);
        if (Tiles(128, 64) >= device.Processors)
            return Whole(kernels.Tiled128x64, convolution, table, samples);

        return Split(device, kernels.Tiled64x64, convolution, table, samples);

        long Tiles(int height, int width) => (long)PixelTilesOf(table, samples, height) * ChannelTilesOf(convolution, width);
    }

    private static TileChoice Whole(TiledKernel kernel, PackedConvolution convolution, ConvolutionTable table, int samples) => new(
        kernel, PixelTilesOf(table, samples, kernel.Height), ChannelTilesOf(convolution, kernel.Width), Splits: 1,
        Math.Max(RoundUp(table.Terms, kernel.Depth), kernel.Depth));

    private static TileChoice Split(GpuDevice device, TiledKernel kernel, PackedConvolution convolution, ConvolutionTable table, int samples)
    {
        TileChoice whole = Whole(kernel, convolution, table, samples);
        long tiles = (long)whole.PixelTiles * whole.ChannelTiles;
        long splits = Math.Min(device.Processors * GpuWorkspace.PartsPerProcessor / Math.Max(tiles, 1), table.Terms / LeastTerms);
        if (splits < 2)
            return whole;

        int length = RoundUp((int)((table.Terms + splits - 1) / splits), kernel.Depth);
        return whole with { SplitLength = length, Splits = (table.Terms + length - 1) / length };
    }

    private static int PixelTilesOf(ConvolutionTable table, int samples, int height)
    {
        int tiles = 0;
        foreach (int pixels in table.Pixels)
            tiles += (pixels * samples + height - 1) / height;
        return tiles;
    }

    private static int ChannelTilesOf(PackedConvolution convolution, int width) => convolution.Groups * ((convolution.GroupOutputs + width - 1) / width);

    private static int RoundUp(int value, int unit) => (value + unit - 1) / unit * unit;
}
