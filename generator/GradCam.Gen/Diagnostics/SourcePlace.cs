using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace GradCam.Gen.Diagnostics;

/// <summary>A place in a file, without the syntax tree, so that it can be cached.</summary>
internal sealed record SourcePlace(string Path, TextSpan Span, LinePositionSpan Lines)
{
    public static SourcePlace Of(SyntaxTree tree, TextSpan span) => new(tree.FilePath, span, tree.GetLineSpan(span).Span);

    public Location ToLocation() => Location.Create(Path, Span, Lines);
}
