using GradCam.Cpu.Memory;
using GradCam.Cpu.Pointwise;
using GradCam.Cpu.Threading;

namespace GradCam.Cpu.Layout;

/// <summary>Pads a map with zeros or by reflection, or crops it. In pieces of output rows.</summary>
internal unsafe struct PadKernel : IParallelJob
{
    private MapView _input;
    private MapView _output;
    private Tensor _inputTensor;
    private Tensor _outputTensor;
    private Edges _edges;
    private bool _reflect;
    private RowPieces _pieces;

    public static void Run(Team team, float* arena, Edges edges, bool reflect, in Tensor input, in Tensor output)
    {
        var job = new PadKernel
        {
            _input = new MapView(arena, input),
            _output = new MapView(arena, output),
            _inputTensor = input,
            _outputTensor = output,
            _edges = edges,
            _reflect = reflect,
            _pieces = new RowPieces(team, output.Height, (long)output.Width * output.Channels),
        };
        team.For(job._pieces.Count, job);
        HaloMemory.Clear(arena + output.Offset, output);
    }

    public readonly void Run(int index, int worker)
    {
        (int from, int to) = _pieces[index];

        // Columns of the output that lie on the map: those before and after are padding.
        int first = Math.Clamp(_edges.Left, 0, _outputTensor.Width);
        int end = Math.Clamp(_edges.Left + _inputTensor.Width, first, _outputTensor.Width);
        for (int y = from; y < to; y++)
        {
            int source = Source(y - _edges.Top, _inputTensor.Height);
            if (source < 0)
            {
                HaloMemory.ClearPixels(_output.Row(y), _outputTensor.Width, _outputTensor);
                continue;
            }

            CopyPixels(_input.Pixel(source, first - _edges.Left), _output.Pixel(y, first), end - first);
            if (!_reflect)
            {
                HaloMemory.ClearPixels(_output.Row(y), first, _outputTensor);
                HaloMemory.ClearPixels(_output.Pixel(y, end), _outputTensor.Width - end, _outputTensor);
                continue;
            }

            for (int x = 0; x < first; x++)
                CopyPixels(_input.Pixel(source, Source(x - _edges.Left, _inputTensor.Width)), _output.Pixel(y, x), 1);
            for (int x = end; x < _outputTensor.Width; x++)
                CopyPixels(_input.Pixel(source, Source(x - _edges.Left, _inputTensor.Width)), _output.Pixel(y, x), 1);
        }
    }

    /// <summary>The row or column of the map that stands at position i; -1 for a zero.</summary>
    private readonly int Source(int i, int size)
    {
        if ((uint)i < (uint)size)
            return i;
        return _reflect ? (i < 0 ? -i : 2 * (size - 1) - i) : -1;
    }

    private readonly void CopyPixels(float* source, float* destination, int count)
    {
        int channels = _outputTensor.Channels;
        if (_input.PixelStride == channels && _output.PixelStride == channels)
        {
            new Span<float>(source, count * channels).CopyTo(new Span<float>(destination, count * channels));
            return;
        }

        for (int x = 0; x < count; x++, source += _input.PixelStride, destination += _output.PixelStride)
            new Span<float>(source, channels).CopyTo(new Span<float>(destination, channels));
    }
}
