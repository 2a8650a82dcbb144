using GradCam.Documentation.Tests.Pages;

namespace GradCam.Documentation.Tests;

/// <summary>The C# of every page compiles as it stands there.</summary>
public sealed class CodeTests
{
    /// <summary>Its examples show what the build refuses; the tests of diagnostics have them.</summary>
    private const string Refused = "generator/GradCam.Gen/Diagnostics/README.md";

    public static TheoryData<string> Pages =>
        [.. RepositoryFiles.Pages.Where(path => path != Refused && PageCompiler.BlocksOf(MarkdownPage.Read(path)).Any())];

    [Theory]
    [MemberData(nameof(Pages))]
    public void CSharp_of_a_page_compiles(string path) => Assert.Equal([], PageCompiler.Compile(MarkdownPage.Read(path)).Problems);

    /// <summary>A sketch leaves out what its reader writes: types that are nowhere.</summary>
    [Fact]
    public void Sketches_are_rare() => Assert.Equal(
        ["runtime/GradCam.Runtime/WRITING-A-BACKEND.md"],
        RepositoryFiles.Pages.SelectMany(path => MarkdownPage.Read(path).Blocks.Where(block => block.Name == "sketch").Select(_ => path)));

    [Fact]
    public void A_mistake_is_found_with_its_line()
    {
        MarkdownPage page = MarkdownPage.Parse(
            "page.md", "# Title\n```csharp\nHeatmap why = session.GradCam(photo, Photo10.Class.Cat);\nint number = why.Widht;\n```\n");
        string problem = Assert.Single(PageCompiler.Compile(page).Problems);
        Assert.StartsWith("page.md:4: CS1061: 'Heatmap' does not contain a definition for 'Widht'", problem, StringComparison.Ordinal);
        page = MarkdownPage.Parse("page.md", "```csharp\n[Network(\"photo10.net\")]\n[GradCam(\"layer9\")]\npartial class Wrong;\n```\n");
        Assert.Contains(PageCompiler.Compile(page).Problems, problem => problem.StartsWith("page.md:3: GCG", StringComparison.Ordinal));
    }
}
