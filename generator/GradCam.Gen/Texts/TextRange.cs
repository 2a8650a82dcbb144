namespace GradCam.Gen.Texts;

/// <summary>A piece of the spec's text.</summary>
/// <param name="Start">First character.</param>
/// <param name="Length">Number of characters.</param>
internal readonly record struct TextRange(int Start, int Length)
{
    public int End => Start + Length;

    public static TextRange Between(TextRange first, TextRange last) => new(first.Start, last.End - first.Start);
}
