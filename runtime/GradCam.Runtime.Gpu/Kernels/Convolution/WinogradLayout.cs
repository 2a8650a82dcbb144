namespace GradCam.Gpu.Kernels.Convolution;

/// <summary>
/// How a group's work in <see cref="WinogradConvolution"/> lies in shared memory, and its weights on the device. Lengths are in Float4.
/// </summary>
/// <remarks>
/// A slice of inputs is [channels, pairs of positions, quads of tiles, position of the pair], and of weights [channels, pairs of positions, quads of outputs,
/// position of the pair]: a warp's two positions read eight neighbouring Float4, all banks. Behind a channel's inputs is a gap of one, so that the four
/// channels that a warp transforms are stored to different banks.
/// </remarks>
internal static class WinogradLayout
{
    /// <summary>Threads of a group: 16 for each position.</summary>
    public const int Threads = 256;

    /// <summary>Positions of a transformed tile: 4x4 inputs, of which come 2x2 outputs.</summary>
    public const int Positions = 16;

    /// <summary>Tiles of a group.</summary>
    public const int Tiles = 32;

    /// <summary>Output channels of a group.</summary>
    public const int Outputs = 32;

    /// <summary>Input channels of a slice.</summary>
    public const int Depth = 4;

    /// <summary>From a pair of positions to the next.</summary>
    public const int Pair = 2 * Tiles / 4;

    /// <summary>From a channel's inputs to the next one's.</summary>
    public const int InputStride = Positions * Tiles / 4 + 1;

    /// <summary>From a channel's weights to the next one's.</summary>
    public const int WeightStride = Positions * Outputs / 4;

    /// <summary>A slice of inputs.</summary>
    public const int InputSlice = Depth * InputStride;

    /// <summary>A slice of weights.</summary>
    public const int WeightSlice = Depth * WeightStride;

    /// <summary>Where the weights begin: two slices are there at a time.</summary>
    public const int Weights = 2 * InputSlice;

    /// <summary>All of it. A half of the sums, [positions, 16 tiles, quads of outputs], has room in it.</summary>
    public const int Length = Weights + 2 * WeightSlice;

    /// <summary>Bytes of shared memory, with what says which group is the last.</summary>
    public const int SharedBytes = Length * 4 * sizeof(float) + sizeof(int);

    /// <summary>Outputs of a group: [halves, columns, threads].</summary>
    public const int Part = Tiles * 4 * Outputs / 4;
}
