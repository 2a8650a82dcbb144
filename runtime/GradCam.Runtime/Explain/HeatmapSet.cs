using System.Diagnostics;
using GradCam.Explain;

namespace GradCam;

/// <summary>
/// Heatmaps of several classes after one forward pass, in the order in which the classes were asked for. They are all valid at once, until the session's next
/// call.
/// </summary>
[DebuggerDisplay("{Count} heatmaps")]
public readonly struct HeatmapSet
{
    private readonly HeatmapBuffer[]? _buffers;
    private readonly Heatmap _first;

    internal HeatmapSet(HeatmapBuffer[] buffers, int count)
    {
        _buffers = buffers;
        Count = count;
        _first = count > 0 ? new Heatmap(buffers[0]) : default;
    }

    /// <summary>The number of heatmaps.</summary>
    public int Count { get; }

    /// <summary>A class's heatmap.</summary>
    /// <param name="index">Position of the class among those asked for.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such position.</exception>
    /// <exception cref="InvalidOperationException">The session has made other heatmaps since.</exception>
    public Heatmap this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
            // All buffers of a session become invalid together; the first one tells.
            _ = _first.Width;
            return new Heatmap(_buffers![index]);
        }
    }

    /// <summary>Enumerates the heatmaps without allocating.</summary>
    public Enumerator GetEnumerator() => new(this);

    /// <summary>Copies all heatmaps, to keep them.</summary>
    public Heatmap[] Copy()
    {
        var copies = new Heatmap[Count];
        for (int i = 0; i < copies.Length; i++)
            copies[i] = this[i].Copy();
        return copies;
    }

    /// <summary>Goes over the heatmaps.</summary>
    public struct Enumerator
    {
        private readonly HeatmapSet _set;
        private int _index;

        internal Enumerator(HeatmapSet set)
        {
            _set = set;
            _index = -1;
        }

        /// <summary>The heatmap.</summary>
        public readonly Heatmap Current => _set[_index];

        /// <summary>Goes to the next one.</summary>
        public bool MoveNext() => ++_index < _set.Count;
    }
}
