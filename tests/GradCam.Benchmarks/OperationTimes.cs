using System.Diagnostics;

namespace GradCam.Benchmarks;

/// <summary>The times of a schedule's operations, in the order of their calls, over several rounds.</summary>
internal sealed class OperationTimes
{
    private readonly List<string> _names = [];
    private readonly List<List<double>> _seconds = [];
    private int _next;

    /// <summary>Forgets the times, not the operations: what came before was for warming up.</summary>
    public void Restart() => _seconds.ForEach(list => list.Clear());

    /// <summary>Begins a round.</summary>
    public void BeginRound() => _next = 0;

    /// <summary>Adds the time of an operation that has just ended.</summary>
    public void Add(string name, in Tensor first, in Tensor last, long start)
    {
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        if (_next == _names.Count)
        {
            _names.Add($"{name} {first.Channels}x{first.Height}x{first.Width} -> {last.Channels}x{last.Height}x{last.Width}");
            _seconds.Add([]);
        }

        _seconds[_next++].Add(seconds);
    }

    /// <summary>Each operation's name, and its median and shortest time in seconds.</summary>
    public IEnumerable<(string Name, double Median, double Shortest)> Summary() =>
        _names.Zip(_seconds, (name, list) => (name, list.Order().ElementAt(list.Count / 2), list.Min()));
}
