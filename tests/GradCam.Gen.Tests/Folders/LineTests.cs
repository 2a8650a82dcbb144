using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace GradCam.Gen.Tests.Folders;

/// <summary>Lines of C# fit a review's window: .editorconfig states their length, and no analyzer checks it.</summary>
public sealed class LineTests
{
    private const int Longest = 160;

    [Theory]
    [InlineData("generator")]
    [InlineData("runtime")]
    [InlineData("samples")]
    [InlineData("tests")]
    public void Lines_have_at_most_160_characters(string folder)
    {
        string[] files = [.. Repository.Sources(Repository.File(folder))];
        Assert.NotEmpty(files);
        Assert.Empty(files.SelectMany(LongLines));
    }

    [Fact]
    public void Long_lines_are_found_and_raw_strings_are_not()
    {
        string words = new('x', Longest);
        string code = $"class A;\nclass {words};\n// {words}\nclass B {{ string s = \"\"\"\n{words}{words}\n\"\"\"; }}";
        Assert.Equal(2, LongLines(CSharpSyntaxTree.ParseText(code)).Count());
    }

    private static IEnumerable<string> LongLines(string file)
    {
        string text = File.ReadAllText(file);
        return text.Split('\n').All(line => line.Length <= Longest)
            ? []
            : LongLines(CSharpSyntaxTree.ParseText(text, new CSharpParseOptions(LanguageVersion.CSharp14), file));
    }

    private static IEnumerable<string> LongLines(SyntaxTree tree)
    {
        SyntaxNode root = tree.GetRoot();
        return tree.GetText().Lines
            .Where(line => line.Span.Length > Longest && !IsInRawString(root, line))
            .Select(line => $"{tree.FilePath}({line.LineNumber + 1}): {line.Span.Length} characters");
    }

    /// <summary>What a raw string of several lines quotes is somebody else's.</summary>
    private static bool IsInRawString(SyntaxNode root, TextLine line) =>
        root.FindToken(line.Start).Kind() is SyntaxKind.MultiLineRawStringLiteralToken or SyntaxKind.Utf8MultiLineRawStringLiteralToken
            or SyntaxKind.InterpolatedStringTextToken;
}
