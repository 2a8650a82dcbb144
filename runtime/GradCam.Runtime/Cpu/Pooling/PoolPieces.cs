namespace GradCam.Cpu;

/// <summary>How a pooling is divided: by output rows, or by channels where a single row is made of many inputs, as in global pooling.</summary>
internal readonly struct PoolPieces
{
    /// <summary>Channels of a piece: whole cache lines.</summary>
    private const int PieceChannels = 64;

    private readonly int _rows;
    private readonly int _channels;
    private readonly int _rowsPerPiece;
    private readonly int _channelsPerPiece;

    public PoolPieces(in Tensor input, in Tensor output)
    {
        _rows = output.Height;
        _channels = output.Channels;
        _rowsPerPiece = Pieces.RowsPerPiece(_rows, Math.Max(input.Length, output.Length) / _rows);
        bool byChannels = _rows == 1 && Pieces.RowsPerPiece(input.Height, input.Length / input.Height) < input.Height;
        _channelsPerPiece = byChannels ? PieceChannels : _channels;
        Count = byChannels ? Pieces.Count(_channels, PieceChannels) : Pieces.Count(_rows, _rowsPerPiece);
    }

    /// <summary>Pieces.</summary>
    public int Count { get; }

    /// <summary>The rows and channels of a piece.</summary>
    public (int FromRow, int ToRow, int FromChannel, int ToChannel) this[int index]
    {
        get
        {
            if (_channelsPerPiece < _channels)
                return (0, _rows, index * _channelsPerPiece, Math.Min((index + 1) * _channelsPerPiece, _channels));
            return (index * _rowsPerPiece, Math.Min((index + 1) * _rowsPerPiece, _rows), 0, _channels);
        }
    }
}
