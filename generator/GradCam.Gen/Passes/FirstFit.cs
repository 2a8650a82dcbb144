using GradCam.Gen.Model;

namespace GradCam.Gen.Passes;

/// <summary>
/// Places buffers one by one, each at the lowest offset that no buffer in use at the same time covers. Those that are placed lie in order of their
/// offsets, in groups, of which most are passed over as a whole: nothing in them is in use at that time, or what is in use to the end leaves no room. So the
/// work grows little faster than the number of buffers.
/// </summary>
/// <param name="count">How many buffers there will be, about.</param>
/// <param name="end">The last position of the schedule: results, and what gradients read, are in use up to it.</param>
internal sealed class FirstFit(int count, int end)
{
    /// <summary>Floats: buffers begin on cache lines.</summary>
    private const int Alignment = 16;

    private readonly int _largestGroup = Math.Max(16, (int)Math.Sqrt(count));
    private readonly List<Group> _groups = [];

    /// <summary>How many groups and buffers were looked at.</summary>
    public long Steps { get; private set; }

    /// <summary>The end of all buffers.</summary>
    public long Length => _groups.Count == 0 ? 0 : _groups.Max(group => group.End);

    public static long Align(long offset) => (offset + Alignment - 1) / Alignment * Alignment;

    /// <summary>Sets the buffer's offset.</summary>
    public void Place(WorkspaceBuffer buffer)
    {
        buffer.Offset = FindOffset(buffer);
        int index = FindGroup(buffer);
        if (_groups.Count == 0)
            _groups.Add(new Group(end));
        _groups[index].Insert(buffer);
        if (_groups[index].Buffers.Count > _largestGroup)
            _groups.Insert(index + 1, _groups[index].Split());
    }

    private long FindOffset(WorkspaceBuffer buffer)
    {
        long offset = 0, length = buffer.Length;
        foreach (Group group in _groups)
        {
            Steps++;
            if (offset + length <= group.Buffers[0].Offset)
                break;
            if (group.IsElsewhen(buffer))
                continue;
            if (group.IsFull(buffer, offset, length))
            {
                offset = Math.Max(offset, group.End);
                continue;
            }

            foreach (WorkspaceBuffer other in group.Buffers)
            {
                Steps++;
                if (offset + length <= other.Offset)
                    return offset;
                if (buffer.Overlaps(other))
                    offset = Math.Max(offset, Align(other.End));
            }
        }

        return offset;
    }

    /// <summary>The last group that begins before the buffer.</summary>
    private int FindGroup(WorkspaceBuffer buffer)
    {
        int low = 0, high = _groups.Count - 1;
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            if (Group.Order(_groups[middle].Buffers[0], buffer) <= 0)
                low = middle;
            else
                high = middle - 1;
        }

        return low;
    }

    /// <summary>Buffers that follow each other by their offsets.</summary>
    private sealed class Group(int end)
    {
        private Stretch _all;
        private Stretch _lasting;

        public List<WorkspaceBuffer> Buffers { get; private set; } = [];

        public long End => _all.End;

        /// <summary>By offset, then by time, so that buffers which share memory one after the other come to lie in groups by time.</summary>
        public static int Order(WorkspaceBuffer a, WorkspaceBuffer b) => a.Offset != b.Offset ? a.Offset.CompareTo(b.Offset) : a.First.CompareTo(b.First);

        /// <summary>No buffer is in use when this one is.</summary>
        public bool IsElsewhen(WorkspaceBuffer buffer) => buffer.Last < _all.EarliestFirst || _all.LatestLast < buffer.First;

        /// <summary>There is no room from the offset to the group's end: all that is in use then lies without gaps, or what is in use to the schedule's
        /// end does.</summary>
        public bool IsFull(WorkspaceBuffer buffer, long offset, long length) =>
            _all.IsFull(buffer, offset, length) || (_lasting.End == _all.End && _lasting.IsFull(buffer, offset, length));

        public void Insert(WorkspaceBuffer buffer)
        {
            int low = 0, high = Buffers.Count;
            while (low < high)
            {
                int middle = (low + high) / 2;
                if (Order(Buffers[middle], buffer) <= 0)
                    low = middle + 1;
                else
                    high = middle;
            }

            Buffers.Insert(low, buffer);
            if (low == Buffers.Count - 1)
                Describe(buffer);
            else
                Describe();
        }

        public Group Split()
        {
            int half = Buffers.Count / 2;
            var rest = new Group(end) { Buffers = Buffers.GetRange(half, Buffers.Count - half) };
            Buffers.RemoveRange(half, Buffers.Count - half);
            rest.Describe();
            Describe();
            return rest;
        }

        private void Describe()
        {
            (_all, _lasting) = (default, default);
            Buffers.ForEach(Describe);
        }

        private void Describe(WorkspaceBuffer buffer)
        {
            _all.Add(buffer);
            if (buffer.Last >= end)
                _lasting.Add(buffer);
        }
    }

    /// <summary>What can be said of buffers in order of their offsets: their times, their end, the largest gap between them.</summary>
    private struct Stretch
    {
        private bool _hasAny;
        private long _offset;
        private long _gap;
        private int _latestFirst;
        private int _earliestLast;

        public int EarliestFirst { get; private set; }

        public int LatestLast { get; private set; }

        public long End { get; private set; }

        public void Add(WorkspaceBuffer buffer)
        {
            if (!_hasAny)
            {
                (_hasAny, _offset, End) = (true, buffer.Offset, buffer.Offset);
                (EarliestFirst, _latestFirst, _earliestLast, LatestLast) = (buffer.First, buffer.First, buffer.Last, buffer.Last);
            }

            (EarliestFirst, _latestFirst) = (Math.Min(EarliestFirst, buffer.First), Math.Max(_latestFirst, buffer.First));
            (_earliestLast, LatestLast) = (Math.Min(_earliestLast, buffer.Last), Math.Max(LatestLast, buffer.Last));
            _gap = Math.Max(_gap, buffer.Offset - End);
            End = Math.Max(End, Align(buffer.End));
        }

        /// <summary>All of them are in use when the buffer is, and from the offset to their end they leave no room.</summary>
        public readonly bool IsFull(WorkspaceBuffer buffer, long offset, long length) =>
            _hasAny && _latestFirst <= buffer.Last && buffer.First <= _earliestLast && offset + length > _offset && _gap < length;
    }
}
