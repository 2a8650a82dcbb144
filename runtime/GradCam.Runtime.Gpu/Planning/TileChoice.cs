using GradCam.Gpu.Devices;
using GradCam.Gpu.Memory;

namespace GradCam.Gpu.Planning;

/// <summary>How a tiled convolution is launched: which tile, and how its sums are divided so that all processors have work.</summary>
/// <param name="Kernel">The kernel of the tile.</param>
/// <param name="PixelTiles">Tiles along the pixels of all phases and samples.</param>
/// <param name="ChannelTiles">Tiles along the channels of all groups.</param>
/// <param name="Splits">Groups among which a sum is divided.</param>
/// <param name="SplitLength">Terms of a group.</param>
/// <param name="FoldLength">Terms of a part, where one group adds up all of them; 0 for no parts.</param>
internal readonly record struct TileChoice(TiledKernel Kernel, int PixelTiles, int ChannelTiles, int Splits, int SplitLength, int FoldLength)
{
    /// <summary>A part has as many terms at least, so that its work is worth its way through memory.</summary>
    private const int LeastTerms = 128;

    /// <summary>Of a single sample's sums as many parts a processor.</summary>
    private const int PartsPerProcessor = 2;

    /// <summary>Parts are of multiples of as many terms: of all tiles' depths.</summary>
    private const int TermsUnit = 32;

    /// <summary>Chooses.</summary>
    /// <param name="device">The device.</param>
    /// <param name="kernels">Its kernels, of which the one that is chosen is loaded when it is launched.</param>
    /// <param name="precision">With how many bits it multiplies, where the device can do it otherwise than with 32.</param>
    /// <param name="convolution">The convolution.</param>
    /// <param name="table">Its table.</param>
    /// <param name="samples">Samples that run together.</param>
    /// <remarks>
    /// The parts of a sum follow from a single sample's outputs alone. Of few samples the parts have groups of their own, of more one group adds up all of
    /// them: the same bits. All tiles add up a part's terms in their order, so that which of them it is changes no bits either.
    /// </remarks>
    public static TileChoice Make(
        GpuDevice device, KernelSet kernels, GpuPrecision precision, PackedConvolution convolution, ConvolutionTable table, int samples)
    {
        if (precision != GpuPrecision.Full && device.HasTensorCores && convolution.GroupOutputs > 32)
        {
            bool isTensorWide = convolution.GroupOutputs > 64;
            TiledKernel kernel = precision == GpuPrecision.Half
                ? isTensorWide ? kernels.HalfTiled128x128 : kernels.HalfTiled128x64
                : isTensorWide ? kernels.Tf32Tiled128x128 : kernels.Tf32Tiled128x64;
            return Launch(kernel, SplitLengthOf(device, kernel, samples), isSplit: true);
        }

        bool isNarrow = convolution.GroupOutputs <= 32;
        TiledKernel small = device.HasSmallGroups ? Simulated(kernels, device, isNarrow) : isNarrow ? kernels.Tiled128x32 : kernels.Tiled64x64;
        int part = SplitLengthOf(device, small, samples: 1);
        if (part < table.Terms)
        {
            // With as many groups as there are processors anyway, a division of sums among groups only costs.
            TiledKernel folded = device.HasSmallGroups ? SimulatedFold(kernels, device, isNarrow) : isNarrow ? kernels.Folded128x32 : kernels.Folded128x64;
            long groups = TilesOf(small, samples) * ((table.Terms + part - 1) / part);
            bool isFolded = TilesOf(folded, samples) >= device.Processors || groups > (long)device.Processors * GpuWorkspace.MostPartsPerProcessor;
            return isFolded ? Launch(folded, part, isSplit: false) : Launch(small, part, isSplit: true);
        }

        if (device.HasSmallGroups || isNarrow)
            return Launch(small, part, isSplit: false);

        // The largest tile of which there is one for each processor: it reads least.
        // A narrower one where a tenth fewer channels are computed that are not there.
        bool isWide = convolution.GroupOutputs > 64 && TilesOf(kernels.Tiled128x128, samples) >= device.Processors
            && 10 * RoundUp(convolution.GroupOutputs, 64) > 9 * RoundUp(convolution.GroupOutputs, 128);
        TiledKernel whole = isWide ? kernels.Tiled128x128 : TilesOf(kernels.Tiled128x64, samples) >= device.Processors ? kernels.Tiled128x64 : small;
        return Launch(whole, part, isSplit: false);

        long TilesOf(TiledKernel kernel, int count) => (long)PixelTilesOf(table, count, kernel.Height) * ChannelTilesOf(convolution, kernel.Width);

        // All terms, or fewer where the tiles are fewer than the processors.
        int SplitLengthOf(GpuDevice of, TiledKernel kernel, int samples)
        {
            long splits = Math.Min((long)of.Processors * PartsPerProcessor / Math.Max(TilesOf(kernel, samples), 1), table.Terms / LeastTerms);
            int all = Math.Max(RoundUp(table.Terms, TermsUnit), TermsUnit);
            return splits < 2 ? all : RoundUp((int)((table.Terms + splits - 1) / splits), TermsUnit);
        }

        TileChoice Launch(TiledKernel kernel, int length, bool isSplit)
        {
            int pixelTiles = PixelTilesOf(table, samples, kernel.Height);
            int channelTiles = ChannelTilesOf(convolution, kernel.Width);
            int all = Math.Max(RoundUp(table.Terms, TermsUnit), TermsUnit);
            if (isSplit && length < table.Terms)
                return new TileChoice(kernel, pixelTiles, channelTiles, (table.Terms + length - 1) / length, length, FoldLength: 0);

            return new TileChoice(kernel, pixelTiles, channelTiles, Splits: 1, all, length < table.Terms ? length : 0);
        }
    }

    /// <summary>The simulator of two threads takes the tile that is fastest there; a larger one has one in place of each of a GPU's.</summary>
    private static TiledKernel Simulated(KernelSet kernels, GpuDevice device, bool isNarrow) =>
        isNarrow && device.GroupSize > 2 ? kernels.SmallSimulator : kernels.TiledSimulator;

    private static TiledKernel SimulatedFold(KernelSet kernels, GpuDevice device, bool isNarrow) =>
        device.GroupSize <= 2 ? kernels.FoldedSimulator : isNarrow ? kernels.SmallFoldedSimulator : kernels.TallFoldedSimulator;

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
