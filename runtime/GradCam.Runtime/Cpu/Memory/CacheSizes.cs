namespace GradCam.Cpu.Memory;

/// <summary>
/// What kernels take for granted of the caches: sizes that fit the cores of the last ten years, of which a smaller cache costs some time and no results. An L2
/// cache has 512 KiB or more a core.
/// </summary>
internal static class CacheSizes
{
    /// <summary>Floats of a cache line of 64 bytes.</summary>
    public const int Line = 16;

    /// <summary>Bytes of the input that a piece of a convolution reads: a part of the L2 cache, which also holds the weights and the output.</summary>
    public const int ConvolutionInput = 256 * 1024;

    /// <summary>
    /// Bytes of the rows between convolutions of a chain: a part of the L2 cache, through which the chain's input, output and weights pass as well.
    /// </summary>
    public const int ChainRows = 384 * 1024;

    /// <summary>Bytes of a block's inputs, transformed for Winograd's products, that stay in the L2 cache: half of a typical one.</summary>
    public const int WinogradInput = 512 * 1024;

    /// <summary>Bytes of these and of the products with a panel, which are more where inputs are few.</summary>
    public const int WinogradBlock = 640 * 1024;

    /// <summary>Bytes of the weights that are read at a time to be packed: they are read from the L2 cache again.</summary>
    public const int PackedTile = 512 * 1024;

    /// <summary>Lines of a set of the L1 cache, at least.</summary>
    public const int L1Ways = 8;

    /// <summary>Bytes of the L1 cache for each way.</summary>
    private const int L1WayBytes = 4096;

    /// <summary>Floats in whole cache lines.</summary>
    /// <param name="length">Floats.</param>
    public static long WholeLines(long length) => checked(length + Line - 1) / Line * Line;

    /// <summary>The sets of the L1 cache, at most, that addresses at even distances fall into: their middle bits choose.</summary>
    /// <param name="stepBytes">The distance; positive.</param>
    public static int L1Sets(int stepBytes) => L1WayBytes / Math.Min(L1WayBytes, stepBytes & -stepBytes);
}
