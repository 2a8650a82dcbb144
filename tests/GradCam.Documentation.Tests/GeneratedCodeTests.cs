using GradCam.Documentation.Tests.Pages;
using Microsoft.CodeAnalysis;

namespace GradCam.Documentation.Tests;

/// <summary>What pages show as generated is what the generator writes for the page's network.</summary>
public sealed class GeneratedCodeTests
{
    public static TheoryData<string> Pages => [.. RepositoryFiles.Pages.Where(path => PageCompiler.GeneratedBlocksOf(MarkdownPage.Read(path)).Any())];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Generated_code_of_a_page_is_the_generators(string path)
    {
        MarkdownPage page = MarkdownPage.Read(path);
        (IReadOnlyList<string> problems, Compilation compilation) = PageCompiler.Compile(page);
        Assert.Equal([], problems);
        string[] generated = Lines(string.Join('\n', compilation.SyntaxTrees.Select(tree => tree.ToString())));
        foreach (FencedBlock block in PageCompiler.GeneratedBlocksOf(page))
        {
            string[] shown = Lines(block.Text);
            bool found = Enumerable.Range(0, generated.Length).Any(i => generated.AsSpan(i).StartsWith(shown));
            Assert.True(found, $"{path}:{block.Line}: the generator does not write this:\n{block.Text}");
        }
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
