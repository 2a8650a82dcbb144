using GradCam.Gpu.Kernels;
using GradCam.Gpu.Kernels.Convolution;
using GradCam.Planning;
using ILGPU;

namespace GradCam.Gpu.Planning;

/// <summary>A convolution's weights on the device, as a kernel reads them, and its tables, one for each place of maps that it was met with.</summary>
internal sealed class PackedConvolution
{
    /// <summary>Rows of weights are rounded up to what all tiles' depths divide.</summary>
    private const int TermsUnit = 32;

    /// <summary>Of so few channels in and out of a group a thread computes an output by itself.</summary>
    private const int DirectChannels = 4;

    private readonly AxisPhase[] _rows;
    private readonly AxisPhase[] _columns;
    private readonly KernelTensor _kernel;
    private readonly FoldedAffine? _folded;
    private readonly int[] _weightStarts;
    private readonly List<(Tensor Input, Tensor Output, ConvolutionTable Table)> _tables = [];

    private PackedWeights? _weights;
    private PackedWeights? _winogradWeights;

    /// <summary>Prepares a convolution, whose weights are packed when it is known which kernel runs it.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="window">The window.</param>
    /// <param name="scatters">Whether it is a gradient, or transposed.</param>
    /// <param name="folded">The summands, where it has some.</param>
    public PackedConvolution(KernelTensor kernel, in Window window, bool scatters, FoldedAffine? folded)
    {
        (_kernel, _folded) = (kernel, folded);
        Func<int, int, int, int, AxisPhase[]> phases = scatters ? AxisPhase.Scatter : AxisPhase.Gather;
        _rows = phases(window.Kernel.Height, window.Stride.Height, window.Pad.Top, window.Dilation.Height);
        _columns = phases(window.Kernel.Width, window.Stride.Width, window.Pad.Left, window.Dilation.Width);
        IsDirect = kernel.Groups > 1 && kernel.Inputs <= DirectChannels && kernel.Outputs <= DirectChannels;
        WeightStride = IsDirect ? kernel.Groups * kernel.Outputs : RoundUp(kernel.Outputs, 4);
        _weightStarts = new int[_rows.Length * _columns.Length];
    }

    /// <summary>Whether <see cref="DirectConvolution"/> runs it.</summary>
    public bool IsDirect { get; }

    /// <summary>Whether <see cref="DepthwiseConvolution"/> does, where maps are aligned.</summary>
    public bool IsDepthwise => IsDirect && _kernel.Inputs == 1 && _kernel.Outputs == 1 && _kernel.Groups % 4 == 0;

    /// <summary>Floats from a row of weights to the next.</summary>
    public int WeightStride { get; }

    /// <summary>Channels of a group that are summed over.</summary>
    public int GroupInputs => _kernel.Inputs;

    /// <summary>Channels of a group that are made.</summary>
    public int GroupOutputs => _kernel.Outputs;

    public int Groups => _kernel.Groups;

    /// <summary>The table for maps at these places: made in the dry run.</summary>
    public ConvolutionTable Table(GpuPlan plan, in Tensor input, in Tensor output)
    {
        lock (_tables)
        {
            foreach ((Tensor In, Tensor Out, ConvolutionTable Table) known in _tables)
            {
                if ((known.In.RowStride, known.In.PixelStride, known.Out.Height, known.Out.Width)
                    == (input.RowStride, input.PixelStride, output.Height, output.Width))
                {
                    return known.Table;
                }
            }

            ConvolutionTable table = MakeTable(plan, input, output);
            _tables.Add((input, output, table));
            return table;
        }
    }

    private static int RoundUp(int value, int unit) => checked((value + unit - 1) / unit * unit);

    private PackedWeights PackWeights(GpuPlan plan)
    {
        var packed = new List<float>();
        for (int phase = 0; phase < _weightStarts.Length; phase++)
        {
            _weightStarts[phase] = packed.Count;
            Pack(packed, _rows[phase / _columns.Length], _columns[phase % _columns.Length]);
        }

        int length = packed.Count;
        System.Runtime.InteropServices.CollectionsMarshal.SetCount(packed, WithSummands(length));
        return Upload(plan, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(packed), length);
    }

    private PackedWeights PackWinogradWeights(GpuPlan plan)
    {
        int length = WinogradPlan.LengthOf(_kernel);
        var packed = new float[WithSummands(length)];
        WinogradPlan.Transform(_kernel, _rows[0], _columns[0], packed);
        return Upload(plan, packed, length);
    }

    /// <summary>Floats of weights and, behind them, summands.</summary>
    private int WithSummands(int length) => _folded is null ? length : checked(RoundUp(length, 4) + RoundUp(_kernel.Groups * _kernel.Outputs, 4));

    /// <summary>Copies weights to the device, with the summands behind them.</summary>
    private PackedWeights Upload(GpuPlan plan, Span<float> packed, int length)
    {
        int summands = -1;
        if (_folded is not null)
        {
            summands = RoundUp(length, 4);
            packed[length..].Clear();
            _folded.WriteShift(0, _kernel.Groups * _kernel.Outputs, packed[summands..]);
        }

        return new PackedWeights(plan.Memory.Upload<float>(packed, "weights"), summands);
    }

    private int TermsOf(AxisPhase rows, AxisPhase columns) => rows.Taps.Length * columns.Taps.Length * _kernel.Inputs;

