using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using GradCam.Cpu.Conv.Algorithm;
using GradCam.Cpu.Packing;
using GradCam.Cpu.Simd;
using GradCam.Planning;

namespace GradCam.Cpu.Conv.Direct;

/// <summary>
/// A kernel packed for the micro-kernel. The output channels of each group are cut into panels of some vectors (<see cref="MicroKernels.PanelVectors"/>; the
/// last may have fewer); a panel is [taps][inputs][channels of the panel], the order in which the micro-kernel consumes it. Missing channels of the last vector
/// are zero.
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
        int[] taps = AxisTap.Indices(rows, columns, kernel.Taps.Width);
        _block = kernel.Plan.Packed.Add(
            (GroupLength + GroupBiasLength) * _groups, kernel.PartCount(PanelWidth), (block, first, end) => Pack(kernel, taps, block, first, end));
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
    public float* Bias => BiasOf(_block.Pointer, 0, 0);

    /// <summary>Bytes of both.</summary>
    public long Bytes => sizeof(float) * _block.Length;

    /// <summary>Gathers the weights of an output channel of the first group.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="row">Room for them: [taps][inputs], <see cref="Depth"/> floats.</param>
    public void CopyChannel(int channel, float* row)
    {
        (int panel, int lane) = Math.DivRem(channel, PanelWidth);
        nint stride = Stride(panel);
        float* from = Weights + (nint)panel * PanelWidth * Depth + lane;
        for (int i = 0; i < Depth; i++)
            row[i] = from[i * stride];
    }

    private void Pack(KernelTensor kernel, int[] taps, float* block, int first, int end)
    {
        using WeightReader reader = kernel.Open();
        for (int index = first; index < end; index++)
        {
            KernelPart part = kernel.Part(index, PanelWidth);
            int tileInputs = Math.Min(kernel.TileInputs(part.Outputs.Count), part.Inputs.Count);
            using TileMemory memory = kernel.MakeTile(tileInputs, part.Outputs.Count);
            int firstPanel = part.Outputs.First / PanelWidth;
            int endPanel = firstPanel + (part.Outputs.Count + PanelWidth - 1) / PanelWidth;
            for (int panel = firstPanel; panel < endPanel && part.Inputs.First == 0; panel++)
                kernel.WriteBias(part.Group, panel * PanelWidth, Channels(panel), new Span<float>(BiasOf(block, part.Group, panel), Stride(panel)));
            for (int done = 0; done < part.Inputs.Count; done += tileInputs)
            {
                int input = part.Inputs.First + done;
                int inputs = Math.Min(tileInputs, part.Inputs.Count - done);
                KernelTile tile = kernel.Read(reader, part.Group, (input, inputs), part.Outputs, memory.Span);
                for (int panel = firstPanel; panel < endPanel; panel++)
                {
                    // Within the tile, inputs x channels x taps, and within the panel, [taps][inputs][stride].
                    float* source = memory.Start + (panel - firstPanel) * PanelWidth * tile.OutputStride;
                    int stride = Stride(panel);
                    float* packed = block + part.Group * GroupLength + (long)panel * PanelWidth * Depth + (long)input * stride;
                    for (int tap = 0; tap < taps.Length; tap++)
                        Transpose(source + taps[tap], tile, packed + (long)tap * kernel.Inputs * stride, stride, inputs, Channels(panel));
                }
            }
        }
    }

    /// <summary>Channels of a panel that exist.</summary>
    private int Channels(int panel) => Math.Min(PanelWidth, Outputs - panel * PanelWidth);

    /// <summary>Channels of a panel, with those that fill its last vector.</summary>
    private int Stride(int panel) => panel == PanelsPerGroup - 1 ? LastVectors * Level.Width() : PanelWidth;

    private float* BiasOf(float* block, int group, int panel) => block + GroupLength * _groups + (long)group * GroupBiasLength + panel * PanelWidth;

    /// <summary>Puts the output channels of each input side by side, and zeros behind the last.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Transpose(float* source, KernelTile tile, float* destination, int stride, int inputs, int channels)
    {
        // In bytes, which are fewer instructions for an interpreter.
        nint step = tile.OutputStride * sizeof(float);
        for (int input = 0; input < inputs; input++)
        {
            nint from = (nint)(source + input * tile.InputStride);
            float* to = destination + input * stride;
            int channel = 0;
            if (step == sizeof(float))
            {
                for (; channel <= channels - 4; channel += 4, from += 4 * step)
                    Vector128.Load((float*)from).Store(to + channel);
            }

            for (; channel <= channels - 4; channel += 4, from += 4 * step)
            {
                Vector128.Create(*(float*)from, *(float*)(from + step), *(float*)(from + 2 * step), *(float*)(from + 3 * step)).Store(to + channel);
            }

            for (; channel < channels; channel++, from += step)
                to[channel] = *(float*)from;
            for (; channel < stride; channel++)
                to[channel] = 0;
        }
    }
}
