using System.Globalization;
using GradCam.Gen.Diagnostics;

namespace GradCam.Gen.Tests.Spec;

/// <summary>A text in which <c>[|</c> and <c>|]</c> mark where problems are expected.</summary>
internal sealed class MarkedText
{
    public MarkedText(string marked)
    {
        var ranges = new List<TextRange>();
        for (int open = marked.IndexOf("[|", StringComparison.Ordinal); open >= 0; open = marked.IndexOf("[|", StringComparison.Ordinal))
        {
            marked = marked.Remove(open, 2);
            int close = marked.IndexOf("|]", StringComparison.Ordinal);
            marked = marked.Remove(close, 2);
            ranges.Add(new TextRange(open, close - open));
        }
        Text = marked;
        Ranges = ranges;
    }

    public string Text { get; }

    public IReadOnlyList<TextRange> Ranges { get; }

    /// <summary>The problems with their places marked in the text: <c>GCG0003 "foo": Expected …</c>.</summary>
    public IEnumerable<string> Describe(IEnumerable<Problem> problems) =>
        problems.Select(problem => Describe(problem.Place.Range, problem.Id, string.Format(
            CultureInfo.InvariantCulture, Descriptors.Find(problem.Id).MessageFormat.ToString(CultureInfo.InvariantCulture), [.. problem.Arguments])));

    /// <summary>What is expected: an <c>ID: message</c> for each marked range.</summary>
    public IEnumerable<string> Expect(params string[] messages)
    {
        Assert.Equal(Ranges.Count, messages.Length);
        return Ranges.Zip(messages, (range, message) => Describe(range, message[..7], message[9..]));
    }

    private string Describe(TextRange range, string id, string message) =>
        $"{range.Start}+{range.Length} '{Text.Substring(range.Start, range.Length)}' {id}: {message}";
}
