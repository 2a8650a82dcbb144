using GradCam.Cpu.Memory;
using GradCam.Cpu.Pointwise.Functions;
using GradCam.Cpu.Threading;

namespace GradCam.Cpu.Pointwise;

/// <summary>An elementwise function over maps, in pieces of rows, and then a gate over each piece while it is in cache.</summary>
internal struct ElementwiseJob<TFunction> : IParallelJob
    where TFunction : unmanaged, IElementwise
{
    private ElementwiseKernel<TFunction> _kernel;
    private GateRows _gate;
    private RowPieces _pieces;

    /// <summary>Runs the function over maps of the destination's shape and zeroes the destination's halo, unless it accumulates.</summary>
    public static unsafe void Run(
        Team team, float* arena, TFunction function, MapView x, MapView y, MapView z, in Tensor destination, bool accumulate = false, in Gate gate = default)
    {
        var job = new ElementwiseJob<TFunction>
        {
            _kernel = new()
            {
                Function = function,
                X = x,
                Y = y,
                Z = z,
                Destination = new MapView(arena, destination),
                Accumulate = accumulate,
                Width = destination.Width,
                Channels = destination.Channels,
            },
            _gate = new GateRows(arena, destination, gate),
            _pieces = new RowPieces(team, destination.Height, (long)destination.Width * destination.Channels),
        };
        team.For(job._pieces.Count, job);
        if (!accumulate)
            HaloMemory.Clear(arena + destination.Offset, destination);
    }

    public readonly void Run(int index, int worker)
    {
        (int from, int to) = _pieces[index];
        ElementwiseKernel<TFunction> part = _kernel;
        part.RunRows(from, to);
        _gate.Apply(from, to);
    }
}
