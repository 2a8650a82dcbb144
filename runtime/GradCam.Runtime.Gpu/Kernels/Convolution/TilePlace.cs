using ILGPU;

namespace GradCam.Gpu.Kernels.Convolution;

/// <summary>Which outputs a group computes: a tile of a phase's pixels, of all samples, by a group's channels, and a part of the sum.</summary>
internal struct TilePlace
{
    /// <summary>Where the phase's row of the table begins.</summary>
    public int Phase;

    /// <summary>Pixels of the phase, of all samples.</summary>
    public int Pixels;

    /// <summary>The tile's first pixel.</summary>
    public int FirstPixel;
    public int Group;

    /// <summary>The tile's first channel, in its group.</summary>
    public int FirstChannel;

    /// <summary>Terms of the whole sum, and where the list of their places begins in the table.</summary>
    public int Terms;
    public int List;

    /// <summary>Where the group's weights begin, in Float4.</summary>
    public int Weights;

    /// <summary>The first term of the part of the sum, and one past its last, both multiples of the tile's depth.</summary>
    public int FirstTerm;
    public int EndTerm;

    /// <summary>
    /// Finds the calling group's place: x counts tiles of pixels, phase by phase, y tiles of channels, group by group, and z parts of the sum.
    /// </summary>
    /// <param name="table">The phases.</param>
    /// <param name="args">The convolution.</param>
    /// <param name="height">Pixels of a tile.</param>
    /// <param name="width">Channels of a tile.</param>
    /// <param name="depth">Terms of a step.</param>
    public static TilePlace Find(ArrayView<int> table, ConvolutionArgs args, int height, int width, int depth)
    {
        int tile = Grid.IdxX;
        int phase = 0;
        int pixels = PixelsOf(table, args, phase);
        for (int i = 1; i < args.Phases; i++)
        {
            int tiles = (pixels + height - 1) / height;
            if (tile >= tiles)
            {
                tile -= tiles;
                phase += PhaseTable.Length;
                pixels = PixelsOf(table, args, phase);
            }
        }

        int across = (args.GroupOutputs + width - 1) / width;
        int group = Grid.IdxY / across;
        int terms = (table[phase + PhaseTable.Terms] + depth - 1) / depth * depth;
        int firstTerm = Grid.IdxZ * args.SplitLength;
        int endTerm = firstTerm + args.SplitLength;
        return new TilePlace
        {
            Phase = phase,
            Pixels = pixels,
            FirstPixel = tile * height,
            Group = group,
            FirstChannel = Grid.IdxY % across * width,
            Terms = table[phase + PhaseTable.Terms],
            List = table[phase + PhaseTable.List],
            Weights = (table[phase + PhaseTable.Weights] + group * table[phase + PhaseTable.WeightRows] * args.WeightStride) / 4,
            FirstTerm = firstTerm,
            EndTerm = endTerm < terms ? endTerm : terms,
        };
    }

    /// <summary>Where an output pixel's inputs are counted from; -1 for a pixel that is not there.</summary>
    public static int InputOf(ArrayView<int> table, ConvolutionArgs args, TilePlace place, PhaseOutputs outputs, int pixel)
    {
        if (pixel >= place.Pixels)
            return -1;

        int row = Divisor.Quotient(pixel, outputs.ByColumns);
        int sample = Divisor.Quotient(row, outputs.ByRows);
        int j = pixel - row * outputs.Columns;
        int i = row - sample * outputs.Rows;
        return sample * args.Samples.Stride + args.InputOffset + table[place.Phase + PhaseTable.Start]
            + i * table[place.Phase + PhaseTable.InputStepY] + j * table[place.Phase + PhaseTable.InputStepX] + place.Group * args.GroupInputs;
    }

    private static int PixelsOf(ArrayView<int> table, ConvolutionArgs args, int phase) =>
        args.Samples.Count * table[phase + PhaseTable.Rows] * table[phase + PhaseTable.Columns];
}
