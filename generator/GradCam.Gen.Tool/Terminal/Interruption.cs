using System.Runtime.InteropServices;

namespace GradCam.Gen.Tool.Terminal;

/// <summary>
/// Ctrl+C and SIGTERM. The first asks the work to stop where it leaves nothing unfinished, the second ends the program at once; so does the first where
/// the work has no such place. What was being written is deleted before.
/// </summary>
internal sealed class Interruption : IDisposable
{
    /// <summary>What the first signal prints where photos are worked on one after the other.</summary>
    public const string AfterThisPhoto = "Stopping after this photo; the same again ends at once.";

    private readonly CancellationTokenSource _source = new();
    private readonly string? _stopping;
    private readonly PosixSignalRegistration[] _registrations;
    private int _exitCode;

    /// <summary>Listens from now on.</summary>
    /// <param name="stopping">What the first signal prints; null if it ends the program at once.</param>
    public Interruption(string? stopping)
    {
        _stopping = stopping;
        _registrations = [PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle)];
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>The exit code that the signal asks for, where it stopped the work.</summary>
    /// <param name="exitCode">What the work ended with.</param>
    public int ExitCodeOf(int exitCode) => exitCode == ExitCode.Interrupted && _exitCode != 0 ? _exitCode : exitCode;

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
            registration.Dispose();
        _source.Dispose();
    }

    private void Handle(PosixSignalContext context)
    {
        context.Cancel = true;
        int exitCode = context.Signal == PosixSignal.SIGINT ? ExitCode.Interrupted : ExitCode.Terminated;
        bool isFirst = Interlocked.CompareExchange(ref _exitCode, exitCode, 0) == 0;
        if (isFirst && _stopping is not null)
        {
            // First, since the stream may be blocked.
            _source.Cancel();
            Messages.TryWrite(Console.Error, _stopping);
            return;
        }
        WholeFiles.DiscardUnfinished();
        if (!Console.IsOutputRedirected)
            Console.CursorVisible = true; // a progress bar hides it
        Environment.Exit(exitCode);
    }
}
