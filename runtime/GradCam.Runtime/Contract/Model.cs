using System.ComponentModel;

namespace GradCam.Contract;

/// <summary>A network with its weights, prepared for a backend. Immutable; shared by all sessions on all threads.</summary>
/// <remarks>
/// The weights are freed when the model and all of its executors are disposed of, whichever comes last. From the model's <see cref="Dispose"/> on its executors
/// run no more: every call is an <see cref="ObjectDisposedException"/>, but for those that are under way.
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class Model : IDisposable
{
    /// <summary>The model itself until it is disposed of, and its executors: who may read the weights.</summary>
    private int _users = 1;
    private int _isDisposed;

    /// <summary>The network's description.</summary>
    public abstract NetworkInfo Info { get; }

    /// <summary>What was noticed while the network was loaded.</summary>
    public virtual LoadReport LoadReport => LoadReport.Empty;

    /// <summary>
    /// What the network's operations add, for methods that look at biases: a backend reads it at load, while the weights are there (BiasFolding). Null where it
    /// does without.
    /// </summary>
    public LayerBiases? Biases { get; init; }

    /// <summary>Whether it was disposed of.</summary>
    internal bool IsDisposed => Volatile.Read(ref _isDisposed) != 0;

    /// <summary>Makes a workspace to run the network in.</summary>
    /// <param name="batch">Samples that it has memory for.</param>
    /// <exception cref="ArgumentOutOfRangeException">The batch is less than 1, or larger than memory can be addressed for.</exception>
    /// <exception cref="ObjectDisposedException">The model is disposed.</exception>
    public Executor CreateExecutor(int batch = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batch);
        if ((long)batch * Info.WorkspaceLength > int.MaxValue)
        {
            throw new ArgumentOutOfRangeException(
                nameof(batch), batch, $"{Info.Name} takes {Info.WorkspaceLength} floats a sample; at most {int.MaxValue / Info.WorkspaceLength} samples fit.");
        }

        if (IsDisposed || !TryAddUser())
            throw Disposed();
        try
        {
            Executor executor = CreateExecutorCore(batch);
            executor.Attach(this);
            return executor;
        }
        catch
        {
            RemoveUser();
            throw;
        }
    }

    /// <summary>Ends the network's use, and frees the weights as soon as no executor is left.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
            RemoveUser();
        GC.SuppressFinalize(this);
    }

    /// <summary>Makes a workspace. The model is not disposed meanwhile.</summary>
    /// <param name="batch">Samples, at least 1.</param>
    protected abstract Executor CreateExecutorCore(int batch);

    /// <summary>Frees the weights. Called once at most: not where nobody disposes, so native memory needs an owner with a finalizer.</summary>
    protected abstract void Free();

    /// <summary>What a use after <see cref="Dispose"/> throws.</summary>
    internal ObjectDisposedException Disposed() => new(Info.Name, $"The network {Info.Name} was disposed of; it and its sessions cannot be used any more.");

    /// <summary>An executor is gone.</summary>
    internal void RemoveUser()
    {
        if (Interlocked.Decrement(ref _users) == 0)
            Free();
    }

    private bool TryAddUser()
    {
        for (int users = Volatile.Read(ref _users); users > 0;)
        {
            int found = Interlocked.CompareExchange(ref _users, users + 1, users);
            if (found == users)
                return true;
            users = found;
        }

        return false;
    }
}
