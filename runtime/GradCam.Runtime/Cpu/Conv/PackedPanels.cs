using System.Buffers;
using System.Runtime.CompilerServices;
using GradCam.Cpu.Packing;
using GradCam.Cpu.Simd;

namespace GradCam.Cpu.Conv;

/// <summary>
/// A kernel packed for the micro-kernel. The output channels of each group are cut into panels of two vectors (the last may have one);
/// a panel is [taps][inputs][channels of the panel], the order in which the micro-kernel consumes it. Missing channels of the last vector are zero.
/// </summary>
internal sealed unsafe class PackedPanels
{
    private readonly PackedBlock _block;
    private readonly int _groups;

    /// <summary>Plans to pack the taps of a phase.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="rows">Which of its rows, in this order.</param>
    /// <param name="columns">Which of its columns, in this order.</param>
    /// <param name="level">For vectors of this width.</param>
    public PackedPanels(KernelTensor kernel, AxisTap[] rows, AxisTap[] columns, SimdLevel level)
    {
        Level = level;
        int width = level.Width();
        _groups = kernel.Groups;
        Outputs = kernel.Outputs;
        Depth = checked(rows.Length * columns.Length * kernel.Inputs);
        PanelWidth = MicroKernels.PanelVectors * width;
        PanelsPerGroup = (kernel.Outputs + PanelWidth - 1) / PanelWidth;
        int rest = kernel.Outputs - (PanelsPerGroup - 1) * PanelWidth;
        LastVectors = (rest + width - 1) / width;
        GroupBiasLength = (PanelsPerGroup - 1) * PanelWidth + LastVectors * width;
        GroupLength = (long)GroupBiasLength * Depth;
        int[] taps = [.. rows.SelectMany(row => columns.Select(column => row.Index * kernel.Taps.Width + column.Index))];
        _block = kernel.Plan.Packed.Add(
            (GroupLength + GroupBiasLength) * _groups, PanelsPerGroup * _groups, (block, first, end) => Pack(kernel, taps, block, first, end));
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
    public float* Weights => _block.Pointer;

    /// <summary>The bias of the first group's first panel, behind all weights.</summary>
    public float* Bias => _block.Pointer + GroupLength * _groups;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Pack(KernelTensor kernel, int[] taps, float* block, int first, int end)
    {
        // Inputs are taken a few at a time so that the lines of the panel that are being filled stay in the L1 cache.
        const int InputBlock = 16;
        using WeightReader reader = kernel.Open();
        float[] memory = kernel.RentTile(InputBlock, PanelWidth);
        for (int piece = first; piece < end; piece++)
        {
            (int group, int panel) = Math.DivRem(piece, PanelsPerGroup);
            int channel = panel * PanelWidth;
            int channels = Math.Min(PanelWidth, Outputs - channel);
            int stride = panel == PanelsPerGroup - 1 ? LastVectors * Level.Width() : PanelWidth;
            float* bias = block + GroupLength * _groups + (long)group * GroupBiasLength + channel;
            kernel.WriteBias(group, channel, channels, new Span<float>(bias, stride));
            float* packed = block + group * GroupLength + (long)channel * Depth;
            for (int input = 0; input < kernel.Inputs; input += InputBlock)
            {
                int inputs = Math.Min(InputBlock, kernel.Inputs - input);
                KernelTile tile = kernel.Read(reader, group, (input, inputs), (channel, channels), memory);
                fixed (float* values = memory)
                {
                    // Within the tile, inputs x channels x taps, and within the panel, [taps][inputs][stride].
                    for (int tap = 0; tap < taps.Length; tap++)
                        Transpose(values + taps[tap], tile, packed + ((long)tap * kernel.Inputs + input) * stride, stride, inputs, channels);
                }
            }
        }

        ArrayPool<float>.Shared.Return(memory);
    }

    /// <summary>Puts the output channels of each input side by side, and zeros behind the last.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Transpose(float* source, KernelTile tile, float* destination, int stride, int inputs, int channels)
    {
        for (int input = 0; input < inputs; input++)
        {
            float* from = source + input * tile.InputStride;
            float* to = destination + input * stride;
            for (int channel = 0; channel < channels; channel++)
                to[channel] = from[channel * tile.OutputStride];
            for (int channel = channels; channel < stride; channel++)
                to[channel] = 0;
        }
    }
}
