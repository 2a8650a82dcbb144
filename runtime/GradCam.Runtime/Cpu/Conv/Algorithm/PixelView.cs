using System.Numerics;
using System.Runtime.CompilerServices;
using GradCam.Cpu.Memory;

namespace GradCam.Cpu.Conv.Algorithm;

/// <summary>Some of a tensor's pixels, at even distances: where a phase of a convolution reads or writes.</summary>
/// <param name="first">Channel 0 of the first pixel; null for no tensor.</param>
/// <param name="rowStep">Floats to the pixel of the next row.</param>
/// <param name="pixelStep">Floats to the next pixel of the row.</param>
internal readonly unsafe struct PixelView(float* first, int rowStep, int pixelStep)
{
    /// <summary>Channel 0 of the first pixel; null for no tensor.</summary>
    public readonly float* First = first;

    /// <summary>Floats to the pixel of the next row.</summary>
    public readonly int RowStep = rowStep;

    /// <summary>Floats to the next pixel of the row.</summary>
    public readonly int PixelStep = pixelStep;

    /// <summary>The inputs of a phase: output (j, i) reads its taps relative to pixel (j, i) of this view.</summary>
    public static PixelView OfInputs(in KernelContext context, in Tensor tensor, AxisPhase rows, AxisPhase columns) =>
        new(context.At(tensor), rows.InputStep * tensor.RowStride, columns.InputStep * tensor.PixelStride);

    /// <summary>The outputs of a phase.</summary>
    public static PixelView OfOutputs(in KernelContext context, in Tensor tensor, AxisPhase rows, AxisPhase columns) =>
        tensor.IsEmpty
            ? default
            : new(
                context.At(tensor) + rows.Start * tensor.RowStride + columns.Start * tensor.PixelStride,
                rows.OutputStep * tensor.RowStride,
                columns.OutputStep * tensor.PixelStride);

    /// <summary>What <see cref="Offsets"/> may write beyond its count.</summary>
    public static int OffsetsSlack => Vector<int>.Count;

    /// <summary>Where pixels begin, counted along rows of <paramref name="width"/> pixels, in floats from <see cref="First"/>.</summary>
    /// <param name="firstPixel">The first pixel.</param>
    /// <param name="count">How many.</param>
    /// <param name="width">Pixels in a row.</param>
    /// <param name="offsets">Room for as many and <see cref="OffsetsSlack"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Offsets(int firstPixel, int count, int width, int* offsets)
    {
        (int row, int column) = Math.DivRem(firstPixel, width);
        int* end = offsets + count;
        Vector<int> steps = Vector<int>.Indices * PixelStep;
        var step = new Vector<int>(Vector<int>.Count * PixelStep);
        while (offsets < end)
        {
            // What is written beyond a row's end, the next row overwrites.
            int columns = Math.Min(width - column, (int)(end - offsets));
            Vector<int> values = steps + new Vector<int>(row * RowStep + column * PixelStep);
            for (int i = 0; i < columns; i += Vector<int>.Count, values += step)
                values.Store(offsets + i);
            offsets += columns;
            row++;
            column = 0;
        }
    }
}
