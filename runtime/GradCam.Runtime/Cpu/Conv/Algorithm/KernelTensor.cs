using System.Runtime.InteropServices;
using GradCam.Cpu.Memory;
using GradCam.Cpu.Packing;
using GradCam.Planning;

namespace GradCam.Cpu.Conv.Algorithm;

/// <summary>
/// A convolution's kernel in the weight file, row-major, with the roles of its axes: a convolution sums over the second one
/// ([outputs, inputs, taps] in each group), its gradient over the first ([inputs, outputs, taps]). Its elements are read, and the affine folded in, when it
/// is packed.
/// </summary>
internal sealed class KernelTensor
{
    private readonly WeightRef _weights;
    private readonly Lazy<FoldedAffine> _fold;
    private readonly bool _foldsSecondAxis;

    /// <summary>Describes a kernel.</summary>
    /// <param name="plan">Where it is packed.</param>
    /// <param name="weights">The tensor.</param>
    /// <param name="fold">What is folded in.</param>
    /// <param name="shape">Its sizes.</param>
    /// <param name="summedFirst">Whether the first axis is the one that is summed over.</param>
    /// <param name="foldsSecondAxis">Whether the affine's channels are the second axis, as for a transposed convolution, and not the first.</param>
    /// <param name="hasBias">Whether the affine's summands belong to the outputs: not for a gradient.</param>
    /// <exception cref="InvalidOperationException">The tensor is not as long as its shape says.</exception>
    public KernelTensor(
        CpuPlan plan, WeightRef weights, Lazy<FoldedAffine> fold, in KernelShape shape, bool summedFirst, bool foldsSecondAxis, bool hasBias)
    {
        (Plan, _weights, _fold, _foldsSecondAxis, HasBias, SummedFirst) = (plan, weights, fold, foldsSecondAxis, hasBias, summedFirst);
        (Groups, Inputs, Outputs, Taps) = (shape.Groups, shape.Inputs, shape.Outputs, shape.Taps);
        TapCount = checked(Taps.Height * Taps.Width);
        int length = plan.Weights.LengthOf(weights);
        if (length != (long)checked(Inputs * Outputs * TapCount) * Groups)
        {
            throw new InvalidOperationException(
                $"Expected a kernel of {Groups} x {Outputs} x {Inputs} x {Taps.Height} x {Taps.Width}, found {length} weights.");
        }
    }

    /// <summary>Where it is packed.</summary>
    public CpuPlan Plan { get; }

    /// <summary>Groups.</summary>
    public int Groups { get; }

    /// <summary>Channels that are summed over, in one group.</summary>
    public int Inputs { get; }

    /// <summary>Channels that come out, in one group.</summary>
    public int Outputs { get; }

    /// <summary>Height and width of the kernel.</summary>
    public Extent Taps { get; }

    /// <summary>Taps of the kernel.</summary>
    public int TapCount { get; }

    /// <summary>Whether the first axis is the one that is summed over.</summary>
    public bool SummedFirst { get; }

    /// <summary>Whether there is a summand for each output channel.</summary>
    public bool HasBias { get; }

    /// <summary>Opens the tensor, to pack it.</summary>
    public WeightReader Open() => Plan.Weights.Open(_weights);

    /// <summary>
    /// The parts that the kernel is packed in: rows that follow each other in the file. They are the output channels of a panel, or, where the first axis is
    /// summed over, some input channels with all of their outputs.
    /// </summary>
    /// <param name="panelWidth">Output channels of a panel.</param>
    public int PartCount(int panelWidth) => Groups * PartsPerGroup(panelWidth);

    /// <summary>A part.</summary>
    /// <param name="index">Its number.</param>
    /// <param name="panelWidth">Output channels of a panel.</param>
    public KernelPart Part(int index, int panelWidth)
    {
        (int group, int part) = Math.DivRem(index, PartsPerGroup(panelWidth));
        if (!SummedFirst)
            return new KernelPart(group, (0, Inputs), (part * panelWidth, Math.Min(panelWidth, Outputs - part * panelWidth)));
        int inputs = TileInputs(Outputs);
        return new KernelPart(group, (part * inputs, Math.Min(inputs, Inputs - part * inputs)), (0, Outputs));
    }

    /// <summary>Input channels that are read at a time, with so many output channels, so that they stay in the L2 cache.</summary>
    public int TileInputs(int outputs) => Math.Clamp(CacheSizes.PackedTile / sizeof(float) / (outputs * TapCount), 1, Inputs);

