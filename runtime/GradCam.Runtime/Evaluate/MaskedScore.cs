namespace GradCam.Evaluate;

/// <summary>The score of an input, and that of the input times its map: average drop, increase and gain are the means of these over photos.</summary>
public readonly record struct MaskedScore
{
    /// <summary>y of the input; a probability, so that <see cref="Drop"/> and <see cref="Gain"/> are shares.</summary>
    public required double Score { get; init; }

    /// <summary>y of the input times its map.</summary>
    public required double Masked { get; init; }

    /// <summary>max(0, y - y of the masked) / y (Chattopadhay et al. 2018, arXiv:1710.11063); NaN where y is not positive.</summary>
    public double Drop => Score > 0 ? Math.Max(0, Score - Masked) / Score : double.NaN;

    /// <summary>Whether the masked input has the larger score (the same paper's "increase in confidence").</summary>
    public bool IsIncrease => Masked > Score;

    /// <summary>max(0, y of the masked - y) / (1 - y) (Zhang et al. 2023, arXiv:2301.07002); y is a probability.</summary>
    public double Gain => Masked > Score ? (Masked - Score) / (1 - Score) : 0;
}
