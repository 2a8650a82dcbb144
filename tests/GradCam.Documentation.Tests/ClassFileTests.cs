using System.Text.RegularExpressions;
using GradCam.Documentation.Tests.Pages;

namespace GradCam.Documentation.Tests;

/// <summary>Who writes what a page shows has the file of class names in the project, without a line for it.</summary>
public sealed partial class ClassFileTests
{
    /// <summary>The diagnostics' page shows a file of another name, and the line that it takes.</summary>
    private const string Exception = "generator/GradCam.Gen/Diagnostics/README.md";

    public static TheoryData<string> Pages => [.. RepositoryFiles.Pages.Where(path => path != Exception)];

    [Theory]
    [MemberData(nameof(Pages))]
    public void A_page_names_class_files_as_the_build_finds_them(string path) =>
        Assert.All(
            MarkdownPage.Read(path).Blocks.SelectMany(block => ClassFile().Matches(block.Text)).Select(match => match.Groups["file"].Value),
            file => Assert.Matches(@"(^|\.|/)labels\.txt$", file));

    [Fact]
    public void There_are_such_pages() =>
        Assert.True(RepositoryFiles.Pages.Count(path => MarkdownPage.Read(path).Blocks.Any(block => ClassFile().IsMatch(block.Text))) >= 7);

    [GeneratedRegex("(?:Labels = |^\\s*labels )\"(?<file>[^\"]+)\"", RegexOptions.Multiline)]
    private static partial Regex ClassFile();
}
