using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using GradCam.Cpu.Memory;
using GradCam.Cpu.Pointwise;
using GradCam.Cpu.Simd;
using GradCam.Cpu.Threading;

namespace GradCam.Cpu.Layout;

/// <summary>[channels, height, width] to the workspace's [height, width, channels], in pieces of rows.</summary>
internal unsafe struct PlanesKernel : IParallelJob
{
    private float* _planes;
    private MapView _output;
    private Extent _size;
    private int _channels;
    private RowPieces _pieces;

    /// <summary>Writes a tensor's map and zeroes its halo.</summary>
    /// <param name="team">The threads.</param>
    /// <param name="planes">As many floats as the tensor has elements.</param>
    /// <param name="first">The tensor's element (0, 0, 0).</param>
    /// <param name="output">The tensor.</param>
    public static void Run(Team team, float* planes, float* first, in Tensor output)
    {
        var job = new PlanesKernel
        {
            _planes = planes,
            _output = new MapView(first, output.RowStride, output.PixelStride),
            _size = (output.Height, output.Width),
            _channels = output.Channels,
            _pieces = new RowPieces(team, output.Height, (long)output.Width * output.Channels),
        };
        team.For(job._pieces.Count, job);
        HaloMemory.Clear(first, output);
    }

    /// <inheritdoc/>
    public readonly void Run(int index, int worker)
    {
        (int from, int to) = _pieces[index];
        nint plane = (nint)_size.Height * _size.Width;
        for (int row = from; row < to; row++)
        {
            float* source = _planes + (nint)row * _size.Width;
            float* destination = _output.Row(row);
            int done = 0;
            if (_channels == 3 && _output.PixelStride == 3 && SimdWidth.Has512 && Avx512F.IsSupported)
                done = InterleaveThree(source, plane, destination, _size.Width);
            for (int c = 0; c < _channels; c++)
            {
                for (int x = done; x < _size.Width; x++)
                    destination[(nint)x * _output.PixelStride + c] = source[c * plane + x];
            }
        }
    }

    /// <summary>
    /// Whole vectors of pixels; returns how many pixels that are. Element j of the three vectors that 16 pixels make is channel j % 3 of pixel j / 3.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int InterleaveThree(float* source, nint plane, float* destination, int width)
    {
        // Elements 0 to 15 are of the first operand, 16 to 31 of the second: first red and green, then these and blue.
        Vector512<int> rg0 = Vector512.Create(0, 16, 0, 1, 17, 0, 2, 18, 0, 3, 19, 0, 4, 20, 0, 5);
        Vector512<int> rg1 = Vector512.Create(21, 0, 6, 22, 0, 7, 23, 0, 8, 24, 0, 9, 25, 0, 10, 26);
        Vector512<int> rg2 = Vector512.Create(0, 11, 27, 0, 12, 28, 0, 13, 29, 0, 14, 30, 0, 15, 31, 0);
        Vector512<int> b0 = Vector512.Create(0, 1, 16, 3, 4, 17, 6, 7, 18, 9, 10, 19, 12, 13, 20, 15);
        Vector512<int> b1 = Vector512.Create(0, 21, 2, 3, 22, 5, 6, 23, 8, 9, 24, 11, 12, 25, 14, 15);
        Vector512<int> b2 = Vector512.Create(26, 1, 2, 27, 4, 5, 28, 7, 8, 29, 10, 11, 30, 13, 14, 31);
        int x = 0;
        for (; x <= width - Vector512<float>.Count; x += Vector512<float>.Count)
        {
            Vector512<float> red = Vector512.Load(source + x), green = Vector512.Load(source + plane + x), blue = Vector512.Load(source + 2 * plane + x);
            float* pixels = destination + 3 * x;
            Merge(red, green, blue, rg0, b0).Store(pixels);
            Merge(red, green, blue, rg1, b1).Store(pixels + Vector512<float>.Count);
            Merge(red, green, blue, rg2, b2).Store(pixels + 2 * Vector512<float>.Count);
        }

        return x;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Merge(
        Vector512<float> red, Vector512<float> green, Vector512<float> blue, Vector512<int> redGreen, Vector512<int> withBlue) =>
        Avx512F.PermuteVar16x32x2(Avx512F.PermuteVar16x32x2(red, redGreen, green), withBlue, blue);
}
