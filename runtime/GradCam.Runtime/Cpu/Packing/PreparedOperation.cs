namespace GradCam.Cpu.Packing;

/// <summary>What the backend keeps for an operation that has weights: planned in the dry run, read-only afterwards.</summary>
internal abstract class PreparedOperation : IDisposable
{
    /// <summary>Frees what it holds beside its packed weights, which are the plan's.</summary>
    public virtual void Dispose()
    {
    }
}
