using GradCam.Cpu.Threading;

namespace GradCam.Cpu.Pooling;

/// <summary>How a pooling is divided: by output rows, or by channels where a single row is made of many inputs, as in global pooling.</summary>
internal readonly struct PoolPieces
{
    /// <summary>Channels of a piece: whole cache lines.</summary>
    private const int PieceChannels = 64;

    private readonly RowPieces _rows;
    private readonly int _channels;
    private readonly bool _byChannels;

    public PoolPieces(Team team, in Tensor input, in Tensor output)
        : this(new RowPieces(team, output.Height, Math.Max(input.Length, output.Length) / output.Height), output.Channels)
    {
        _byChannels = output.Height == 1 && input.Height > 1 && new RowPieces(team, input.Height, input.Length / input.Height).Count > 1;
        if (_byChannels)
            Count = (_channels + PieceChannels - 1) / PieceChannels;
    }

    /// <summary>By rows alone.</summary>
    public PoolPieces(RowPieces rows, int channels)
    {
        _rows = rows;
        _channels = channels;
        Count = rows.Count;
    }

    /// <summary>Pieces.</summary>
    public int Count { get; }

    /// <summary>The rows and channels of a piece.</summary>
    public (int FromRow, int ToRow, int FromChannel, int ToChannel) this[int index]
    {
        get
        {
            if (_byChannels)
                return (0, 1, index * PieceChannels, Math.Min((index + 1) * PieceChannels, _channels));
            (int from, int to) = _rows[index];
            return (from, to, 0, _channels);
        }
    }
}
