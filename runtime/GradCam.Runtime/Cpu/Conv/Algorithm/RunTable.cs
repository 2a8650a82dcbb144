namespace GradCam.Cpu.Conv.Algorithm;

/// <summary>The runs of a phase for every layout of input that the dry run met. Filled at load, read-only afterwards.</summary>
/// <param name="rows">The phase along the rows' axis.</param>
/// <param name="columns">The phase along the columns' axis.</param>
/// <param name="inputs">Channels that a tap reads; 0 where taps are never joined to longer runs.</param>
internal sealed class RunTable(AxisPhase rows, AxisPhase columns, int inputs) : IDisposable
{
    private readonly List<Runs> _runs = [];

    /// <summary>Adds an input's layout.</summary>
    /// <exception cref="InvalidOperationException">Its halo does not cover what the taps read.</exception>
    public void Add(in Tensor input, in Tensor output)
    {
        CheckReach(rows, output.Height, input.Height, input.Halo.Top, input.Halo.Bottom, input);
        CheckReach(columns, output.Width, input.Width, input.Halo.Left, input.Halo.Right, input);
        if (Find(input) is null)
            _runs.Add(new Runs(rows.Taps, columns.Taps, inputs, input.RowStride, input.PixelStride));
    }

    /// <summary>The runs for an input.</summary>
    public Runs Of(in Tensor input) => Find(input) ?? throw new InvalidOperationException($"The dry run did not meet the layout of {input}.");

    public void Dispose()
    {
        foreach (Runs runs in _runs)
            runs.Dispose();
    }

    /// <summary>Checks that what an axis's taps read lies on the input or in its halo.</summary>
    public static void CheckReach(AxisPhase phase, int outputs, int inputs, int before, int after, in Tensor input)
    {
        int count = phase.Count(outputs);
        if (count == 0 || phase.Taps.Length == 0)
            return;
        int first = phase.Taps[0].Offset;
        int last = checked((count - 1) * phase.InputStep + phase.Taps[^1].Offset);
        if (first < -before || last >= inputs + after)
        {
            throw OutOfReach(first, last, inputs, before, after, input);
        }
    }

    private static InvalidOperationException OutOfReach(int first, int last, int inputs, int before, int after, in Tensor input) => new(
        $"A convolution reads positions {first} to {last} of an axis that has 0 to {inputs - 1} "
        + $"and a halo of {before} before and {after} after it ({input}).");

    private Runs? Find(in Tensor input)
    {
        foreach (Runs runs in _runs)
        {
            if (runs.RowStride == input.RowStride && runs.PixelStride == input.PixelStride)
                return runs;
        }

        return null;
    }
}
