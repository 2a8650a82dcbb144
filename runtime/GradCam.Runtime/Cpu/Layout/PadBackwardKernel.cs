using System.Runtime.CompilerServices;
using GradCam.Cpu.Memory;
using GradCam.Cpu.Pointwise;
using GradCam.Cpu.Simd;
using GradCam.Cpu.Threading;

namespace GradCam.Cpu.Layout;

/// <summary>Gradient of padding, in pieces of input rows: every input gathers from the places that it was copied to, at most three along each axis.</summary>
internal unsafe struct PadBackwardKernel : IChannelKernel, IParallelJob
{
    private MapView _outputGradient;
    private MapView _inputGradient;
    private Extent _output;
    private Extent _input;
    private int _channels;
    private Edges _edges;
    private bool _reflect;
    private GateRows _gate;
    private bool _accumulate;
    private RowPieces _pieces;
    private int _fromRow;
    private int _toRow;

    public static void Run(
        Team team, float* arena, Edges edges, bool reflect, in Tensor outputGradient, in Tensor inputGradient, bool accumulate, in Gate gate)
    {
        var job = new PadBackwardKernel
        {
            _outputGradient = new MapView(arena, outputGradient),
            _inputGradient = new MapView(arena, inputGradient),
            _output = (outputGradient.Height, outputGradient.Width),
            _input = (inputGradient.Height, inputGradient.Width),
            _channels = inputGradient.Channels,
            _edges = edges,
            _reflect = reflect,
            _gate = new GateRows(arena, inputGradient, gate),
            _accumulate = accumulate,
            _pieces = new RowPieces(team, inputGradient.Height, (long)inputGradient.Width * inputGradient.Channels),
        };
        team.For(job._pieces.Count, job);
        if (!accumulate)
            HaloMemory.Clear(arena + inputGradient.Offset, inputGradient);
    }

    public readonly void Run(int index, int worker)
    {
        var part = this;
        (part._fromRow, part._toRow) = _pieces[index];
        SimdWidth.ForEach(ref part, 0, _channels);
        _gate.Apply(part._fromRow, part._toRow);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Run<V>(int from, int to)
        where V : struct, ILanes<V>
    {
        int* rows = stackalloc int[3];
        int* columns = stackalloc int[3];
        for (int y = _fromRow; y < _toRow; y++)
        {
            int rowCount = Places(y, _input.Height, _edges.Top, _output.Height, rows);
            for (int x = 0; x < _input.Width; x++)
            {
                int columnCount = Places(x, _input.Width, _edges.Left, _output.Width, columns);
                float* target = _inputGradient.Pixel(y, x);
                for (nint c = from; c < to; c += V.Count)
                {
                    V sum = V.Zero;
                    for (int i = 0; i < rowCount; i++)
                    {
                        for (int j = 0; j < columnCount; j++)
                            sum += V.Load(_outputGradient.Pixel(rows[i], columns[j]) + c);
                    }

                    if (_accumulate)
                        sum += V.Load(target + c);
                    V.Store(sum, target + c);
                }
            }
        }
    }

    /// <summary>The outputs that are copies of input i: itself and its mirror images before and after the map.</summary>
    private readonly int Places(int i, int size, int before, int outputs, int* places)
    {
        int count = 0;
        if ((uint)(i + before) < (uint)outputs)
            places[count++] = i + before;
        if (_reflect && i > 0 && (uint)(before - i) < (uint)outputs)
            places[count++] = before - i;
        int mirrored = before + 2 * (size - 1) - i;
        if (_reflect && i < size - 1 && (uint)mirrored < (uint)outputs)
            places[count++] = mirrored;
        return count;
    }
}