    /// <summary>Reads the weights of some channels of a group, with the affine's factors.</summary>
    /// <param name="reader">The open tensor.</param>
    /// <param name="group">The group.</param>
    /// <param name="inputs">The first input channel, and how many.</param>
    /// <param name="outputs">The first output channel, and how many.</param>
    /// <param name="tile">Room for them.</param>
    /// <returns>Where they lie in the tile.</returns>
    public KernelTile Read(in WeightReader reader, int group, (int First, int Count) inputs, (int First, int Count) outputs, Span<float> tile)
    {
        (int rowCount, int columnCount) = SummedFirst ? (Inputs, Outputs) : (Outputs, Inputs);
        ((int First, int Count) rows, (int First, int Count) columns) = SummedFirst ? (inputs, outputs) : (outputs, inputs);
        int length = columns.Count * TapCount;
        FoldedAffine fold = _fold.Value;
        bool isWhole = columns.Count == columnCount;
        if (isWhole)
            reader.Read((group * rowCount + rows.First) * length, tile[..(rows.Count * length)]);
        for (int r = 0; r < rows.Count; r++)
        {
            int row = group * rowCount + rows.First + r;
            Span<float> values = tile.Slice(r * length, length);
            if (!isWhole)
                reader.Read((row * columnCount + columns.First) * TapCount, values);
            if (!_foldsSecondAxis)
            {
                fold.ScaleInPlace(row, values);
                continue;
            }

            for (int c = 0; c < columns.Count; c++)
                fold.ScaleInPlace(group * columnCount + columns.First + c, values.Slice(c * TapCount, TapCount));
        }

        return SummedFirst ? new KernelTile(length, TapCount) : new KernelTile(TapCount, length);
    }

    /// <summary>Reads all weights of a kernel with one input and one output a group.</summary>
    public void ReadDepthwise(in WeightReader reader, Span<float> values)
    {
        reader.Read(0, values[..(Groups * TapCount)]);
        for (int group = 0; group < Groups; group++)
            _fold.Value.ScaleInPlace(group, values.Slice(group * TapCount, TapCount));
    }

    /// <summary>Writes the summands of some output channels of a group, and zeros behind the last.</summary>
    public void WriteBias(int group, int first, int count, Span<float> destination)
    {
        if (HasBias)
            _fold.Value.WriteShift(group * Outputs + first, count, destination);
        else
            destination.Clear();
    }

    /// <summary>Memory for a tile of so many channels.</summary>
    public TileMemory MakeTile(int inputs, int outputs) => new(checked(inputs * outputs * TapCount));

    private int PartsPerGroup(int panelWidth)
    {
        int length = SummedFirst ? Inputs : Outputs;
        int part = SummedFirst ? TileInputs(Outputs) : panelWidth;
        return (length + part - 1) / part;
    }
}

/// <summary>Channels of a group.</summary>
/// <param name="Group">The group.</param>
/// <param name="Inputs">The first input channel, and how many.</param>
/// <param name="Outputs">The first output channel, and how many.</param>
internal readonly record struct KernelPart(int Group, (int First, int Count) Inputs, (int First, int Count) Outputs);

/// <summary>A kernel's sizes.</summary>
/// <param name="Groups">Groups.</param>
/// <param name="Inputs">Channels that are summed over, in one group.</param>
/// <param name="Outputs">Channels that come out, in one group.</param>
/// <param name="Taps">Height and width.</param>
internal readonly record struct KernelShape(int Groups, int Inputs, int Outputs, Extent Taps);

/// <summary>
/// Memory for weights that were read, until they are packed. From the C library: where code is interpreted, the shared pool of arrays takes milliseconds to
/// begin.
/// </summary>
/// <param name="length">Floats.</param>
internal readonly unsafe ref struct TileMemory(int length) : IDisposable
{
    /// <summary>The first float.</summary>
    public float* Start { get; } = (float*)NativeMemory.Alloc((nuint)length, sizeof(float));

    /// <summary>All of it.</summary>
    public Span<float> Span => new(Start, length);

    public void Dispose() => NativeMemory.Free(Start);
}

/// <summary>Where the weights of some channels lie that were read; those of a pair of channels are one tap after the other.</summary>
/// <param name="InputStride">Floats from an input channel to the next one.</param>
/// <param name="OutputStride">Floats from an output channel to the next one.</param>
internal readonly record struct KernelTile(int InputStride, int OutputStride);
