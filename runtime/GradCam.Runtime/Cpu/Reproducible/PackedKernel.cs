using GradCam.Cpu.Conv.Algorithm;
using GradCam.Cpu.Packing;
using GradCam.Planning;

namespace GradCam.Cpu.Reproducible;

/// <summary>How a kernel lies in the weight file, and which of its axes are summed over.</summary>
/// <param name="Groups">Groups.</param>
/// <param name="Inputs">Channels of a group that are summed over.</param>
/// <param name="Outputs">Channels of a group that come out.</param>
/// <param name="Taps">Height and width.</param>
/// <param name="SummedFirst">Whether a group is [inputs, outputs, taps] in the file, not [outputs, inputs, taps].</param>
/// <param name="FoldsOutputs">Whether the affine's factors belong to the channels that come out, not to those that are summed over.</param>
internal sealed record KernelAxes(int Groups, int Inputs, int Outputs, Extent Taps, bool SummedFirst, bool FoldsOutputs);

/// <summary>
/// A convolution's kernel, or its gradient's, with the affine folded in: for each phase of rows and columns [groups][panels][taps][inputs][lanes], so that the
/// lanes of a panel are as many outputs. Of one input and one output a group, [taps][groups].
/// </summary>
internal sealed unsafe class PackedKernel
{
    private readonly KernelAxes _axes;
    private readonly PackedBlock _weights;
    private readonly PackedBlock? _bias;
    private readonly long[] _phaseOffsets;

    /// <summary>Asks for its place.</summary>
    /// <param name="plan">Where weights are packed.</param>
    /// <param name="weight">The tensor.</param>
    /// <param name="fold">The affine's factors and summands.</param>
    /// <param name="axes">Its axes.</param>
    /// <param name="rows">The phases of the result's rows.</param>
    /// <param name="columns">And of its columns.</param>
    /// <param name="hasBias">Whether the affine's summands are what sums begin with.</param>
    public PackedKernel(
        CpuPlan plan, WeightRef weight, Lazy<FoldedAffine> fold, KernelAxes axes, AxisPhase[] rows, AxisPhase[] columns, bool hasBias)
    {
        (_axes, Rows, Columns) = (axes, rows, columns);
        Panels = (axes.Outputs + ConvolutionJob.PanelLanes - 1) / ConvolutionJob.PanelLanes;
        _phaseOffsets = new long[rows.Length * columns.Length];
        long length = 0;
        for (int phase = 0; phase < _phaseOffsets.Length; phase++)
        {
            _phaseOffsets[phase] = length;
            length = checked(length + (long)TapsOf(phase) * axes.Groups * (IsDepthwise ? 1 : (long)Panels * axes.Inputs * ConvolutionJob.PanelLanes));
        }

        _weights = plan.Packed.Add(length, pieces: 1, (block, _, _) => Pack(plan.Weights.Read(weight), fold.Value, block));
        int outputs = axes.Groups * axes.Outputs;
        if (hasBias)
            _bias = plan.Packed.Add(outputs, pieces: 1, (block, _, _) => fold.Value.WriteShift(0, outputs, new Span<float>(block, outputs)));
    }

    /// <summary>The phases of the result's rows.</summary>
    public AxisPhase[] Rows { get; }

    /// <summary>The phases of its columns.</summary>
    public AxisPhase[] Columns { get; }

    /// <summary>Panels of a group.</summary>
    public int Panels { get; }

    /// <summary>Groups.</summary>
    public int Groups => _axes.Groups;

    /// <summary>Channels of a group that are summed over.</summary>
    public int Inputs => _axes.Inputs;

    /// <summary>Channels of a group that come out.</summary>
    public int Outputs => _axes.Outputs;

    /// <summary>Whether each channel is by itself.</summary>
    public bool IsDepthwise => _axes is { Inputs: 1, Outputs: 1 };

    /// <summary>What the sums begin with, a number a channel; null for zeros.</summary>
    public float* Bias => _bias is null ? null : _bias.Pointer;

    /// <summary>The weights of a phase.</summary>
    public float* WeightsOf(int row, int column) => _weights.Pointer + _phaseOffsets[row * Columns.Length + column];

    private int TapsOf(int phase)
    {
        (int row, int column) = Math.DivRem(phase, Columns.Length);
        return Rows[row].Taps.Length * Columns[column].Taps.Length;
    }

    private void Pack(ReadOnlySpan<float> kernel, FoldedAffine fold, float* block)
    {
        for (int phase = 0; phase < _phaseOffsets.Length; phase++)
        {
            (int row, int column) = Math.DivRem(phase, Columns.Length);
            float* next = block + _phaseOffsets[phase];
            if (IsDepthwise)
            {
                foreach (int tap in Taps(row, column))
                {
                    for (int group = 0; group < Groups; group++)
                        *next++ = Weight(kernel, fold, group, 0, 0, tap);
                }

                continue;
            }

            int[] taps = [.. Taps(row, column)];
            for (int group = 0; group < Groups; group++)
            {
                for (int first = 0; first < Panels * ConvolutionJob.PanelLanes; first += ConvolutionJob.PanelLanes)
                {
                    foreach (int tap in taps)
                    {
                        for (int input = 0; input < Inputs; input++)
                        {
                            for (int output = first; output < first + ConvolutionJob.PanelLanes; output++)
                                *next++ = output < Outputs ? Weight(kernel, fold, group, input, output, tap) : 0;
                        }
                    }
                }
            }
        }
    }

    private IEnumerable<int> Taps(int row, int column) =>
        Rows[row].Taps.SelectMany(y => Columns[column].Taps.Select(x => y.Index * _axes.Taps.Width + x.Index));

    private float Weight(ReadOnlySpan<float> kernel, FoldedAffine fold, int group, int input, int output, int tap)
    {
        int first = _axes.SummedFirst ? group * Inputs + input : group * Outputs + output;
        int second = _axes.SummedFirst ? output : input;
        int seconds = _axes.SummedFirst ? Outputs : Inputs;
        float weight = kernel[(first * seconds + second) * _axes.Taps.Height * _axes.Taps.Width + tap];
        if (fold.IsShiftAlone)
            return weight;
        int channel = _axes.FoldsOutputs ? group * Outputs + output : group * Inputs + input;
        return (float)(weight * fold.Scale[channel]);
    }
}
