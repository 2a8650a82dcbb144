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
        WinogradTile tile = WinogradTile.Find(args, 4 * quad + thread / WinogradLayout.Depth % 4);
        // Beyond the last tile the last sample's first, which no output is made of.
        if (tile.Sample >= args.Convolution.Samples.Count)
            tile = new WinogradTile { Sample = args.Convolution.Samples.Count - 1 };
        return new WinogradPlace
        {
            Input = tile.Sample * args.Convolution.Samples.Stride + args.InputOffset + 2 * tile.Row * args.InputRowStride
                + 2 * tile.Column * args.InputPixelStride + channel,
            LastRow = (2 * tile.Row + 1 < output.Height ? 3 : 2) * args.InputRowStride,
            LastColumn = (2 * tile.Column + 1 < output.Width ? 3 : 2) * args.InputPixelStride,
            Target = 4 * (channel * WinogradLayout.InputStride + 2 * quad) + thread / WinogradLayout.Depth % 4,
        };
    }

    /// <summary>A row of four inputs of a channel.</summary>
    public static Float4 LoadRow(ArrayView<float> arena, int at, int step, int last) =>
        new(arena[at], arena[at + step], arena[at + 2 * step], arena[at + last]);

    /// <summary>The quad of tiles that a thread brings: a warp's two quads are two apart, and with the gap of each channel in different banks.</summary>
    private static int Quad(int thread) => thread / 64 * 4 + thread / 16 % 2 * 2 + thread / 32 % 2;
}

/// <summary>A tile of 2x2 outputs.</summary>
internal struct WinogradTile
{
    /// <summary>Its sample; one that is not there beyond the last tile.</summary>
    public int Sample;

    /// <summary>Its row, of tiles.</summary>
    public int Row;

    /// <summary>Its column.</summary>
    public int Column;

    /// <summary>Finds one of the calling group's tiles.</summary>
    public static WinogradTile Find(WinogradArgs args, int tile)
    {
        int columns = (args.Convolution.Output.Width + 1) / 2;
        int rows = (args.Convolution.Output.Height + 1) / 2;
        tile += Grid.IdxX * WinogradLayout.Tiles;
        // A division each: a remainder would be another.
        int row = tile / columns;
        int sample = row / rows;
        return new WinogradTile { Sample = sample, Row = row - sample * rows, Column = tile - row * columns };
    }
}
