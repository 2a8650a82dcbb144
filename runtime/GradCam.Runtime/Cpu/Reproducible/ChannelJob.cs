using GradCam.Cpu.Threading;

namespace GradCam.Cpu.Reproducible;

/// <summary>What is done for some channels of all pixels: what several pixels add to belongs to one thread.</summary>
internal interface IChannelWork
{
    /// <summary>Computes the channels from <paramref name="from"/> to before <paramref name="to"/>.</summary>
    void Compute(int from, int to);
}

/// <summary>Such work in pieces of channels.</summary>
internal struct ChannelJob<TWork> : IParallelJob
    where TWork : unmanaged, IChannelWork
{
    /// <summary>Two cache lines of each pixel.</summary>
    private const int PieceChannels = 32;

    private TWork _work;
    private int _channels;

    /// <summary>Does it.</summary>
    public static void Run(Team team, TWork work, int channels) =>
        team.For((channels + PieceChannels - 1) / PieceChannels, new ChannelJob<TWork> { _work = work, _channels = channels });

    public readonly void Run(int index, int worker) => _work.Compute(index * PieceChannels, Math.Min((index + 1) * PieceChannels, _channels));
}
