using System.Runtime.CompilerServices;
using GradCam.Cpu.Memory;
using GradCam.Cpu.Simd;

namespace GradCam.Cpu.Conv;

/// <summary>
/// A kernel packed for the micro-kernel. The output channels of each group are cut into panels of two vectors (the last may have one);
/// a panel is [taps][inputs][channels of the panel], the order in which the micro-kernel consumes it. Missing channels of the last vector are zero.
/// </summary>
internal sealed unsafe class PackedPanels : IDisposable
{
    private readonly NativeBlock _weights;
    private readonly NativeBlock _bias;

    /// <summary>Packs the taps of a phase.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="rows">Which of its rows, in this order.</param>
    /// <param name="columns">Which of its columns, in this order.</param>
    /// <param name="level">For vectors of this width.</param>
    public PackedPanels(KernelTensor kernel, AxisTap[] rows, AxisTap[] columns, SimdLevel level)
    {
        Level = level;
        int width = level.Width();
        Outputs = kernel.Outputs;
        Depth = checked(rows.Length * columns.Length * kernel.Inputs);
        PanelWidth = MicroKernels.PanelVectors * width;
        PanelsPerGroup = (kernel.Outputs + PanelWidth - 1) / PanelWidth;
        int rest = kernel.Outputs - (PanelsPerGroup - 1) * PanelWidth;
        LastVectors = (rest + width - 1) / width;
        GroupBiasLength = (PanelsPerGroup - 1) * PanelWidth + LastVectors * width;
        GroupLength = (long)GroupBiasLength * Depth;
        _weights = new NativeBlock(GroupLength * kernel.Groups);
        _bias = new NativeBlock((long)GroupBiasLength * kernel.Groups);
        for (int group = 0; group < kernel.Groups; group++)
        {
            kernel.Bias?.AsSpan(group * Outputs, Outputs).CopyTo(new Span<float>(_bias.Pointer + (long)group * GroupBiasLength, Outputs));
            for (int panel = 0; panel < PanelsPerGroup; panel++)
                Pack(kernel, rows, columns, group, panel);
        }
    }

    /// <summary>The width of the vectors.</summary>
    public SimdLevel Level { get; }

    /// <summary>Output channels of a group.</summary>
    public int Outputs { get; }

    /// <summary>Products in a sum: taps times inputs.</summary>
    public int Depth { get; }

    /// <summary>Channels of a full panel.</summary>
    public int PanelWidth { get; }

    /// <summary>Panels of a group.</summary>
    public int PanelsPerGroup { get; }

    /// <summary>Vectors of a group's last panel.</summary>
    public int LastVectors { get; }

    /// <summary>Floats of a group's weights.</summary>
    public long GroupLength { get; }

    /// <summary>Floats of a group's bias.</summary>
    public int GroupBiasLength { get; }

    /// <summary>The weights of the first group's first panel.</summary>
    public float* Weights => _weights.Pointer;

    /// <summary>The bias of the first group's first panel.</summary>
    public float* Bias => _bias.Pointer;

    /// <summary>Bytes of both.</summary>
    public long Bytes => sizeof(float) * (_weights.Length + _bias.Length);

    public void Dispose()
    {
        _weights.Dispose();
        _bias.Dispose();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Pack(KernelTensor kernel, AxisTap[] rows, AxisTap[] columns, int group, int panel)
    {
        // Inputs are taken a few at a time so that the lines of the panel that are being filled stay in the L1 cache.
        const int InputBlock = 16;
        int inputs = kernel.Inputs;
        int channels = Math.Min(PanelWidth, Outputs - panel * PanelWidth);
        int stride = panel == PanelsPerGroup - 1 ? LastVectors * Level.Width() : PanelWidth;
        float* packed = _weights.Pointer + group * GroupLength + (long)panel * PanelWidth * Depth;
        float* first = kernel.Values + (long)group * kernel.GroupStride + (long)panel * PanelWidth * kernel.OutputStride;
        for (int block = 0; block < inputs; block += InputBlock)
        {
            int end = Math.Min(block + InputBlock, inputs);
            for (int channel = 0; channel < channels; channel++)
            {
                float* source = first + (long)channel * kernel.OutputStride;
                float* destination = packed + channel;
                foreach (AxisTap row in rows)
                {
                    foreach (AxisTap column in columns)
                    {
                        int tap = row.Index * kernel.Taps.Width + column.Index;
                        for (int i = block; i < end; i++)
                            destination[(long)i * stride] = source[(long)i * kernel.InputStride + tap];
                        destination += (long)inputs * stride;
                    }
                }
            }
        }
    }
}