    private void Pack(List<float> packed, AxisPhase rows, AxisPhase columns)
    {
        int terms = TermsOf(rows, columns);
        if (IsDirect)
        {
            for (int term = 0; term < terms; term++)
                for (int c = 0; c < WeightStride; c++)
                    packed.Add(WeightOf(rows, columns, c / _kernel.Outputs, term, c % _kernel.Outputs));
            return;
        }

        int start = packed.Count;
        int weightRows = RoundUp(terms, TermsUnit);
        int length = checked(_kernel.Groups * weightRows * WeightStride);
        System.Runtime.InteropServices.CollectionsMarshal.SetCount(packed, checked(start + length));
        Span<float> target = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(packed).Slice(start, length);
        target.Clear();
        for (int group = 0; group < _kernel.Groups; group++)
            for (int term = 0; term < terms; term++)
                for (int output = 0; output < _kernel.Outputs; output++)
                    target[(group * weightRows + term) * WeightStride + output] = WeightOf(rows, columns, group, term, output);
    }

    private float WeightOf(AxisPhase rows, AxisPhase columns, int group, int term, int output)
    {
        (int tap, int input) = Math.DivRem(term, _kernel.Inputs);
        int ky = rows.Taps[tap / columns.Taps.Length].Tap;
        int kx = columns.Taps[tap % columns.Taps.Length].Tap;
        return _kernel[group, input, output, ky * _kernel.Kernel.Width + kx];
    }

    private static void Write(List<int> table, int at, int divisor)
    {
        var by = new Divisor(divisor);
        (table[at], table[at + 1]) = ((int)by.Multiplier, by.Shift);
    }

    private ConvolutionTable MakeTable(GpuPlan plan, in Tensor input, in Tensor output)
    {
        if (WinogradPlan.Make(plan, _kernel, _rows, _columns, input, output) is { } winograd)
        {
            _winogradWeights ??= PackWinogradWeights(plan);
            return new ConvolutionTable(
                View: default, [output.Pixels], Blocks: 0, TermsOf(_rows[0], _columns[0]), ReadsQuads: false, _winogradWeights, winograd);
        }

        _weights ??= PackWeights(plan);
        int phases = _weightStarts.Length;
        var table = new List<int>();
        var pixels = new int[phases];
        System.Runtime.InteropServices.CollectionsMarshal.SetCount(table, phases * PhaseTable.Length);
        bool readsQuads = _kernel.Inputs % 4 == 0 && input.RowStride % 4 == 0 && input.PixelStride % 4 == 0;
        int mostTerms = 0;
        int blocks = 0;
        for (int phase = 0; phase < phases; phase++)
        {
            AxisPhase rows = _rows[phase / _columns.Length];
            AxisPhase columns = _columns[phase % _columns.Length];
            int at = phase * PhaseTable.Length;
            int terms = TermsOf(rows, columns);
            table[at + PhaseTable.FirstRow] = rows.First;
            table[at + PhaseTable.FirstColumn] = columns.First;
            table[at + PhaseTable.StepY] = rows.Step;
            table[at + PhaseTable.StepX] = columns.Step;
            table[at + PhaseTable.Rows] = rows.Count(output.Height);
            table[at + PhaseTable.Columns] = columns.Count(output.Width);
            table[at + PhaseTable.Start] = rows.Start * input.RowStride + columns.Start * input.PixelStride;
            table[at + PhaseTable.InputStepY] = rows.InputStep * input.RowStride;
            table[at + PhaseTable.InputStepX] = columns.InputStep * input.PixelStride;
            table[at + PhaseTable.Terms] = terms;
            table[at + PhaseTable.List] = table.Count;
            table[at + PhaseTable.Weights] = _weightStarts[phase];
            table[at + PhaseTable.WeightRows] = RoundUp(terms, TermsUnit);
            Write(table, at + PhaseTable.ByRows, rows.Count(output.Height));
            Write(table, at + PhaseTable.ByColumns, columns.Count(output.Width));
            int rowBlocks = (columns.Count(output.Width) + PhaseTable.BlockColumns - 1) / PhaseTable.BlockColumns;
            Write(table, at + PhaseTable.ByBlocks, rowBlocks);
            blocks = Math.Max(blocks, rows.Count(output.Height) * rowBlocks);
            pixels[phase] = table[at + PhaseTable.Rows] * table[at + PhaseTable.Columns];
            if (pixels[phase] > 0)
                mostTerms = Math.Max(mostTerms, terms);
            foreach ((int _, int y) in rows.Taps)
                foreach ((int _, int x) in columns.Taps)
                    for (int c = 0; c < _kernel.Inputs; c++)
                        table.Add(y * input.RowStride + x * input.PixelStride + c);
        }

        ArrayView<int> view = plan.Memory.Upload<int>(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(table), "tables");
        return new ConvolutionTable(view, pixels, blocks, mostTerms, readsQuads, _weights, Winograd: null);
    }
}

/// <summary>A table on the device (<see cref="PhaseTable"/>).</summary>
/// <param name="View">The table.</param>
/// <param name="Pixels">Output pixels of a sample, phase by phase.</param>
/// <param name="Blocks">Blocks of columns of the largest phase (<see cref="PhaseTable.ByBlocks"/>), of a sample.</param>
/// <param name="Terms">Terms of the longest sum.</param>
/// <param name="ReadsQuads">Whether four neighbouring terms are four neighbouring floats at a multiple of four, where the input begins at one.</param>
/// <param name="Weights">The weights for the kernel that runs it.</param>
/// <param name="Winograd">How Winograd's algorithm runs it, which needs no table; null where it does not.</param>
internal sealed record ConvolutionTable(
    ArrayView<int> View, int[] Pixels, int Blocks, int Terms, bool ReadsQuads, PackedWeights Weights, WinogradPlan? Winograd);

/// <summary>A convolution's weights on the device.</summary>
/// <param name="View">The weights.</param>
/// <param name="Summands">Where the summands begin; -1 for none.</param>
internal sealed record PackedWeights(ArrayView<float> View, int Summands);
