namespace GradCam.Contract;

/// <summary>
/// Lets one thread at a time in, and again if it is inside already; closes for good when it is closed and nobody is inside. A mutable struct: keep it in a
/// field.
/// </summary>
internal struct UseGuard
{
    /// <summary>Set when it was closed, whether or not somebody is inside still.</summary>
    private const int Closing = int.MinValue;

    /// <summary>The managed id, which is positive, of the thread inside; 0 for nobody. With <see cref="Closing"/>.</summary>
    private int _state;

    /// <summary>How often the thread inside entered again. Its own alone.</summary>
    private int _again;

    /// <summary>Whether nobody may enter any more.</summary>
    public readonly bool IsClosing => (Volatile.Read(in _state) & Closing) != 0;

    /// <summary>Enters.</summary>
    /// <returns>False where it is closed, or another thread is inside.</returns>
    public bool TryEnter() => Interlocked.CompareExchange(ref _state, Environment.CurrentManagedThreadId, 0) == 0;

    /// <summary>Enters again.</summary>
    /// <returns>False where the thread is not inside.</returns>
    public bool TryEnterAgain()
    {
        if ((Volatile.Read(ref _state) & ~Closing) != Environment.CurrentManagedThreadId)
            return false;
        _again++;
        return true;
    }

    /// <summary>Leaves, as often as was entered.</summary>
    /// <returns>True for the call that ends all use: it frees what is guarded.</returns>
    public bool Leave()
    {
        if (_again > 0)
        {
            _again--;
            return false;
        }

        // While a thread is inside, others only set Closing.
        int thread = Environment.CurrentManagedThreadId;
        if (Interlocked.CompareExchange(ref _state, 0, thread) == thread)
            return false;
        Volatile.Write(ref _state, Closing);
        return true;
    }

    /// <summary>Closes.</summary>
    /// <returns>True for the call that ends all use: it frees what is guarded. Otherwise the thread inside does, or somebody did.</returns>
    public bool Close() => Interlocked.Or(ref _state, Closing) == 0;
}
