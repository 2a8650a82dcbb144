using ILGPU;

namespace GradCam.Gpu.Kernels.Convolution;

/// <summary>What the calling thread brings to a slice: a tile's inputs of one channel, or weights.</summary>
internal struct WinogradPlace
{
    /// <summary>Where the inputs lie, of the first slice.</summary>
    public int Input;

    /// <summary>
    /// How far the last row of inputs is: a row less where the tile has one row of outputs, which does not depend on what is read there.
    /// </summary>
    public int LastRow;

    /// <summary>The same of columns.</summary>
    public int LastColumn;

    /// <summary>Where the transformed inputs are stored, as a float of a slice.</summary>
    public int Target;

    /// <summary>Half of the threads bring inputs, 32 tiles by 4 channels, and the others weights. They are different warps.</summary>
    public static bool BringsInputs => Group.IdxX < WinogradLayout.Threads / 2;

    /// <summary>Finds the place of a thread that brings inputs.</summary>
    public static WinogradPlace Find(WinogradArgs args)
    {
        MapArgs output = args.Convolution.Output;
        int thread = Group.IdxX;
        int channel = thread % WinogradLayout.Depth;
        int quad = Quad(thread);
        int tilesX = (output.Width + 1) / 2;
        int tilesY = (output.Height + 1) / 2;
        int tiles = args.Convolution.Samples.Count * tilesY * tilesX;
        int tile = Grid.IdxX * WinogradLayout.Tiles + 4 * quad + thread / WinogradLayout.Depth % 4;
        // Beyond the last tile that one again, which no output is made of.
        tile = tile < tiles ? tile : tiles - 1;
        int column = tile % tilesX;
        int rest = tile / tilesX;
        int row = rest % tilesY;
        return new WinogradPlace
        {
            Input = rest / tilesY * args.Convolution.Samples.Stride + args.InputOffset + 2 * row * args.InputRowStride + 2 * column * args.InputPixelStride
                + channel,
            LastRow = (2 * row + 1 < output.Height ? 3 : 2) * args.InputRowStride,
            LastColumn = (2 * column + 1 < output.Width ? 3 : 2) * args.InputPixelStride,
            Target = 4 * (channel * WinogradLayout.InputStride + 2 * quad) + thread / WinogradLayout.Depth % 4,
        };
    }

    /// <summary>A row of four inputs of a channel.</summary>
    public static Float4 LoadRow(ArrayView<float> arena, int at, int step, int last) =>
        new(arena[at], arena[at + step], arena[at + 2 * step], arena[at + last]);

    /// <summary>The quad of tiles that a thread brings: a warp's two quads are two apart, and with the gap of each channel in different banks.</summary>
    private static int Quad(int thread) => thread / 64 * 4 + thread / 16 % 2 * 2 + thread / 32 % 2;
}
