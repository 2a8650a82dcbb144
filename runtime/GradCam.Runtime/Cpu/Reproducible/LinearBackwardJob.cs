using System.Runtime.CompilerServices;
using GradCam.Cpu.Threading;

namespace GradCam.Cpu.Reproducible;

/// <summary>x = sum over rows r of factor r times row r of a matrix, from the first row to the last, or that added to x. In pieces of columns.</summary>
internal unsafe struct LinearBackwardJob : IParallelJob
{
    /// <summary>Columns of a piece, whose sums stay in the L1 cache.</summary>
    private const int PieceColumns = 512;

    private float* _matrix;
    private float* _factors;
    private int _rows;
    private int _columns;
    private float* _output;
    private bool _accumulate;

    public static void Run(Team team, float* matrix, float* factors, int rows, int columns, float* output, bool accumulate)
    {
        var job = new LinearBackwardJob
        {
            _matrix = matrix,
            _factors = factors,
            _rows = rows,
            _columns = columns,
            _output = output,
            _accumulate = accumulate,
        };
        team.For((columns + PieceColumns - 1) / PieceColumns, job);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Run(int index, int worker)
    {
        int first = index * PieceColumns;
        nint columns = Math.Min(PieceColumns, _columns - first);
        float* sums = stackalloc float[PieceColumns];
        new Span<float>(sums, PieceColumns).Clear();
        for (int row = 0; row < _rows; row++)
        {
            UnfusedLanes factor = UnfusedLanes.All(_factors[row]);
            float* values = _matrix + (nint)row * _columns + first;
            for (nint c = 0; c < columns; c += UnfusedLanes.Count)
            {
                nint count = columns - c;
                UnfusedLanes.Store(UnfusedLanes.MultiplyAdd(factor, UnfusedLanes.Load(values + c, count), UnfusedLanes.Load(sums + c)), sums + c);
            }
        }

        float* output = _output + first;
        for (nint c = 0; c < columns; c += UnfusedLanes.Count)
        {
            nint count = columns - c;
            UnfusedLanes result = UnfusedLanes.Load(sums + c);
            if (_accumulate)
                result += UnfusedLanes.Load(output + c, count);
            UnfusedLanes.Store(result, output + c, count);
        }
    }
}
