using System.Diagnostics;
using System.Globalization;

namespace GradCam.GpuCheck;

/// <summary>Writes what the checks find, a line each, and counts what is wrong.</summary>
/// <param name="limit">What has not begun by then is left out.</param>
internal sealed class Report(TimeSpan limit)
{
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly TextWriter _output = Console.Out;
    private int _passed;
    private int _failed;
    private int _leftOut;

    /// <summary>Whether anything was wrong.</summary>
    public bool HasFailed => _failed > 0;

    /// <summary>Whether there is no time left to begin something.</summary>
    public bool IsOver => Stopwatch.GetElapsedTime(_start) > limit;

    /// <summary>Runs a check and says how long it took; an exception is a failure.</summary>
    public void Run(string name, Action check)
    {
        if (IsOver)
        {
            LeaveOut(name);
            return;
        }

        long start = Stopwatch.GetTimestamp();
        try
        {
            check();
        }
        catch (Exception exception)
        {
            Fail($"{name}: {exception}");
        }

        Note(string.Create(CultureInfo.InvariantCulture, $"{name}: {Stopwatch.GetElapsedTime(start).TotalSeconds:f1} s"));
    }

    /// <summary>A line that is neither right nor wrong.</summary>
    public void Note(FormattableString line) => Note(FormattableString.Invariant(line));

    /// <summary>A line that is neither right nor wrong.</summary>
    public void Note(string line) => _output.WriteLine("      " + line);

    /// <summary>Something that has a limit.</summary>
    public void Expect(bool isRight, FormattableString line)
    {
        if (isRight)
        {
            _passed++;
            _output.WriteLine("ok    " + FormattableString.Invariant(line));
        }
        else
        {
            Fail(FormattableString.Invariant(line));
        }
    }

    /// <summary>Something for which there was no time.</summary>
    public void LeaveOut(string what)
    {
        _leftOut++;
        _output.WriteLine($"left  {what}: no time");
    }

    /// <summary>The last line.</summary>
    /// <returns>The program's exit code.</returns>
    public int End()
    {
        string seconds = Stopwatch.GetElapsedTime(_start).TotalSeconds.ToString("f0", CultureInfo.InvariantCulture);
        _output.WriteLine($"{_passed} passed, {_failed} failed, {_leftOut} left out, {seconds} s");
        return _failed == 0 ? 0 : 1;
    }

    private void Fail(string line)
    {
        _failed++;
        _output.WriteLine("FAIL  " + line);
    }
}
