using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace GradCam.Gen.Tests.Harness;

/// <summary>
/// What is left of C# when names, literals, comments and blanks are taken away: kinds of tokens and directives. Two networks that differ only in what things
/// are called have one shape.
/// </summary>
internal static class CodeShape
{
    private static readonly CSharpParseOptions Options = new(LanguageVersion.Latest, DocumentationMode.Diagnose);

    /// <summary>Where two sources differ in shape, or null.</summary>
    public static string? Difference(string a, string b)
    {
        (ImmutableArray<(SyntaxKind Kind, string Text)> first, ImmutableArray<(SyntaxKind Kind, string Text)> second) = (Of(a), Of(b));
        for (int i = 0; i < Math.Max(first.Length, second.Length); i++)
        {
            if (i >= first.Length || i >= second.Length || first[i].Kind != second[i].Kind)
                return $"{Around(first)}\n{Around(second)}";

            string Around(ImmutableArray<(SyntaxKind Kind, string Text)> shape) => string.Join(' ', shape.Skip(i - 10).Take(20).Select(token => token.Text));
        }

        return null;
    }

    private static ImmutableArray<(SyntaxKind Kind, string Text)> Of(string source)
    {
        SyntaxNode root = Parse(source).GetRoot();
        return
        [
            .. root.DescendantTokens().Select(token => (token.Kind(), token.Text)),
            .. root.DescendantTrivia().Where(trivia => trivia.IsDirective || trivia.IsKind(SyntaxKind.DisabledTextTrivia))
                .Select(trivia => (trivia.Kind(), trivia.ToString())),
        ];
    }

    /// <summary>The syntax, in which the documentation must be XML, too.</summary>
    public static SyntaxTree Parse(string source)
    {
        SyntaxTree tree = CSharpSyntaxTree.ParseText(source, Options);
        Assert.Empty(tree.GetDiagnostics());
        return tree;
    }

    /// <summary>All members, each with the types around it.</summary>
    public static IReadOnlyList<string> Members(string source) =>
        [.. Parse(source).GetRoot().DescendantNodes().OfType<MemberDeclarationSyntax>().Select(member => member.Kind() + " " + Name(member))];

    private static string Name(MemberDeclarationSyntax member)
    {
        string name = member switch
        {
            BaseTypeDeclarationSyntax type => type.Identifier.ValueText,
            MethodDeclarationSyntax method => method.ExplicitInterfaceSpecifier + method.Identifier.ValueText,
            PropertyDeclarationSyntax property => property.ExplicitInterfaceSpecifier + property.Identifier.ValueText,
            BaseFieldDeclarationSyntax field => field.Declaration.Variables[0].Identifier.ValueText,
            EnumMemberDeclarationSyntax value => value.Identifier.ValueText,
            ConstructorDeclarationSyntax constructor => constructor.Identifier.ValueText,
            BaseNamespaceDeclarationSyntax space => space.Name.ToString(),
            _ => member.ToString(),
        };
        return member.Parent is MemberDeclarationSyntax outer ? Name(outer) + "." + name : name;
    }
}
