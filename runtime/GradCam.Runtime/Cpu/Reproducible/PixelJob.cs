using GradCam.Cpu.Threading;

namespace GradCam.Cpu.Reproducible;

/// <summary>Work for each pixel of a map, in pieces of rows.</summary>
internal struct PixelJob<TWork> : IParallelJob
    where TWork : unmanaged, IPixelWork
{
    private TWork _work;
    private RowPieces _pieces;
    private int _width;

    /// <summary>Does it.</summary>
    /// <param name="team">The threads.</param>
    /// <param name="work">The work.</param>
    /// <param name="height">Rows of the map.</param>
    /// <param name="width">Columns.</param>
    /// <param name="elements">Elements that a pixel reads or writes: how large pieces are.</param>
    public static void Run(Team team, TWork work, int height, int width, long elements)
    {
        var job = new PixelJob<TWork> { _work = work, _width = width, _pieces = new RowPieces(team, height, width * elements) };
        team.For(job._pieces.Count, job);
    }

    public readonly void Run(int index, int worker)
    {
        (int from, int to) = _pieces[index];
        for (int y = from; y < to; y++)
        {
            for (int x = 0; x < _width; x++)
                _work.Compute(y, x);
        }
    }
}
