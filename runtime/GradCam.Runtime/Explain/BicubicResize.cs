namespace GradCam.Explain;

/// <summary>Bicubic convolution (Keys 1981) with a = -0.75 and edges that go on: PyTorch's interpolate(mode="bicubic"), without antialiasing.</summary>
internal static class BicubicResize
{
    private const double A = -0.75;

    public static void Place(ReadOnlySpan<float> source, in ResizeAxis columns, in ResizeAxis lines, Span<float> destination, int width)
    {
        Span<double> vertical = stackalloc double[4];
        Span<double> horizontal = stackalloc double[4];
        for (int y = lines.First; y < lines.End; y++)
        {
            int row = Weights(lines.Position(y), vertical);
            for (int x = columns.First; x < columns.End; x++)
            {
                int column = Weights(columns.Position(x), horizontal);
                double sum = 0;
                for (int i = 0; i < 4; i++)
                {
                    ReadOnlySpan<float> cells = source.Slice(Math.Clamp(row + i, 0, lines.SourceSize - 1) * columns.SourceSize, columns.SourceSize);
                    double along = 0;
                    for (int j = 0; j < 4; j++)
                        along += horizontal[j] * cells[Math.Clamp(column + j, 0, cells.Length - 1)];
                    sum += vertical[i] * along;
                }

                destination[y * width + x] = (float)sum;
            }
        }
    }

    /// <summary>The weights of four neighbours.</summary>
    /// <returns>The first neighbour.</returns>
    private static int Weights(double position, Span<double> weights)
    {
        double floor = Math.Floor(position);
        double t = position - floor;
        weights[0] = Far(t + 1);
        weights[1] = Near(t);
        weights[2] = Near(1 - t);
        weights[3] = Far(2 - t);
        return (int)floor - 1;
    }

    private static double Near(double d) => ((A + 2) * d - (A + 3)) * d * d + 1;

    private static double Far(double d) => ((A * d - 5 * A) * d + 8 * A) * d - 4 * A;
}
