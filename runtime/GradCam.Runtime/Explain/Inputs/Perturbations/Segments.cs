namespace GradCam.Explain.Inputs.Perturbations;

/// <summary>An input's segments.</summary>
/// <param name="Labels">Each pixel's segment.</param>
/// <param name="Count">How many there are.</param>
/// <param name="Grid">The grid that they are the cells of, row by row; null where they are none.</param>
internal sealed record Segments(int[] Labels, int Count, Extent? Grid)
{
    /// <summary>Writes a number a segment: at every pixel and, of a grid, as a map of its size.</summary>
    public void Write(InputRun run, ReadOnlySpan<double> numbers)
    {
        run.UseOneChannel();
        Span<float> values = run.Values;
        for (int p = 0; p < values.Length; p++)
            values[p] = (float)numbers[Labels[p]];
        if (Grid is not { } grid)
            return;
        Span<float> map = run.MakeMap(grid.Height, grid.Width);
        for (int i = 0; i < map.Length; i++)
            map[i] = (float)numbers[i];
    }
}
