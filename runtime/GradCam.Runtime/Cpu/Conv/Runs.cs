using System.Runtime.InteropServices;

namespace GradCam.Cpu.Conv;

/// <summary>The stretches of consecutive floats that a kernel reads from an input of some layout.</summary>
internal sealed unsafe class Runs : IDisposable
{
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
        bool follow = pixelStride == inputs && columns.Zip(columns.Skip(1)).All(pair => pair.Second.Offset == pair.First.Offset + 1);
        int perRow = follow ? Math.Min(columns.Length, 1) : columns.Length;
        Count = rows.Length * perRow;
        Length = follow ? columns.Length * inputs : inputs;
        Offsets = (int*)NativeMemory.Alloc((nuint)Math.Max(Count, 1), sizeof(int));
        for (int i = 0; i < Count; i++)
            Offsets[i] = rows[i / perRow].Offset * rowStride + columns[i % perRow].Offset * pixelStride;
    }

    ~Runs() => Free();

    /// <summary>The input's row stride.</summary>
    public int RowStride { get; }

    /// <summary>The input's pixel stride.</summary>
    public int PixelStride { get; }

    /// <summary>Number of runs.</summary>
    public int Count { get; }

    /// <summary>Floats in a run.</summary>
    public int Length { get; }

    /// <summary>Where the runs begin, relative to the pixel that an output's taps are counted from.</summary>
    public int* Offsets { get; private set; }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        NativeMemory.Free(Offsets);
        Offsets = null;
    }
}
