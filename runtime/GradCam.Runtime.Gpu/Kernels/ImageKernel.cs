using ILGPU;

namespace GradCam.Gpu.Kernels;

/// <summary>The arguments of <see cref="ImageKernel"/>.</summary>
internal struct ImageArgs
{
    /// <summary>The network's input, of one sample.</summary>
    public SampleArgs Samples;
    public MapArgs Output;

    /// <summary>Bytes of a pixel: 1 for gray, else the colours are the first three.</summary>
    public int PixelBytes;

    /// <summary>Bytes from an uploaded row to the next, and the photo's row and column that are uploaded first.</summary>
    public int RowBytes;
    public int FirstRow;
    public int FirstColumn;

    /// <summary>
    /// Where the filters' places begin in the upload, in integers: of each row the first tap's input and place, one more place, then the same of the columns.
    /// </summary>
    public int RowPlaces;
    public int ColumnPlaces;

    /// <summary>Where the filters' weights begin, in floats.</summary>
    public int RowWeights;
    public int ColumnWeights;

    /// <summary>Whether the first and third byte change places.</summary>
    public int Swaps;

    /// <summary>Whether the input is the luma of the bytes, with these weights.</summary>
    public int IsGray;
    public float Luma0;
    public float Luma1;
    public float Luma2;

    /// <summary>Input = pixel * factor + summand, of each channel.</summary>
    public float Factor0;
    public float Factor1;
    public float Factor2;
    public float Summand0;
    public float Summand1;
    public float Summand2;
}

/// <summary>A photo's pixels to a network's input: crop, antialiased resize and normalisation at once, a thread a pixel of the input.</summary>
internal static class ImageKernel
{
    /// <summary>The kernel.</summary>
    /// <param name="arena">The sample.</param>
    /// <param name="upload">The photo's bytes, then the filters.</param>
    /// <param name="args">How they lie.</param>
    public static void Run(ArrayView<float> arena, ArrayView<byte> upload, ImageArgs args)
    {
        ArrayView<int> integers = upload.Cast<int>();
        ArrayView<float> floats = upload.Cast<float>();
        MapArgs output = args.Output;
        for (int i = SampleArgs.Thread; i < output.Height * output.Width; i += SampleArgs.Threads)
        {
            int y = i / output.Width;
            int x = i % output.Width;
            int rowStart = integers[args.RowPlaces + 2 * y] - args.FirstRow;
            int rowTap = integers[args.RowPlaces + 2 * y + 1];
            int rowTaps = integers[args.RowPlaces + 2 * y + 3] - rowTap;
            int columnStart = integers[args.ColumnPlaces + 2 * x] - args.FirstColumn;
            int columnTap = integers[args.ColumnPlaces + 2 * x + 1];
            int columnTaps = integers[args.ColumnPlaces + 2 * x + 3] - columnTap;
            float sum0 = 0;
            float sum1 = 0;
            float sum2 = 0;
            for (int ky = 0; ky < rowTaps; ky++)
            {
                float row0 = 0;
                float row1 = 0;
                float row2 = 0;
                int at = (rowStart + ky) * args.RowBytes + columnStart * args.PixelBytes;
                for (int kx = 0; kx < columnTaps; kx++)
                {
                    float weight = floats[args.ColumnWeights + columnTap + kx];
                    row0 += weight * upload[at];
                    if (args.PixelBytes > 1)
                    {
                        row1 += weight * upload[at + 1];
                        row2 += weight * upload[at + 2];
                    }

                    at += args.PixelBytes;
                }

                float rowWeight = floats[args.RowWeights + rowTap + ky];
                sum0 += rowWeight * row0;
                sum1 += rowWeight * row1;
                sum2 += rowWeight * row2;
            }

            if (args.PixelBytes == 1)
            {
                sum1 = sum0;
                sum2 = sum0;
            }
            else if (args.IsGray != 0)
            {
                sum0 = sum0 * args.Luma0 + sum1 * args.Luma1 + sum2 * args.Luma2;
                sum1 = sum0;
                sum2 = sum0;
            }
            else if (args.Swaps != 0)
            {
                float first = sum0;
                sum0 = sum2;
                sum2 = first;
            }

            int position = MapArgs.At(output, y, x, 0);
            arena[position] = sum0 * args.Factor0 + args.Summand0;
            if (output.Channels > 1)
            {
                arena[position + 1] = sum1 * args.Factor1 + args.Summand1;
                arena[position + 2] = sum2 * args.Factor2 + args.Summand2;
            }
        }

        Halo.Clear(arena, args.Samples, output, SampleArgs.Thread, SampleArgs.Threads);
    }
}
