namespace GradCam.Cpu;

/// <summary>What the backend keeps for an operation that has weights: folded and packed at load, read-only afterwards.</summary>
internal abstract class PreparedOperation : IDisposable
{
    /// <summary>Bytes of weights that it keeps.</summary>
    public abstract long WeightBytes { get; }

    /// <summary>Frees the weights.</summary>
    public abstract void Dispose();
}
