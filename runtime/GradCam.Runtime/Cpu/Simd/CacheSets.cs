namespace GradCam.Cpu.Simd;

/// <summary>The sets of an L1 cache of 4 KiB a way, which an address's middle bits choose.</summary>
internal static class CacheSets
{
    /// <summary>Lines of a set, at least.</summary>
    public const int Ways = 8;

    private const int WayBytes = 4096;

    /// <summary>The sets, at most, that addresses at even distances fall into.</summary>
    /// <param name="stepBytes">The distance; positive.</param>
    public static int Of(int stepBytes) => WayBytes / Math.Min(WayBytes, stepBytes & -stepBytes);
}
