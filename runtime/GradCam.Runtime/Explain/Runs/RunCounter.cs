namespace GradCam.Explain.Runs;

/// <summary>Counts a method's runs for who hears of its progress, and stops it where it is cancelled.</summary>
internal sealed class RunCounter
{
    private ExplainOptions _options = ExplainOptions.Default;
    private long _planned = 1;
    private long _done;

    /// <summary>Begins a method.</summary>
    public void Begin(ExplainOptions options) => (_options, _planned, _done) = (options, 1, 0);

    /// <summary>How many runs the method takes, if it is not stopped.</summary>
    public void Plan(long runs) => _planned = Math.Max(runs, 1);

    /// <summary>Before runs.</summary>
    /// <exception cref="OperationCanceledException">It is cancelled.</exception>
    public void Check() => _options.CancellationToken.ThrowIfCancellationRequested();

    /// <summary>After runs.</summary>
    public void Add(int runs)
    {
        _done += runs;
        _options.Progress?.Report(Math.Min(1, (double)_done / _planned));
    }

    /// <summary>The method is done.</summary>
    public void End()
    {
        if (_done > 0 && _done < _planned)
            _options.Progress?.Report(1);
    }
}
