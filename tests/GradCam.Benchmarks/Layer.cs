using System.Globalization;

namespace GradCam.Benchmarks;

/// <summary>A line of the table of layers.</summary>
internal sealed record Layer(
    string Network, int Count, int Inputs, int Outputs, Extent Kernel, Extent Stride, Extent Pad, Extent Dilation, int Groups, Extent Input, bool IsLinear)
{
    public Extent Output => new(
        (Input.Height + 2 * Pad.Height - Dilation.Height * (Kernel.Height - 1) - 1) / Stride.Height + 1,
        (Input.Width + 2 * Pad.Width - Dilation.Width * (Kernel.Width - 1) - 1) / Stride.Width + 1);

    public double Flops => 2.0 * Output.Height * Output.Width * Outputs * (Inputs / Groups) * Kernel.Height * Kernel.Width;

    public static Layer Parse(string line)
    {
        string[] parts = line.Split(' ');
        int count = Number(parts[1]);
        if (parts[2] == "linear")
        {
            int pixels = Number(parts[5]);
            return new Layer(parts[0], count, Number(parts[3]), Number(parts[4]), 1, 1, 0, 1, 1, (1, pixels), pixels == 1);
        }

        return new Layer(
            parts[0], count, Number(parts[3]), Number(parts[4]), Size(parts[5]), Size(parts[6]),
            Size(parts[7]), Size(parts[8]), Number(parts[9]), Size(parts[10]), false);
    }

    public override string ToString() => IsLinear
        ? $"linear {Inputs}->{Outputs}"
        : $"{Inputs}->{Outputs} {Kernel.Height}x{Kernel.Width}"
            + $"{(Stride.Height > 1 ? $"/{Stride.Height}" : "")}{(Groups > 1 ? $" g{Groups}" : "")} @{Input.Height}x{Input.Width}";

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static Extent Size(string text)
    {
        string[] parts = text.Split('x');
        return (Number(parts[0]), Number(parts[1]));
    }

    /// <summary>The convolutions and linear layers of some networks.</summary>
    public static IEnumerable<Layer> ReadAll()
    {
        using Stream stream = typeof(Layer).Assembly.GetManifestResourceStream("kernels.layers.txt")!;
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is string line)
        {
            if (!line.StartsWith('#'))
                yield return Parse(line);
        }
    }
}
