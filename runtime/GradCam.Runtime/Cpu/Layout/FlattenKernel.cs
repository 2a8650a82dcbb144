using GradCam.Cpu.Memory;
using GradCam.Cpu.Pointwise;
using GradCam.Cpu.Threading;

namespace GradCam.Cpu.Layout;

/// <summary>A map to a vector in the order channels, rows, columns: a transposition. In pieces of channels.</summary>
internal unsafe struct FlattenKernel : IParallelJob
{
    /// <summary>Channels of a piece: one cache line of each pixel, read once while the piece's rows of the vector are written side by side.</summary>
    private const int PieceChannels = 16;

    private MapView _map;
    private float* _vector;
    private int _height;
    private int _width;
    private int _channels;

    public static void Run(Team team, float* arena, in Tensor input, in Tensor output)
    {
        var job = new FlattenKernel
        {
            _map = new MapView(arena, input),
            _vector = arena + output.Offset,
            _height = input.Height,
            _width = input.Width,
            _channels = input.Channels,
        };
        team.For((input.Channels + PieceChannels - 1) / PieceChannels, job);
        HaloMemory.Clear(arena + output.Offset, output);
    }

    public readonly void Run(int index, int worker)
    {
        int from = index * PieceChannels;
        int count = Math.Min(PieceChannels, _channels - from);
        nint pixels = (nint)_height * _width;
        float* destination = _vector + from * pixels;
        for (int y = 0; y < _height; y++)
        {
            float* source = _map.Row(y) + from;
            for (int x = 0; x < _width; x++, source += _map.PixelStride, destination++)
            {
                float* element = destination;
                for (int c = 0; c < count; c++, element += pixels)
                    *element = source[c];
            }
        }
    }
}
