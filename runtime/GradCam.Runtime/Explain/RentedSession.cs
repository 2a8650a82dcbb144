namespace GradCam;

/// <summary>
/// A borrowed session: <c>using var rented = net.RentSession();</c>. Disposing gives it back, once however often and of whichever copy it is called. What the
/// session returned, heatmaps too, is valid until then: copy what is to be kept.
/// </summary>
/// <typeparam name="TSession">The network's session.</typeparam>
public readonly struct RentedSession<TSession> : IDisposable, IEquatable<RentedSession<TSession>>
    where TSession : NetworkSession
{
    private readonly SessionPool<TSession>? _pool;
    private readonly Slot? _slot;
    private readonly int _rental;

    internal RentedSession(SessionPool<TSession> pool, Slot slot)
    {
        _pool = pool;
        _slot = slot;
        _rental = Volatile.Read(ref slot.Rental);
    }

    /// <summary>The session.</summary>
    /// <exception cref="ObjectDisposedException">It was given back.</exception>
    /// <exception cref="InvalidOperationException">This is the default value.</exception>
    public TSession Session
    {
        get
        {
            if (_slot is null)
                throw new InvalidOperationException("No session: call RentSession() on a network.");
            return Volatile.Read(ref _slot.Rental) == _rental
                ? _slot.Session
                : throw new ObjectDisposedException(typeof(TSession).FullName, "The session was given back already: rent one again.");
        }
    }

    /// <summary>Gives the session back.</summary>
    public void Dispose()
    {
        if (_slot is not null && Interlocked.CompareExchange(ref _slot.Rental, _rental + 1, _rental) == _rental)
            _pool!.Return(_slot);
    }

    /// <summary>Whether it is the same rental.</summary>
    public bool Equals(RentedSession<TSession> other) => _slot == other._slot && _rental == other._rental;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is RentedSession<TSession> other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_slot, _rental);

    /// <summary>Whether they are the same rental.</summary>
    public static bool operator ==(RentedSession<TSession> left, RentedSession<TSession> right) => left.Equals(right);

    /// <summary>Whether they are different rentals.</summary>
    public static bool operator !=(RentedSession<TSession> left, RentedSession<TSession> right) => !left.Equals(right);

    /// <summary>A session of a pool, and how often it was given back.</summary>
    internal sealed class Slot(TSession session)
    {
        public int Rental;

        public TSession Session { get; } = session;
    }
}
