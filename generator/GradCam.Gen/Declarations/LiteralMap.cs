using GradCam.Gen.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace GradCam.Gen.Declarations;

/// <summary>A run of a literal's characters that lies on one line of the source. Where the lengths differ it is one escape sequence.</summary>
/// <param name="Start">First character in the literal's value.</param>
/// <param name="Length">Characters in the value.</param>
/// <param name="SourceStart">Position in the file.</param>
/// <param name="SourceLength">Characters in the file.</param>
/// <param name="Line">Line of the file, from 0.</param>
/// <param name="Column">Column of the line, from 0.</param>
internal readonly record struct LiteralRun(int Start, int Length, int SourceStart, int SourceLength, int Line, int Column);

/// <summary>Where each character of a string literal's value is in the source file.</summary>
/// <param name="Path">The file.</param>
/// <param name="Runs">In order, without gaps: together the whole value.</param>
internal sealed record LiteralMap(string Path, EquatableArray<LiteralRun> Runs)
{
    /// <summary>The place of a range of the value.</summary>
    public SourcePlace? Find(TextRange range)
    {
        if (Runs.Count == 0)
            return null;
        (int start, LinePosition first) = Locate(range.Start, isEnd: false);
        // The end is taken from the last character, so that a range that ends with its line does not reach to the next one.
        (int end, LinePosition last) = range.Length == 0 ? (start, first) : Locate(range.End, isEnd: true);
        return new SourcePlace(Path, TextSpan.FromBounds(start, Math.Max(start, end)), new LinePositionSpan(first, last));
    }

    private (int Position, LinePosition Line) Locate(int index, bool isEnd)
    {
        LiteralRun run = RunAt(isEnd ? index - 1 : index);
        int offset = Math.Min(Math.Max(index - run.Start, 0), run.Length);
        if (run.Length != run.SourceLength)
            offset = isEnd ? run.SourceLength : 0;
        return (run.SourceStart + offset, new LinePosition(run.Line, run.Column + offset));
    }

    /// <summary>The run that holds a character; the last one for the value's end.</summary>
    private LiteralRun RunAt(int index)
    {
        int low = 0;
        int high = Runs.Count - 1;
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            if (Runs[middle].Start <= index)
                low = middle;
            else
                high = middle - 1;
        }
        return Runs[low];
    }
}
