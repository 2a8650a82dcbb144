using System.Runtime.InteropServices;

namespace GradCam.Cpu.Conv.Algorithm;

/// <summary>
/// The stretches of consecutive floats that a kernel reads from an input of some layout, in blocks of some <see cref="BlockLength"/> products. Each block is
/// summed from zero and then added to the total: with one running sum, rounding errors would grow with the number of products, and signs of small values with
/// them.
/// </summary>
internal sealed unsafe class Runs : IDisposable
{
    /// <summary>Products in a block at least, where there are as many; fewer than twice as many.</summary>
    public const int BlockLength = 288;

    /// <summary>Finds the runs.</summary>
    /// <param name="rows">The taps of the rows' axis.</param>
    /// <param name="columns">The taps of the columns' axis.</param>
    /// <param name="inputs">Channels that a tap reads.</param>
    /// <param name="rowStride">The input's.</param>
    /// <param name="pixelStride">The input's.</param>
    public Runs(AxisTap[] rows, AxisTap[] columns, int inputs, int rowStride, int pixelStride)
    {
        RowStride = rowStride;
        PixelStride = pixelStride;
        bool follow = pixelStride == inputs && AxisTap.AreNeighbours(columns);
        int perRow = follow ? Math.Min(columns.Length, 1) : columns.Length;
        int count = rows.Length * perRow;
        int length = follow ? columns.Length * inputs : inputs;

        // A long run is cut into parts that are blocks of their own; several short runs make a block.
        int parts = Math.Max(1, length / BlockLength);
        int together = Math.Max(1, BlockLength / Math.Max(1, length));
        Count = count * parts;
        Offsets = (int*)NativeMemory.Alloc((nuint)Math.Max(Count, 1), sizeof(int));
        // Without products, a block of nothing leaves the bias.
        BlockCount = Math.Max(1, parts > 1 ? Count : (count + together - 1) / together);
        Blocks = (RunBlock*)NativeMemory.Alloc((nuint)BlockCount, (nuint)sizeof(RunBlock));
        Blocks[0] = default;
        for (int run = 0; run < count; run++)
        {
            int offset = rows[run / perRow].Offset * rowStride + columns[run % perRow].Offset * pixelStride;
            for (int part = 0; part < parts; part++)
            {
                int start = (int)((long)length * part / parts);
                int end = (int)((long)length * (part + 1) / parts);
                Offsets[run * parts + part] = offset + start;
                if (parts > 1)
                    Blocks[run * parts + part] = new RunBlock(run * parts + part, 1, end - start);
                else if (run % together == 0)
                    Blocks[run / together] = new RunBlock(run, Math.Min(together, count - run), length);
            }
        }
    }

    ~Runs() => Free();

    /// <summary>The input's row stride.</summary>
    public int RowStride { get; }

    /// <summary>The input's pixel stride.</summary>
    public int PixelStride { get; }

    /// <summary>Number of runs, long ones cut into parts.</summary>
    public int Count { get; }

    /// <summary>Where the runs begin, relative to the pixel that an output's taps are counted from.</summary>
    public int* Offsets { get; private set; }

    /// <summary>The blocks.</summary>
    public RunBlock* Blocks { get; private set; }

    /// <summary>Number of blocks, at least 1.</summary>
    public int BlockCount { get; }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        NativeMemory.Free(Offsets);
        NativeMemory.Free(Blocks);
        Offsets = null;
        Blocks = null;
    }
}

/// <summary>Runs that are summed together.</summary>
/// <param name="First">The first run.</param>
/// <param name="Count">How many.</param>
/// <param name="Length">Floats in each.</param>
internal readonly record struct RunBlock(int First, int Count, int Length);
