namespace GradCam.Gpu.Kernels;

/// <summary>An element of all samples' maps of one tensor, by the number that a thread has of it: channels fastest, then columns, rows and samples.</summary>
internal struct MapElement
{
    /// <summary>Where the sample's part of the arena begins.</summary>
    public int Start;
    public int Sample;
    public int Y;
    public int X;
    public int C;

    /// <summary>How many there are.</summary>
    public static int Count(MapArgs map, SampleArgs samples) => samples.Count * map.Height * map.Width * map.Channels;

    /// <summary>The element of a number.</summary>
    public static MapElement Of(MapArgs map, SampleArgs samples, int index)
    {
        int pixel = Divisor.Quotient(index, map.ByChannels);
        int row = Divisor.Quotient(pixel, map.ByWidth);
        MapElement element;
        element.Sample = Divisor.Quotient(row, map.ByHeight);
        element.C = index - pixel * map.Channels;
        element.X = pixel - row * map.Width;
        element.Y = row - element.Sample * map.Height;
        element.Start = element.Sample * samples.Stride;
        return element;
    }
}
