namespace GradCam.GpuCheck.Counts;

/// <summary>Where a warp's lanes are: those that go on, and below them those that wait for them where they meet again.</summary>
/// <param name="lanes">The lanes that there are.</param>
internal sealed class LaneStack(uint lanes)
{
    private readonly List<(int Place, int Meeting, uint Lanes)> _entries = [];

    /// <summary>The lanes that there are.</summary>
    public uint All => lanes;

    /// <summary>Whether all have ended.</summary>
    public bool HasEnded => _entries.Count == 0;

    /// <summary>The next instruction of those that go on.</summary>
    public int Place => _entries[^1].Place;

    /// <summary>The lanes that go on.</summary>
    public uint Active => _entries[^1].Lanes;

    /// <summary>Begins a program.</summary>
    public void Start()
    {
        _entries.Clear();
        _entries.Add((0, Reconvergence.End, lanes));
    }

    /// <summary>Those that go on go to a place.</summary>
    public void Go(int place)
    {
        _entries[^1] = _entries[^1] with { Place = place };
        while (_entries.Count > 1 && _entries[^1].Place == _entries[^1].Meeting)
            _entries.RemoveAt(_entries.Count - 1);
    }

    /// <summary>Those that go on part.</summary>
    /// <param name="meeting">Where they meet again.</param>
    /// <param name="ways">Where they go.</param>
    public void Part(int meeting, ReadOnlySpan<(int Place, uint Lanes)> ways)
    {
        if (meeting == Reconvergence.End)
            _entries.RemoveAt(_entries.Count - 1);
        else
            _entries[^1] = _entries[^1] with { Place = meeting };
        foreach ((int place, uint some) in ways)
        {
            if (some != 0 && place != meeting)
                _entries.Add((place, meeting, some));
        }

        // What was to meet at the place may be below.
        while (_entries.Count > 1 && _entries[^1].Place == _entries[^1].Meeting)
            _entries.RemoveAt(_entries.Count - 1);
    }

    /// <summary>Some of those that go on end.</summary>
    public void End(uint some)
    {
        for (int i = _entries.Count - 1; i >= 0; i--)
        {
            _entries[i] = _entries[i] with { Lanes = _entries[i].Lanes & ~some };
            if (_entries[i].Lanes == 0)
                _entries.RemoveAt(i);
        }
    }
}
