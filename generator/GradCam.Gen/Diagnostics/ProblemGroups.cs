using static System.FormattableString;

namespace GradCam.Gen.Diagnostics;

/// <summary>One message a place, of all problems of a kind that are there: a wrong number in a block's use is wrong for every tensor in the block.</summary>
internal static class ProblemGroups
{
    /// <summary>The first of each kind and place, in the order in which they were found, with a note of the others.</summary>
    /// <param name="problems">The problems.</param>
    /// <param name="text">The spec, in which lines are counted.</param>
    public static EquatableArray<Problem> Group(IEnumerable<Problem> problems, string text)
    {
        int[]? lineStarts = null;
        // What a block has wrong in itself is said at every use in the same words.
        return problems.GroupBy(problem => (problem.Id, problem.Place, problem.Arguments)).Select(same => same.First())
            .GroupBy(problem => (problem.Id, problem.Place))
            .Select(group =>
            {
                Problem first = group.First();
                var notes = new List<string>();
                if (first.Elsewhere is OtherPlace other)
                    notes.Add(Invariant($"{other.What} line {LineOf(other.Range, lineStarts ??= LineStarts(text))}"));
                if (group.Skip(1).Any())
                    notes.Add(Invariant($"and {group.Count() - 1} more"));
                return notes.Count == 0 ? first : first with { Note = $" ({string.Join(", ", notes)})" };
            })
            .ToEquatableArray();
    }

    private static int LineOf(TextRange range, int[] lineStarts)
    {
        int line = Array.BinarySearch(lineStarts, range.Start);
        return line >= 0 ? line + 1 : ~line;
    }

    private static int[] LineStarts(string text)
    {
        var starts = new List<int> { 0 };
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '\n' || (text[i] == '\r' && (i + 1 == text.Length || text[i + 1] != '\n')))
                starts.Add(i + 1);
        }

        return [.. starts];
    }
}
