using GradCam.Cpu.Memory;
using GradCam.Cpu.Pointwise;
using GradCam.Cpu.Threading;

namespace GradCam.Cpu.Layout;

/// <summary>Gradient of flattening: a vector in the order channels, rows, columns back to a map. In pieces of rows.</summary>
internal unsafe struct FlattenBackwardKernel : IParallelJob
{
    /// <summary>Channels at a time: one cache line of each pixel is written while their rows of the vector are read side by side.</summary>
    private const int BlockChannels = 16;

    private MapView _map;
    private float* _vector;
    private GateRows _gate;
    private bool _accumulate;
    private int _height;
    private int _width;
    private int _channels;
    private RowPieces _pieces;

    public static void Run(Team team, float* arena, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate)
    {
        var job = new FlattenBackwardKernel
        {
            _map = new MapView(arena, inputGradient),
            _vector = arena + outputGradient.Offset,
            _gate = new GateRows(arena, inputGradient, gate),
            _accumulate = accumulate,
            _height = inputGradient.Height,
            _width = inputGradient.Width,
            _channels = inputGradient.Channels,
            _pieces = new RowPieces(team, inputGradient.Height, (long)inputGradient.Width * inputGradient.Channels),
        };
        team.For(job._pieces.Count, job);
        if (!accumulate)
            HaloMemory.Clear(arena + inputGradient.Offset, inputGradient);
    }

    public readonly void Run(int index, int worker)
    {
        (int from, int to) = _pieces[index];
        nint pixels = (nint)_height * _width;
        for (int block = 0; block < _channels; block += BlockChannels)
        {
            int count = Math.Min(BlockChannels, _channels - block);
            float* source = _vector + block * pixels + (nint)from * _width;
            for (int y = from; y < to; y++)
            {
                float* destination = _map.Row(y) + block;
                for (int x = 0; x < _width; x++, source++, destination += _map.PixelStride)
                {
                    float* element = source;
                    for (int c = 0; c < count; c++, element += pixels)
                        destination[c] = _accumulate ? destination[c] + *element : *element;
                }
            }
        }

        _gate.Apply(from, to);
    }
}
