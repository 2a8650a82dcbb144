namespace GradCam;

/// <summary>
/// Sessions to borrow: a server's requests take one each and give it back, so that workspaces are made only when more are in use at once than ever before. The
/// generated network has one, behind <c>RentSession</c>. Safe for several threads.
/// </summary>
/// <typeparam name="TSession">The network's session.</typeparam>
public sealed class SessionPool<TSession> : IDisposable
    where TSession : NetworkSession
{
    private readonly Func<TSession> _create;
    private readonly Lock _lock = new();

    /// <summary>
    /// What waits for the next renter: one a processor at most. More sessions than these cannot work at once, so they are not worth their memory.
    /// </summary>
    private readonly RentedSession<TSession>.Slot?[] _idle = new RentedSession<TSession>.Slot?[Environment.ProcessorCount];
    private int _idleCount;
    private bool _isDisposed;

    /// <summary>Makes an empty pool.</summary>
    /// <param name="create">Makes a session.</param>
    public SessionPool(Func<TSession> create)
    {
        ArgumentNullException.ThrowIfNull(create);
        _create = create;
    }

    /// <summary>Borrows a session: one that was given back, or a new one.</summary>
    /// <returns>To be disposed of, which gives the session back.</returns>
    /// <exception cref="ObjectDisposedException">The network is disposed.</exception>
    public RentedSession<TSession> Rent() => new(this, TakeIdle() ?? new RentedSession<TSession>.Slot(_create()));

    /// <summary>Disposes of the idle sessions, and of those that are out as soon as they are given back.</summary>
    public void Dispose()
    {
        lock (_lock)
            _isDisposed = true;
        while (TakeIdle() is { } slot)
            slot.Session.Dispose();
    }

    /// <summary>Takes a session back.</summary>
    internal void Return(RentedSession<TSession>.Slot slot)
    {
        // Also one that a thread is still in, against the rules: nobody else gets that.
        if (!slot.Session.TryForget() || !TryKeep(slot))
            slot.Session.Dispose();
    }

    private RentedSession<TSession>.Slot? TakeIdle()
    {
        lock (_lock)
        {
            if (_idleCount == 0)
                return null;
            RentedSession<TSession>.Slot slot = _idle[--_idleCount]!;
            _idle[_idleCount] = null;
            return slot;
        }
    }

    private bool TryKeep(RentedSession<TSession>.Slot slot)
    {
        lock (_lock)
        {
            if (_isDisposed || _idleCount == _idle.Length)
                return false;
            _idle[_idleCount++] = slot;
            return true;
        }
    }
}
